"""Videos of products: handlers.py holds the verbs, wire.py a video as JSON.

It must not know gates, specs or Flask; nothing is ever downloaded.
"""
