"""Numbers of contents that come later: behind all others of their listing, and never given twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.world.catalogue.seed import FIRST_CONTENT_ID, ID_STRIDE
from emulator.world.core.ids import next_number
from emulator.world.core.listing import Listing

if TYPE_CHECKING:
    from emulator.world.core.world import World

EXTREME = "SELECT {}(content_id) FROM content WHERE seller_id = ? AND storefront = ?"


def take_ids(world: World, listing: Listing, place: str, count: int) -> int:
    """Take ids at one end of the listing: rising numbers behind it, negatives of falling ones before it."""
    row = world.store.row(EXTREME.format("MAX" if place == "last" else "MIN"), listing)
    (edge,) = row or (None,)
    edge = world.plan.id_base + FIRST_CONTENT_ID if edge is None else edge
    start = edge + 2 if place == "last" else 2 - edge
    return next_number(world.store, f"contents {place} {listing}", start, count)


def take_last_id(world: World, listing: Listing) -> int:
    """Take the id behind all others; variants number on from it."""
    return take_ids(world, listing, "last", ID_STRIDE)
