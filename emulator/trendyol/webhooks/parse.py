"""Bodies of webhooks as the world understands them, and the rules that no schema can say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from emulator.exchange import Call, Refusal
from emulator.world.hooks.model import Authentication, Target

AUTHENTICATIONS: Mapping[str, Authentication] = {"BASIC_AUTHENTICATION": "basic", "API_KEY": "api_key"}
NEEDS: Mapping[Authentication, Sequence[str]] = {"basic": ("username", "password"), "api_key": ("apiKey",)}
# Source: docs/webhook-yaratma, D.
FORBIDDEN_WORDS = ("trendyol", "dolap", "localhost")


def target(call: Call) -> Target:
    """What a body says of a webhook.

    Errors: webhook-url-forbidden, webhook-url-invalid, webhook-credentials-missing, webhook-country-invalid.
    """
    body = call.body
    _check_url(body["url"])
    authentication = AUTHENTICATIONS[body["authenticationType"]]
    if not all(body.get(name) for name in NEEDS[authentication]):
        raise Refusal("webhook-credentials-missing", value=body["authenticationType"])
    return Target(
        url=body["url"],
        authentication=authentication,
        username=body.get("username"),
        password=body.get("password"),
        api_key=body.get("apiKey"),
        statuses=tuple(status.lower() for status in body.get("subscribedStatuses") or ()),
        countries=_countries(call),
    )


def _check_url(url: str) -> None:
    if any(word in url.lower() for word in FORBIDDEN_WORDS):
        raise Refusal("webhook-url-forbidden", value=url)
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address or not url.isascii() or any(letter <= " " for letter in url):
        raise Refusal("webhook-url-invalid", value=url)


def _countries(call: Call) -> tuple[str, ...]:
    seller = call.caller.seller
    assert seller is not None
    if seller.edition != "int":
        return ()
    codes = tuple(call.body.get("countryCodes") or ())
    for code in codes:
        if code not in seller.storefronts:
            raise Refusal("webhook-country-invalid", value=code)
    return codes
