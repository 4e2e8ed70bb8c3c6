"""The stage answers only addresses the seller has reported."""

from __future__ import annotations

from emulator.exchange import Refusal, RequestContext
from emulator.world.accounts.sellers import seller_by_id


def check(visit: RequestContext) -> None:
    """Refuse a client whose address is not on the list of the seller it asks for; no list lets everyone in.

    Errors: ip-not-allowed.
    Source: stage environment page, D (503); clients saw the edge's 403 page instead, C.
    """
    asked = visit.segments.get("sellerId", "")
    seller = seller_by_id(visit.world, int(asked)) if asked.isdecimal() else None
    if seller and seller.allowed_ips and visit.request.client not in seller.allowed_ips:
        raise Refusal("ip-not-allowed")
