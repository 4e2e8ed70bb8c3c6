"""The finance services. handlers.py holds the verbs, wire.py the nouns as documented JSON."""
