"""Stock moves: the one way a quantity changes, whoever asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from emulator.world.catalogue import account_product_rows
from emulator.world.catalogue.cross_country import follow_offers
from emulator.world.catalogue.listings import Restock, offers_with, restock
from emulator.world.core.listing import Listing

if TYPE_CHECKING:
    from emulator.world.catalogue.account_products import AccountProduct
    from emulator.world.core.world import World

Change = Callable[[int], int]


def move_stock(world: World, listing: Listing, barcode: str, change: Change) -> None:
    """Change the quantity of one variant; nothing happens when the listing has no such barcode.

    Shapes: ``change`` gets the quantity in stock and gives the new one, never below zero.
    Units: the moment of the change is the world's time.
    """
    move_stocks(world, listing, {barcode: change})


def move_stocks(world: World, listing: Listing, changes: Mapping[str, Change]) -> dict[str, int]:
    """Change many quantities at once, each content written down once; give the new ones by barcode."""
    now_ms = world.clock.now_ms()
    new_quantities: dict[str, int] = {}
    quantities: list[tuple[int, int]] = []
    restocks = []
    with world.transaction():
        for row_id, offers in offers_with(world, listing, list(changes)).items():
            variants = [_restock(each, changes.get(each["barcode"]), now_ms) for each in offers.variants]
            here = [(each["id"], each["quantity"]) for each in variants if each["barcode"] in changes]
            new_quantities |= {
                each["barcode"]: each["quantity"] for each in variants if each["barcode"] in changes
            }
            restocks.append(Restock(row_id, replace(offers, variants=variants), here))
            quantities += here
        restock(world, restocks)
        account_product_rows.set_stock(world, listing, quantities, now_ms)
        follow_offers(world, listing, new_quantities)
    return new_quantities


def set_quantities(world: World, quantities: Sequence[tuple[AccountProduct, int]]) -> None:
    """Set the quantities of products of one account.

    Units: the moment of the change is the world's time.
    """
    if not quantities:
        return
    listing = quantities[0][0].listing
    changes = {
        product.barcode: partial(_set, quantity)
        for product, quantity in quantities
        if product.barcode is not None
    }
    own = [(product.number, quantity) for product, quantity in quantities if product.barcode is None]
    with world.transaction():
        move_stocks(world, listing, changes)
        account_product_rows.set_stock(world, listing, own, world.clock.now_ms())


def _set(quantity: int, stock: int) -> int:
    return quantity


def _restock(offer: dict[str, Any], change: Change | None, now_ms: int) -> dict[str, Any]:
    if change is None:
        return offer
    return {**offer, "quantity": max(change(offer["quantity"]), 0), "stock_modified_ms": now_ms}
