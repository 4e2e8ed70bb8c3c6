"""The profile stock-price-push: stock and prices of a shop, pushed in batches whose results are read.

``pushes.py`` is what a client keeps of its rows, ``batches.py`` how results are read, ``reference.py`` the
whole.
"""
