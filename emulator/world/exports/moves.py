"""Moves of the export centre: something is ordered abroad, cancelled, or taken in by the warehouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.world.core.move import Move
from emulator.world.exports.life import cancel_units, order_units, receive_units
from emulator.world.exports.rows import items_in, products_page

if TYPE_CHECKING:
    from emulator.world.core.world import World

# As many products as a move chooses among.
CANDIDATES = 1_000


def order_abroad(world: World, move: Move) -> str:
    """A customer abroad orders something that is there; it goes into the package of the day.

    Errors: ValueError where nothing is in stock.
    """
    products = products_page(world, move.seller_id, None, (), CANDIDATES)
    product = move.choose(
        [each for each in products if each.stock > 0], "product of the export centre in stock"
    )
    units = min(move.quantity or 1, product.stock)
    package = order_units(world, product, units)
    return f"{units} x {product.barcode} were ordered abroad, package {package.id}, for {move.where}"


def cancel_abroad(world: World, move: Move) -> str:
    """Units that are new or waited for are cancelled.

    Errors: ValueError where there are none.
    """
    items = [*items_in(world, move.seller_id, "new"), *items_in(world, move.seller_id, "pending")]
    item = move.choose(items, "item of the export centre to cancel")
    units = min(move.quantity or 1, item.units_new or item.units_pending)
    cancel_units(world, item, units)
    return f"{units} x {item.barcode} of the export centre were cancelled for {move.where}"


def receive_abroad(world: World, move: Move) -> str:
    """The warehouse takes in so many units of an item, or all; the others are not waited for any longer.

    Errors: ValueError where nothing is waited for.
    """
    item = move.choose(items_in(world, move.seller_id, "pending"), "item that the warehouse waits for")
    units = item.units_pending if move.quantity is None else min(move.quantity, item.units_pending)
    receive_units(world, item, units)
    return f"{units} of {item.units_pending} x {item.barcode} were taken in for {move.where}"
