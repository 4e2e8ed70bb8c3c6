"""A world that lives: customers order, pay or fail to, change their minds; carriers come for what is picked.

All of it is work on the world's one calendar, drawn from its seed; what is late is cancelled. It must not
know what seeds a world, or moves it by hand.
"""
