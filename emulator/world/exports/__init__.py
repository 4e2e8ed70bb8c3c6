"""The export centre: what a seller has opened for sale abroad, and what Trendyol buys of it.

Each day's orders from abroad make one package, which is closed the next morning and taken in by the warehouse
some days later. It must not know HTTP, gates or specs.
"""
