"""Labels of parcels that the marketplace pays for, and what it pays for those that were damaged.

Must not know the words of a body.
"""
