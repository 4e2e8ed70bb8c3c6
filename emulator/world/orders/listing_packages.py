"""The packages of a listing, for whoever looks at the market as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.world.core.listing import Listing
from emulator.world.orders.model import OWN_MARKETPLACE, Package
from emulator.world.orders.rows import packages_where

if TYPE_CHECKING:
    from emulator.world.core.world import World


def packages_of_listing(
    world: World, listing: Listing, status: str | None, text: str | None, offset: int, limit: int
) -> tuple[int, list[Package]]:
    """Give how many packages match, and some of them, the one that changed last first.

    Shapes: ``text`` is an order number or a package number.
    """
    conditions = {
        "p.seller_id = ? AND p.storefront = ? AND p.marketplace = ?": (*listing, OWN_MARKETPLACE),
        "p.status = ?": () if status is None else (status,),
        "(p.order_number = ? OR p.id = ?)": () if text is None else (text, _number(text)),
    }
    condition = " AND ".join(name for name, parts in conditions.items() if parts)
    values = [value for parts in conditions.values() for value in parts]
    row = world.store.row(f"SELECT COUNT(*) FROM package p WHERE {condition}", values)
    order = f"{condition} ORDER BY p.updated_ms DESC, p.id DESC LIMIT ? OFFSET ?"
    return (row[0] if row else 0), packages_where(world, order, [*values, limit, offset])


def _number(text: str) -> Any:
    return int(text) if text.isdecimal() and len(text) < 19 else -1
