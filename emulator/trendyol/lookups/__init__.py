"""What orders and products name, to be looked up: places, carriers, the seller's own addresses.

Places and carriers are data of the fixtures, addresses are the world's. Must not know gates or specs.
"""
