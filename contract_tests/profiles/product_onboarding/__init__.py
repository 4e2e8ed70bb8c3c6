"""The profile product-onboarding: products a shop wants in its listing, created, moderated and followed.

``lookups.py`` finds the numbers that names stand for, ``items.py`` writes what is sent, ``listing.py`` reads
what is there, ``saved_products.py`` is what a client keeps, ``reference.py`` the whole.
"""
