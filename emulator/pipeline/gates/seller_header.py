"""The header in which the services of the stage want the seller's number once more."""

from __future__ import annotations

from emulator.exchange import Refusal
from emulator.pipeline.context import RequestContext

HEADER = "sellerid"


def check(context: RequestContext) -> None:
    """Make sure that the header SellerID names the seller whose key was used.

    Errors: seller-header-missing, seller-mismatch.
    Source: test order pages, D (the header, and that it is the key's seller); how others are refused is I.
    """
    number = context.request.headers.get(HEADER, "").strip()
    if not number:
        raise Refusal("seller-header-missing")
    if context.seller is None or number != str(context.seller.id):
        raise Refusal("seller-mismatch")
