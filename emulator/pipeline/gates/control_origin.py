"""The control API is not for web pages of others: a browser says where a request comes from."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from emulator.exchange import Refusal
from emulator.pipeline.context import RequestContext

_OWN_SITES = frozenset({"", "same-origin", "none"})
_SIMPLE_TYPES = frozenset({"text/plain", "application/x-www-form-urlencoded", "multipart/form-data"})
_READING = frozenset({"GET", "HEAD"})


def check(context: RequestContext) -> None:
    """Refuse what a page of another origin sends, and bodies that any page may send unasked.

    Errors: control-origin-foreign, media-type-unsupported.
    """
    headers, origins = context.request.headers, context.stages.settings.allowed_origins
    origin = headers.get("origin")
    if origin in origins:
        context.headers += cors_headers(origin)
    elif is_foreign(headers):
        raise Refusal("control-origin-foreign", origin=origin or headers.get("sec-fetch-site", ""))
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    may_act = context.request.method not in _READING and (context.request.body or origin is not None)
    if may_act and (kind in _SIMPLE_TYPES or (context.request.body and not kind)):
        raise Refusal("media-type-unsupported", value=kind)


def is_foreign(headers: Mapping[str, str]) -> bool:
    """Say whether a page of another origin than this server's sent a request."""
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "").strip().lower() not in _OWN_SITES
    return origin_host(origin) != headers.get("host", "").lower()


def origin_host(origin: str) -> str | None:
    """Give the host and port of an origin; None where it names none."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return None
    return parts.netloc.lower() if parts.scheme == "http" and parts.netloc else None


def cors_headers(origin: str) -> list[tuple[str, str]]:
    """Say to a browser that pages of an origin may read the answer."""
    return [("Access-Control-Allow-Origin", origin), ("Vary", "Origin")]


def preflight_headers(origin: str, methods: str) -> list[tuple[str, str]]:
    """Say to a browser what pages of an origin may send."""
    more_headers = [
        ("Access-Control-Allow-Methods", methods),
        ("Access-Control-Allow-Headers", "Authorization, Content-Type"),
    ]
    return cors_headers(origin) + more_headers
