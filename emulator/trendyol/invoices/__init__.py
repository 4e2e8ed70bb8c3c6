"""Invoices of packages by link or as a file, and warranties, as a seller sends them.

What becomes of them is the world's. Must not know gates or specs.
"""
