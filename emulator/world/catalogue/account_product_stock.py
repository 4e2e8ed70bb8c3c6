"""Setting the stock of an account's products: what is listed moves on every marketplace at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from emulator.world.catalogue import account_product_rows
from emulator.world.catalogue.stock import Change, move_stocks

if TYPE_CHECKING:
    from emulator.world.catalogue.account_products import AccountProduct
    from emulator.world.core.world import World


def set_quantities(world: World, quantities: Sequence[tuple[AccountProduct, int]]) -> None:
    """Set the quantities of products of one account.

    Units: the moment of the change is the world's time.
    """
    if not quantities:
        return
    listing = quantities[0][0].listing
    changes = {goods.barcode: _to(quantity) for goods, quantity in quantities if goods.barcode is not None}
    own = [(goods.number, quantity) for goods, quantity in quantities if goods.barcode is None]
    with world.transaction():
        move_stocks(world, listing, changes)
        account_product_rows.set_stock(world, listing, own, world.clock.now_ms())


def _to(quantity: int) -> Change:
    return lambda _: quantity
