"""Every gate by the name that x-gates gives it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from emulator.pipeline.context import RequestContext
from emulator.pipeline.gates import (
    auth,
    bearer,
    buyer_auth,
    client_credentials,
    control_host,
    control_origin,
    control_token,
    ip_allowlist,
    quota,
    rate_limit,
    seller_header,
    storefront,
    storefront_header,
    user_agent,
)

GATES: Mapping[str, Callable[[RequestContext], None]] = {
    "ip_allowlist": ip_allowlist.check,
    "auth": auth.check,
    "user_agent": user_agent.check,
    "storefront": storefront.check,
    "storefront_header": storefront_header.check,
    "rate_limit": rate_limit.check,
    "buyer_auth": buyer_auth.check,
    "client_credentials": client_credentials.check,
    "bearer": bearer.check,
    "quota": quota.check,
    "seller_header": seller_header.check,
    "control_host": control_host.check,
    "control_origin": control_origin.check,
    "control_token": control_token.check,
}
