"""What became of every purchase request, taken from the tables and not from the answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from emulator.world.core.listing import Listing
from emulator.world.purchases.cutoffs import state_of
from emulator.world.purchases.offers import OfferQuery, find_offers

if TYPE_CHECKING:
    from emulator.world.core.world import World

FIELDS = (
    "buyer_code", "request_number", "vendor_ref", "package_type", "created_ms", "barcode", "requested",
    "reserved", "cancelled",
)  # fmt: skip


def offer_truth(world: World, listing: Listing) -> Iterator[dict[str, Any]]:
    """A row for each offer of a seller's listing, sold out ones too."""
    for offer in find_offers(world, OfferQuery(listing)):
        yield {"barcode": offer.variant.barcode, "quantity": offer.variant.quantity}


def purchase_truth(world: World, listing: Listing, from_ms: int, to_ms: int) -> Iterator[dict[str, Any]]:
    """A row for each barcode of each request that buyers made of a seller's offers, the oldest first.

    Units: pieces; ``reserved`` is what is still reserved, without what was cancelled.
    """
    now_ms = world.clock.now_ms()
    for *facts, reserved_count, cancelled_count, closed_ms in world.store.rows(
        "SELECT p.buyer_code, p.request_number, p.vendor_ref, p.package_type, p.created_ms, l.barcode,"
        " l.requested, l.reserved, l.cancelled, b.closed_ms FROM buyer u"
        " JOIN purchase p ON p.buyer_code = u.code"
        " JOIN purchase_batch b ON b.batch_id = p.batch_id"
        " JOIN purchase_line l ON l.request_number = p.request_number"
        " WHERE u.seller_id = ? AND u.storefront = ? AND p.created_ms BETWEEN ? AND ?"
        " ORDER BY p.created_ms, p.request_number, l.barcode",
        (*listing, from_ms, to_ms),
    ):
        state = state_of(reserved_count, cancelled_count, closed_ms, now_ms)
        yield {
            **dict(zip(FIELDS, (*facts, reserved_count - cancelled_count, cancelled_count), strict=True)),
            "state": state,
        }
