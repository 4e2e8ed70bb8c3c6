"""What a faithful copy of a seller's orders holds, package by package and as PazarSync lists them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import orjson

from emulator.world.core.listing import Listing
from emulator.world.core.money import CURRENCY_OF, exact
from emulator.world.core.move import moment
from emulator.world.orders.model import OWN_MARKETPLACE
from emulator.world.orders.rows import packages_where
from emulator.world.orders.search import OrderQuery, find_orders

if TYPE_CHECKING:
    from emulator.world.core.world import World


def pazarsync_order_truth(
    world: World, listing: Listing, from_ms: int, to_ms: int
) -> Iterator[dict[str, Any]]:
    """The orders placed in a span of time, as the list of PazarSync has them."""
    page = find_orders(world, OrderQuery(listing, (), from_ms, to_ms), None)
    return map(orjson.loads, page.json_rows)


def order_truth(world: World, listing: Listing, from_ms: int, to_ms: int) -> Iterator[dict[str, Any]]:
    """The packages of the own marketplace that changed last in a span of time, paid for or not.

    Shapes: amounts are decimal strings, ``ordered_at`` an instant in ISO 8601, UTC.
    Source: the dates of the order list select by the last change, C.
    """
    condition = (
        "p.seller_id = ? AND p.storefront = ? AND p.marketplace = ?"
        " AND p.updated_ms BETWEEN ? AND ? ORDER BY p.id"
    )
    values = (*listing, OWN_MARKETPLACE, from_ms, to_ms)
    for package in packages_where(world, condition, values):
        yield {
            "order_number": package.order.order_number,
            "shipment_package_id": package.id,
            "status": package.status,
            "updated_ms": package.updated_ms,
            "ordered_at": moment(package.order.placed_ms),
            "quantity": package.quantity,
            "currency": CURRENCY_OF[package.order.storefront],
            "gross": exact(package.gross_e4),
            "discount": exact(package.discount_e4),
            "total": exact(package.total_e4),
        }
