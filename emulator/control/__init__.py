"""Our own API under /_emulator/: worlds, clock, moves, faults, journal, sellers, specs.

`handlers.py` has one function an operation, `wire.py` the documented JSON of what they show.
It reads stages, journals, faults and worlds; it must not know a vendor family or Flask.
"""
