"""Stock, price and state of approved products: what is queued as a batch, and who holds the buybox.

It must not know how a batch is done, nor gates, specs or Flask.
"""
