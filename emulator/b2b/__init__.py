"""The cross-dock buyer gateway.

`handlers.py` has one function an operation, `wire.py` the documented JSON of what they answer.
It must not know gates, specs, Flask or another family.
"""
