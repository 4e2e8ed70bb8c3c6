"""A client shows the access token it was given."""

from __future__ import annotations

from emulator.exchange import Refusal
from emulator.pipeline.context import RequestContext
from emulator.world.accounts import access_tokens
from emulator.world.accounts.api_clients import client_by_id


def check(context: RequestContext) -> None:
    """Find out which client asks.

    Errors: pazarsync-token-missing, -malformed, -forged, -foreign, -expired.
    Source: pazarsync.com/api-docs, D (Authorization: Bearer); the refusals are I, after RFC 6750.
    """
    scheme, _, token = context.request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Refusal("pazarsync-token-missing")
    claims = access_tokens.read(context.world, token.strip())
    if not isinstance(claims, access_tokens.Claims):
        raise Refusal(f"pazarsync-token-{claims}")
    context.client = client_by_id(context.world, claims.client_id)
    if context.client is None:
        raise Refusal("pazarsync-token-foreign")
