"""Requests as the shell lines that send them again."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

import orjson

_HEADERS = frozenset({"user-agent", "storefrontcode", "accept-language", "content-type"})
_SECRETS: Mapping[str, str] = {
    "pazarsync": ' -H "Authorization: Bearer $PAZARSYNC_TOKEN"',
    "b2b": ' -u "$B2B_USER:$B2B_PASSWORD"',
}
_KEY = ' -u "$TRENDYOL_API_KEY:$TRENDYOL_API_SECRET"'


def control_line(method: str, address: str, members: Mapping[str, Any]) -> str:
    """Write the line that does what a button does."""
    words = ["curl", "-sS", "-X", method]
    if members:
        words += ["-H", "content-type: application/json", "-d", orjson.dumps(members).decode()]
    return f"{shlex.join(words)} {shlex.quote(address)}"


def repeat_line(exchange: Mapping[str, Any], origin: str) -> str:
    """Write the line that sends an exchange's request again; secrets stay in the environment."""
    words = ["curl", "-sS"] + ([] if exchange["method"] == "GET" else ["-X", exchange["method"]])
    names = {name.lower() for name, _ in exchange["request_headers"]}
    for name, value in exchange["request_headers"]:
        if name.lower() in _HEADERS:
            words += ["-H", f"{name}: {value}"]
    if exchange["request_body"]:
        words += ["--data-raw", exchange["request_body"]]
    system = (exchange["document"] or "").partition("/")[0]
    secret = _SECRETS.get(system, _KEY) if "authorization" in names else ""
    return f"{shlex.join(words)} {shlex.quote(origin + exchange['target'])}{secret}"
