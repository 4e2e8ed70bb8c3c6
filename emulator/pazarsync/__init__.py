"""The PazarSync API. handlers.py holds the verbs, wire.py the nouns as JSON, parse.py what requests mean."""
