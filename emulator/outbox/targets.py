"""Who may be called: loopback addresses, and the hosts that the operator has allowed."""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from emulator.world.hooks.model import Target

PORTS = {"http": 80, "https": 443}
AGENT = "trendyol-emulator"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a subscriber listens."""

    host: str
    port: int
    is_secure: bool


def place_of(url: str) -> Place:
    """Where an address leads."""
    parts = urlsplit(url)
    return Place(parts.hostname or "", parts.port or PORTS[parts.scheme], parts.scheme == "https")


def is_allowed(place: Place, allowed_hosts: Collection[str]) -> bool:
    """Whether a place may be called; a name has to be among those allowed, whatever it stands for."""
    if place.host in allowed_hosts:
        return True
    try:
        return ipaddress.ip_address(place.host).is_loopback
    except ValueError:
        return False


@lru_cache(1024)
def head_of(target: Target) -> bytes:
    """The request line and the headers of a call, but for its length."""
    parts = urlsplit(target.url)
    host = parts.netloc.rpartition("@")[2]
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: {host}",
        f"User-Agent: {AGENT}",
        "Accept: */*",
        "Content-Type: application/json; charset=utf-8",
        _credentials(target),
    ]
    return "\r\n".join(lines).encode("latin-1", "replace") + b"\r\nContent-Length: "


def _credentials(target: Target) -> str:
    if target.authentication == "api_key":
        return f"x-api-key: {_header_value(target.api_key or '')}"
    pair = f"{target.username}:{target.password}".encode()
    return f"Authorization: Basic {base64.b64encode(pair).decode()}"


def _header_value(text: str) -> str:
    """A text as a header can carry it: whatever would end the line is left out."""
    return "".join(letter for letter in text if letter.isprintable())
