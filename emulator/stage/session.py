"""The session of a browser: a cookie in the place of the control token, which no page ever holds.

Its value follows from the token, so that every process of one emulator knows it and none has to keep it.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from hashlib import sha256

COOKIE = "emulator-session"
_PURPOSE = b"trendyol-emulator session"
OVER_TLS = "__Host-"
"""What browsers let only a cookie be called that came by TLS, and is for this host and all of its paths."""
_ATTRIBUTES = "Path=/; HttpOnly; SameSite=Strict"


def session_value(token: str) -> str:
    """Give the value of the cookie that stands for a token."""
    return hmac.new(token.encode(), _PURPOSE, sha256).hexdigest()


def session_cookie(token: str, *, is_encrypted: bool) -> str:
    """Write the header that gives a browser its session; one given by TLS is never sent in the clear."""
    return _header(token, session_value(token), is_encrypted=is_encrypted)


def ended_cookie(token: str, *, is_encrypted: bool) -> str:
    """Write the header that takes the session away."""
    return _header(token, "; Max-Age=0", is_encrypted=is_encrypted)


def has_session(headers: Mapping[str, str], method: str, token: str) -> bool:
    """Say whether a request carries the session, and may use it.

    A browser sends it to every port of a host: what acts has to say that a page of this very origin sent it.
    """
    if method not in {"GET", "HEAD"} and "origin" not in headers:
        return False
    pairs = (pair.strip().partition("=") for pair in headers.get("cookie", "").split(";"))
    values = [value for name, _, value in pairs if name.removeprefix(OVER_TLS) == _name(token)]
    return any(hmac.compare_digest(value.encode(), session_value(token).encode()) for value in values)


def _header(token: str, value: str, *, is_encrypted: bool) -> str:
    prefix, secure = (OVER_TLS, "; Secure") if is_encrypted else ("", "")
    return f"{prefix}{_name(token)}={value}; {_ATTRIBUTES}{secure}"


def _name(token: str) -> str:
    """Name the cookie by its token: the ports of a host share cookies, and each may have its emulator."""
    return f"{COOKIE}-{sha256(session_value(token).encode()).hexdigest()[:8]}"
