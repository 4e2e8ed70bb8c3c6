"""Who asks: the account by a token, the form of its credentials, and never the secret."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator

from contract_tests.recorder.tokens import Tokens
from contract_tests.records.masking import MASK

SCHEMES = frozenset({"basic", "bearer"})
SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie", "x-api-key", "x-auth-token"})


def masked_credentials(value: str) -> str:
    """Give a header of credentials without them; what cannot be decoded says so."""
    scheme, _, rest = value.strip().partition(" ")
    if scheme.lower() not in SCHEMES or not rest.strip():
        return MASK
    if scheme.lower() == "basic" and _pair(rest) is None:
        return f"{scheme} undecodable"
    return f"{scheme} {MASK}"


def account_of(authorization: str, tokens: Tokens) -> str:
    """Name the account of a request by a token of its credentials: a wrong secret makes another one."""
    _, _, rest = authorization.strip().partition(" ")
    return f"key-{tokens.digest(rest)}" if rest.strip() else ""


def credentials_of(headers: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield what of the headers of a request is secret, in each form."""
    for name, value in headers:
        if name.lower() not in SECRET_HEADERS:
            continue
        _, _, rest = value.strip().partition(" ")
        yield from (value, rest, rest.strip())
        pair = _pair(rest)
        yield from pair or ()


def _pair(text: str) -> tuple[str, str] | None:
    try:
        key, colon, secret = base64.b64decode(text.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return (key, secret) if colon else None
