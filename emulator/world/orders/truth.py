"""What a faithful copy of a seller's orders holds, package by package and as PazarSync lists them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import orjson

from emulator.world.core.listing import Listing
from emulator.world.core.money import CURRENCY_OF, exact
from emulator.world.core.move import moment
from emulator.world.orders.model import OWN_MARKETPLACE
from emulator.world.orders.search import OrderQuery, find_orders

if TYPE_CHECKING:
    from emulator.world.core.world import World

PACKAGES = (
    "SELECT p.order_number, p.id, p.status, p.updated_ms, p.placed_ms, p.facts FROM package p"
    " WHERE p.seller_id = ? AND p.storefront = ? AND p.marketplace = ?"
    " AND p.updated_ms BETWEEN ? AND ? ORDER BY p.id"
)


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
    values = (*listing, OWN_MARKETPLACE, from_ms, to_ms)
    for order_number, number, status, updated_ms, placed_ms, facts in world.store.rows(PACKAGES, values):
        quantity, gross_e4, discount_e4 = _sums(orjson.loads(facts))
        yield {
            "order_number": order_number,
            "shipment_package_id": number,
            "status": status,
            "updated_ms": updated_ms,
            "ordered_at": moment(placed_ms),
            "quantity": quantity,
            "currency": CURRENCY_OF[listing.storefront],
            "gross": exact(gross_e4),
            "discount": exact(discount_e4),
            "total": exact(gross_e4 - discount_e4),
        }


def _sums(facts: Mapping[str, Any]) -> tuple[int, int, int]:
    """How many units a package holds, what they cost before discounts, and the discounts on them.

    Of plain data: a seller has thousands of packages, and each run of a client is compared with all of them.
    """
    quantity = gross_e4 = discount_e4 = 0
    for line in facts["lines"]:
        for units in line["units"]:
            count = units["count"]
            quantity += count
            gross_e4 += count * units["gross_e4"]
            discount_e4 += count * (units["seller_discount_e4"] + units["platform_discount_e4"])
    return quantity, gross_e4, discount_e4
