"""The PazarSync API.

`handlers.py` has one function an operation, `wire.py` its JSON, `parse.py` what requests mean.
It must not know gates, specs, Flask or another family.
"""
