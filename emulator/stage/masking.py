"""What is shown of an exchange: its API key, never a secret."""

from __future__ import annotations

import base64
import re

from emulator.exchange import basic_credentials
from emulator.stage.journal import Exchange

_SECRET_MEMBER = re.compile(r'("(?:client_secret|access_token)"\s*:\s*")(?:[^"\\]|\\.)*')


def masked_headers(exchange: Exchange) -> list[tuple[str, str]]:
    """Give the request's headers, the credentials of Authorization replaced by ``***``; its scheme stays.

    Basic credentials that do not decode are replaced by ``undecodable``.
    """
    return [
        (name, _mask(value) if name.lower() == "authorization" else value)
        for name, value in exchange.request_headers
    ]


def masked_text(body: bytes) -> tuple[str, str | None]:
    """Give a body as text with its encoding: None for UTF-8, ``base64`` for anything else.

    The secrets that bodies carry, a client's and a token, are replaced by ``***``.
    """
    try:
        return _SECRET_MEMBER.sub(r"\1***", body.decode()), None
    except UnicodeDecodeError:
        return base64.b64encode(body).decode(), "base64"


def _mask(value: str) -> str:
    scheme, space, _ = value.partition(" ")
    if scheme.lower() == "basic" and basic_credentials(value) is None:
        return f"{scheme} undecodable"
    return f"{scheme} ***" if space else "***"
