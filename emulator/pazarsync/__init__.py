"""The PazarSync API. handlers.py holds the verbs, wire.py the nouns as JSON, asked.py what requests mean."""
