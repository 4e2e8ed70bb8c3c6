"""Claims: units that customers send back, what the seller decides of each, and how that ends.

A claim belongs to one delivered package; each of its items is one unit. Must not know HTTP.
"""
