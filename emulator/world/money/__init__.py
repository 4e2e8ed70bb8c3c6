"""What sellers earn, owe and are paid: the ledger, payouts on Wednesdays, cargo invoices.

Rows follow from delivered packages (``settlements.py``), from what stands beside the orders (``bookings.py``)
and from payouts; ``ledger.entry`` makes every one of them. Money must not know orders: whoever delivers
hands it a SoldPackage.
"""
