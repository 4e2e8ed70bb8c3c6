"""What every product read takes from its call."""

from __future__ import annotations

from emulator.exchange import Call
from emulator.world.core.listing import Listing


def listing_of(call: Call) -> Listing:
    """The listing that a call is about."""
    return Listing(call.path["sellerId"], call.caller.storefront)


def home_of(call: Call) -> str:
    """The seller's first storefront."""
    return call.caller.seller.storefronts[0] if call.caller.seller else call.caller.storefront
