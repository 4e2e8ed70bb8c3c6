"""The export centre on the wire: handlers.py has the verbs, wire.py rows as JSON, reasons.py why items fail.

It must not know gates, specs or Flask.
"""
