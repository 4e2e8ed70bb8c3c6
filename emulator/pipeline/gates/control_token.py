"""The control API is for the one who started the emulator: this machine, or a bearer of the token."""

from __future__ import annotations

import hmac

from emulator.exchange import Refusal, RequestContext

_LOOPBACK = ("127.", "::1", "::ffff:127.")


def check(visit: RequestContext) -> None:
    """Let in the bearer of the token; where no token is set, only this machine; where it is ``*``, everyone.

    Errors: control-token-required.
    """
    token = visit.control_token
    if token == "*":
        return
    if token is None:
        if visit.request.client and not visit.request.client.startswith(_LOOPBACK):
            raise Refusal("control-token-required")
        return
    header = visit.request.headers.get("authorization", "")
    if not hmac.compare_digest(header.encode(), f"Bearer {token}".encode()):
        raise Refusal("control-token-required")
