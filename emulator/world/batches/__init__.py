"""Batches: what a seller has sent in one request to be done later, and what became of each item.

``rows.py`` queues a batch and reads it back, ``due.py`` has it done when the calendar says so. What a kind
of batch does is a plain function of a room above, its applier: ``apply(world, batch, items)`` moves the world
and gives the failures of each item in order, none for an item that was done. ``catalogue/batch_kinds.py``
lists the appliers by kind; nobody is registered anywhere else. The batches of a seller are done in the order
in which they were sent, each in one transaction with its result.
It must not know products, and none of the words of a query or a body.
"""
