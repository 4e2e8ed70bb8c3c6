"""Names and addresses of this machine."""

from __future__ import annotations

import socket

_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def address_of(host: str) -> str:
    """Give the address that a name stands for, one of IPv4 before others; an address stands for itself.

    Errors: OSError when nobody knows the name.
    """
    places = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    addresses = [str(place[4][0]) for place in places]
    return min(addresses, key=lambda address: ":" in address)


def reachable_address(host: str) -> str:
    """Give an address at which a server is reached that listens on a host, or on every address."""
    return _LOOPBACK.get(host, host)
