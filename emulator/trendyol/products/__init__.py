"""The product services. handlers/ holds the verbs, wire.py the nouns as documented JSON."""
