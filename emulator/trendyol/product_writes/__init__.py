"""The writes of products: what is created and changed, queued as batches.

It must not know how a batch is done, nor gates, specs or Flask.
"""
