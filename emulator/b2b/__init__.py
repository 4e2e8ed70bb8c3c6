"""The cross-dock buyer gateway. handlers.py holds the verbs, wire.py the nouns as documented JSON."""
