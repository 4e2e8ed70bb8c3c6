"""Finding what the path or the query of a control request names."""

from __future__ import annotations

from emulator.exchange import Refusal
from emulator.stage.stage import Stage
from emulator.world.accounts import sellers
from emulator.world.accounts.sellers import Seller


def find_seller(stage: Stage, number: int) -> Seller:
    """Find a seller of the stage's world.

    Errors: seller-unknown.
    """
    seller = sellers.seller_by_id(stage.world, number)
    if seller is None:
        raise Refusal("seller-unknown", id=number)
    return seller
