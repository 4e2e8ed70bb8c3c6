"""The control API is not for web pages of others: a browser says where a request comes from."""

from __future__ import annotations

from urllib.parse import urlsplit

from emulator.exchange import Refusal, Request
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
    elif is_foreign(context.request):
        raise Refusal("control-origin-foreign", origin=origin or headers.get("sec-fetch-site", ""))
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    may_act = context.request.method not in _READING and (context.request.body or origin is not None)
    if may_act and (kind in _SIMPLE_TYPES or (context.request.body and not kind)):
        raise Refusal("media-type-unsupported", value=kind)


def is_foreign(request: Request) -> bool:
    """Say whether a page of another origin than this server's sent a request.

    A proxy that speaks TLS for this server may not say so; then the browser does, whose Sec-Fetch-Site no
    page can write.
    """
    origin, host = request.headers.get("origin"), request.headers.get("host", "").lower()
    site = request.headers.get("sec-fetch-site", "").strip().lower()
    if origin is None:
        return site not in _OWN_SITES
    own_schemes = ("http", "https") if site == "same-origin" else (request.scheme,)
    return not host or origin_place(origin) not in {(scheme, host) for scheme in own_schemes}


def origin_place(origin: str) -> tuple[str, str] | None:
    """Give the scheme and the host with its port of an origin; None where it is none."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return None
    return parts.scheme, parts.netloc.lower()


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
