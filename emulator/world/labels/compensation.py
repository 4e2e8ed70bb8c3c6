"""What the marketplace's own carrier pays for parcels that came back damaged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from emulator.world.core.listing import Listing
from emulator.world.orders.carriers import CARGO_DIGITS, CARRIERS
from emulator.world.orders.model import OWN_MARKETPLACE, Package
from emulator.world.orders.rows import packages_where

if TYPE_CHECKING:
    from emulator.world.core.world import World

CARRIER = "trendyol_express"
CONDITION = "p.seller_id = ? AND p.storefront = ? AND p.marketplace = ? AND p.cargo_number BETWEEN ? AND ?"
DAMAGE_CONDITION = " AND p.status = 'returned' AND p.updated_ms BETWEEN ? AND ?"


class TicketPage(NamedTuple):
    """One page: how many tickets there are in all, and the packages of these."""

    total: int
    packages: Sequence[Package]


def uses_carrier(world: World, listing: Listing) -> bool:
    """Whether a listing has ever sent anything with the marketplace's own carrier."""
    return bool(packages_where(world, f"{CONDITION} LIMIT 1", _values(listing)))


def find_tickets(
    world: World, listing: Listing, from_ms: int, to_ms: int, offset: int, size: int
) -> TicketPage:
    """A page of tickets, the newest first: each package that came back makes one.

    Source: newest first, D; which parcels make a ticket is I.
    """
    values = (*_values(listing), from_ms, to_ms)
    count = world.store.row(f"SELECT COUNT(*) FROM package p WHERE {CONDITION}{DAMAGE_CONDITION}", values)
    order = " ORDER BY p.updated_ms DESC, p.id DESC LIMIT ? OFFSET ?"
    packages = packages_where(world, f"{CONDITION}{DAMAGE_CONDITION}{order}", (*values, size, offset))
    return TicketPage(count[0] if count else 0, packages)


def _values(listing: Listing) -> tuple[object, ...]:
    first = CARRIERS[CARRIER] * CARGO_DIGITS
    return (*listing, OWN_MARKETPLACE, first, first + CARGO_DIGITS - 1)
