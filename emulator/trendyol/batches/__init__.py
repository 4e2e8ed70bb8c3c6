"""The results of batches.

handlers.py holds the verb, wire.py the forms that items have by type, reasons.py what failures are called.

It must not know what a batch does, nor gates, specs or Flask.
"""
