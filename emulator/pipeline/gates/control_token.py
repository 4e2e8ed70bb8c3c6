"""The control API is for the one who started the emulator: this machine, or a bearer of the token."""

from __future__ import annotations

import hmac

from emulator.exchange import Refusal
from emulator.pipeline.context import RequestContext

_LOOPBACK = ("127.", "::1", "::ffff:127.")


def check(context: RequestContext) -> None:
    """Let in the bearer of the token; where none is set, only this machine, or everyone if settings say so.

    Errors: control-token-required.
    """
    settings = context.stages.settings
    if settings.insecure_control:
        return
    token = settings.control_token
    if token is None:
        if context.request.client and not context.request.client.startswith(_LOOPBACK):
            raise Refusal("control-token-required")
        return
    header = context.request.headers.get("authorization", "")
    if not hmac.compare_digest(header.encode(), f"Bearer {token}".encode()):
        raise Refusal("control-token-required")
