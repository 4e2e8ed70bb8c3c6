"""Who may ask: sellers, buyers of the gateway, API clients of PazarSync, and the access tokens of the latter.

Each is a table that is read whole into memory by a reader (``world.read(Sellers)``), for every request asks
for it.
It must not know what is sold, and what a refusal looks like.
"""
