"""Basic authentication with a seller's key pair, and only for that seller's own paths."""

from __future__ import annotations

import hmac

from emulator.exchange import Refusal, basic_credentials
from emulator.pipeline.context import RequestContext
from emulator.world.accounts.sellers import seller_by_key


def check(context: RequestContext) -> None:
    """Find out which seller asks.

    Errors: credentials-missing, credentials-undecodable, credentials-invalid, seller-mismatch.
    Source: authorization page, D (401 and exception name); another seller's id answers 401, C.
    """
    header = context.request.headers.get("authorization")
    if not header:
        raise Refusal("credentials-missing")
    pair = basic_credentials(header)
    if pair is None:
        raise Refusal("credentials-undecodable")
    seller = seller_by_key(context.world, pair[0])
    if seller is None or not hmac.compare_digest(seller.secret.encode(), pair[1].encode()):
        raise Refusal("credentials-invalid")
    if context.segments.get("sellerId", str(seller.id)) != str(seller.id):
        raise Refusal("seller-mismatch")
    context.seller = seller
