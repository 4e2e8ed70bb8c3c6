"""Basic authentication with a seller's key pair, and only for that seller's own paths."""

from __future__ import annotations

import base64
import binascii
import hmac
from functools import lru_cache

from emulator.exchange import Refusal, Visit
from emulator.world.accounts.sellers import seller_by_key


def check(visit: Visit) -> None:
    """Find out which seller asks.

    Errors: credentials-missing, credentials-undecodable, credentials-invalid, seller-mismatch.
    Source: authorization page, D (401 and exception name); another seller's id answers 401, C.
    """
    header = visit.request.headers.get("authorization")
    if not header:
        raise Refusal("credentials-missing")
    pair = key_pair(header)
    if pair is None:
        raise Refusal("credentials-undecodable")
    seller = seller_by_key(visit.world, pair[0])
    if seller is None or not hmac.compare_digest(seller.secret.encode(), pair[1].encode()):
        raise Refusal("credentials-invalid")
    if visit.segments.get("sellerId", str(seller.id)) != str(seller.id):
        raise Refusal("seller-mismatch")
    visit.seller = seller


def key_named(header: str) -> str | None:
    """Give the API key an Authorization header names, without its secret."""
    pair = key_pair(header)
    return pair[0] if pair else None


@lru_cache(maxsize=1024)
def key_pair(header: str) -> tuple[str, str] | None:
    """Read key and secret from an Authorization header; None when it is not well-formed Basic."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        key, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        return None
    return (key, secret) if colon else None
