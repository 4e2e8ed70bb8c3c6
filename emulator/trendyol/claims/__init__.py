"""Claims: what customers send back, listed, opened, approved or not taken back by their seller.

How a claim goes on is the world's. Must not know gates or specs.
"""
