"""The stage's services for test orders: they are placed, and led on their way as a carrier would.

What an order does to stock, lists and account is the world's. Must not know gates or specs.
"""
