"""What customers order: order, package, line and unit, from placing to the end of the way.

``life.py`` is the table of who may lead a package where and what follows in stock and account; everything
else reads or writes packages: drawing and seeding, searches, moves, what waits on the calendar, the truth.
A seller's past is seeded here, for its money comes from packages. Orders must not know purchases of the
gateway, nor the names of any wire.
"""
