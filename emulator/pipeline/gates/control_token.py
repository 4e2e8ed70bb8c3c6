"""The control API is for the one who started the emulator: this machine, or a bearer of the token."""

from __future__ import annotations

import hmac

from emulator.exchange import Refusal
from emulator.pipeline.context import RequestContext
from emulator.pipeline.gates.control_origin import is_foreign
from emulator.stage.session import has_session

_LOOPBACK = ("127.", "::1", "::ffff:127.")


def check(context: RequestContext) -> None:
    """Let in the bearer of the token, or of its session.

    Where no token is set, only this machine is let in, or everyone if the settings say so.

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
    request = context.request
    header = request.headers.get("authorization", "")
    is_bearer = hmac.compare_digest(header.encode(), f"Bearer {token}".encode())
    is_own_page = has_session(request.headers, request.method, token) and not is_foreign(request)
    if not is_bearer and not is_own_page:
        raise Refusal("control-token-required")
