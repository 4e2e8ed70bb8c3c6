"""A client names itself with id and secret in the body of its token request."""

from __future__ import annotations

import hmac
from typing import Any

import orjson

from emulator.exchange import Refusal
from emulator.pipeline.context import RequestContext
from emulator.world.accounts.api_clients import client_by_id


def check(context: RequestContext) -> None:
    """Find out which client asks for a token; a body that does not say it is left to the spec.

    Errors: pazarsync-client-unknown, pazarsync-client-secret-wrong.
    Source: pazarsync.com/api-docs, D (members of the body); the refusals are I.
    """
    members = _members(context.request.body)
    client_id, secret = members.get("client_id"), members.get("client_secret")
    if not isinstance(client_id, str) or not isinstance(secret, str):
        return
    client = client_by_id(context.world, client_id)
    if client is None:
        raise Refusal("pazarsync-client-unknown")
    if not hmac.compare_digest(client.secret.encode(), secret.encode()):
        raise Refusal("pazarsync-client-secret-wrong")
    context.client = client


def _members(body: bytes) -> dict[str, Any]:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return document if isinstance(document, dict) else {}
