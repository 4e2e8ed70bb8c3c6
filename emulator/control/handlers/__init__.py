"""The verbs of the control API, one function an operation, a file a noun; each sees all stages and its own.

They read and move stages and worlds. They must not know a vendor family, and no verb calls another.
"""
