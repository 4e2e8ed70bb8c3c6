"""What is shown of an exchange: its API key, never a secret, however badly it was written."""

from __future__ import annotations

import base64
import codecs
import re
from functools import lru_cache

from emulator.exchange import basic_credentials
from emulator.secret_texts import MASK, SECRET_NAME, mask_secrets
from emulator.stage.journal import Exchange, Headers

_CREDENTIALS = frozenset({"authorization", "proxy-authorization"})
_SCHEMES = frozenset({"basic", "bearer", "digest", "negotiate", "ntlm", "token"})
_SECRET_HEADER = re.compile(r"(^|-)(cookie2?|auth|api-?key|token|signature)$")
_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def masked_pairs(headers: Headers) -> list[tuple[str, str]]:
    """Give headers without secrets; of credentials the scheme stays.

    Basic credentials that do not decode are replaced by ``undecodable``.
    """
    return [_masked_pair(name, value) for name, value in headers]


def masked_headers(exchange: Exchange) -> list[tuple[str, str]]:
    """Give the request's headers without secrets."""
    return masked_pairs(exchange.request_headers)


def masked_text(body: bytes) -> tuple[str, str | None]:
    """Give a body as text without secrets, with its encoding: None for text, ``base64`` for anything else."""
    text = _text_of(body)
    if text is not None:
        return mask_secrets(text), None
    rest = mask_secrets(body.decode("latin-1")).encode("latin-1")
    return base64.b64encode(rest).decode(), "base64"


def _text_of(body: bytes) -> str | None:
    """Read text in UTF-8, or in UTF-16 where a mark or the zeros between its letters say so."""
    if body[:2] in _BOMS and len(body) > 2:
        return body.decode("utf-16", "replace")
    zeros = body[:200].count(0)
    if zeros and zeros * 3 > len(body[:200]):
        return body.decode("utf-16-be" if body[0] == 0 else "utf-16-le", "replace")
    try:
        return body.decode()
    except UnicodeDecodeError:
        return None


@lru_cache(4096)
def _masked_pair(name: str, value: str) -> tuple[str, str]:
    """Give a header without secrets; a client sends nearly the same headers with each request."""
    clean_name, plain_name, is_secret = _masked_name(name)
    if plain_name in _CREDENTIALS:
        return clean_name, _credentials(value)
    return clean_name, MASK if is_secret else mask_secrets(value)


@lru_cache(1024)
def _masked_name(name: str) -> tuple[str, str, bool]:
    """Give a header's name without secrets, as names are compared, and whether its value is a secret."""
    plain_name = name.lower().replace("_", "-")
    is_secret = bool(_SECRET_HEADER.search(plain_name) or SECRET_NAME.search(plain_name))
    return mask_secrets(name), plain_name, is_secret


def _credentials(value: str) -> str:
    scheme, space, _ = value.partition(" ")
    if scheme.lower() == "basic" and basic_credentials(value) is None:
        return f"{scheme} undecodable"
    return f"{scheme} {MASK}" if space and scheme.lower() in _SCHEMES else MASK
