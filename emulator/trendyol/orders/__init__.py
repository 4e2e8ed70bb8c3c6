"""The order services of the seller API: verbs and wire.

The family must not know how a package lives, nor other families, gates or specs.
"""
