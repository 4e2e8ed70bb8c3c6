"""Basic authentication of a gateway buyer, and only for that buyer's own code."""

from __future__ import annotations

import hmac

from emulator.exchange import Refusal, basic_credentials
from emulator.pipeline.context import RequestContext
from emulator.world.accounts.buyers import buyer_by_user


def check(context: RequestContext) -> None:
    """Find out which buyer asks.

    Errors: b2b-credentials-missing, b2b-credentials-invalid; b2b-buyer-unknown for any code but the buyer's.
    Source: international-cross-dock-api-usage, D (Basic, credentials of its own); the refusals are I.
    """
    header = context.request.headers.get("authorization")
    if not header:
        raise Refusal("b2b-credentials-missing")
    user, password = basic_credentials(header) or ("", "")
    buyer = buyer_by_user(context.world, user)
    if buyer is None or not hmac.compare_digest(buyer.password.encode(), password.encode()):
        raise Refusal("b2b-credentials-invalid")
    code = context.segments.get("buyerCode", buyer.code)
    if code != buyer.code:
        raise Refusal("b2b-buyer-unknown", value=code)
    context.buyer = buyer
    context.storefront = buyer.storefront
