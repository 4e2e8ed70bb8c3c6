"""What a faithful copy of a seller's claims holds, item by item."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from emulator.world.claims.rows import claims_where
from emulator.world.core.listing import Listing

if TYPE_CHECKING:
    from emulator.world.core.world import World


def claim_truth(world: World, listing: Listing, from_ms: int, to_ms: int) -> Iterator[dict[str, Any]]:
    """The items of claims that were made in a span of time, in the order of making.

    Shapes: ``decided_by`` is who brought an item out of waiting, ``issue_reason`` why it is not taken back,
    ``waiting_ms`` since when its seller had to act.
    """
    condition = "seller_id = ? AND storefront = ? AND claimed_ms BETWEEN ? AND ? ORDER BY claim_no"
    for claim in claims_where(world, condition, (*listing, from_ms, to_ms)):
        for item in claim.items:
            yield {
                "item_id": item.id,
                "claim_id": claim.id,
                "order_number": claim.order_number,
                "package_id": claim.package_id,
                "barcode": item.unit.barcode,
                "status": item.status,
                "claimed_ms": claim.claimed_ms,
                "updated_ms": claim.updated_ms,
                "waiting_ms": item.waiting_ms,
                "acceptance": item.acceptance,
                "issue_reason": None if item.issue is None else item.issue.reason_id,
                "seller_steps": [status for status, _, by in item.history if by == "seller"],
            }
