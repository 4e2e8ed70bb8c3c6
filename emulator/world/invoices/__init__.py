"""Invoices of packages and other documents that a seller sends: taken, looked at, accepted or rejected.

``life.py`` is the table of what becomes of an invoice, ``check.py`` what is found in one. How far an invoice
has come stands on its package, where everybody reads it. Must not know links from files on the wire.
"""
