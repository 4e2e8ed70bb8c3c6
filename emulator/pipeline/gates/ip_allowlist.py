"""The stage answers only addresses the seller has reported."""

from __future__ import annotations

from emulator.exchange import Refusal
from emulator.pipeline.context import RequestContext
from emulator.pipeline.routes import seller_id_in
from emulator.world.accounts.allowed_addresses import active_addresses
from emulator.world.accounts.sellers import seller_by_id


def check(context: RequestContext) -> None:
    """Refuse a client whose address is not on the list of the seller it asks for; no list lets everyone in.

    Where there is a list, what the seller has allowed by itself counts as well.

    Errors: ip-not-allowed.
    Source: stage environment page, D (503); clients saw the edge's 403 page instead, C.
    """
    number = seller_id_in(context.segments)
    seller = None if number is None else seller_by_id(context.world, number)
    if not seller or not seller.allowed_ips or context.request.client in seller.allowed_ips:
        return
    own_entries = active_addresses(context.world, seller.id, context.now_ms)
    if all(each.address != context.request.client for each in own_entries):
        raise Refusal("ip-not-allowed")
