"""The webhooks of a seller: made, listed, changed, switched on and off, taken away.

Whom they call and when is the world's and the outbox's. Must not know gates or specs.
"""
