"""The database behind one small interface; the only room that imports a driver or knows a dialect.

The schemas lie with their domains, in SQL of the standard; ``sqlite`` spells them its own way. Another
driver is another file here that answers ``interface.Store``.
It must not know a table, but for the one with the version of the schema.
"""
