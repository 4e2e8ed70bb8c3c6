"""The only outgoing sockets: calls to the subscribers of webhooks.

``targets.py`` says who may be called, ``connections.py`` makes one call, ``lane.py`` works off the queue of
one stage, ``worker.py`` has a thread for all of them. What is due and what a result leads to is the world's
(``world/hooks``). Nothing here holds a world while it waits for a subscriber.
It must not know a family, a pipeline or Flask, and nobody else opens a connection.
"""
