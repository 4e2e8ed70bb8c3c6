"""The marketplace itself, one room a domain over core and store.

``opening.py`` is the table of contents: what seeds a world, what its calendar does, how one is opened.
``moves.py`` and ``truth.py`` list what can happen to it and what a right copy of it holds; ``recipes.py``
checks what it is made from. Each room has the same file names: model, life, rows, search, due, seed, moves,
truth, schema.sql.
It must not know HTTP, specs, wire words or Flask, and its rooms look down, never up.
"""
