"""So many requests to one endpoint, so many to one group of them."""

from __future__ import annotations

from emulator.pipeline.context import RequestContext
from emulator.pipeline.gates.counting import DEFAULT_TIER, count


def check(context: RequestContext) -> None:
    """Refuse the request after the last one a bucket holds.

    Errors: the id that the bucket names.
    Source: authorization page (50 in 10 s) and service limits page (groups a minute), D.
    """
    if context.stage.limits != "off":
        seller = context.seller
        count(context, str(seller.id) if seller else "", seller.tier if seller else DEFAULT_TIER)
