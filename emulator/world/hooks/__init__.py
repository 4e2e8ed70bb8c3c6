"""Webhooks: who wants to hear of which statuses, what is still to be sent, and what became of each attempt.

``subscriptions.py`` keeps the webhooks of sellers, ``queue.py`` the calls that wait, ``results.py`` what an
attempt leads to: the next one, or a webhook that is passive. ``attempts.py`` is the log. The room above says
what happened to a package; the outbox, far above, does the calling.
It must not know an order, a socket, or the words of a body.
"""
