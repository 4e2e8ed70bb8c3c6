"""The control API answers to the emulator's own names, not to one that somebody else lets point here."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

from emulator.exchange import Refusal
from emulator.pipeline.context import RequestContext

_AUTHORITY = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[^\s:,/@\[\]]+)(?::[0-9]{1,5})?", re.ASCII)


def check(context: RequestContext) -> None:
    """Refuse a request whose Host is missing, doubled or no name of this emulator.

    Errors: control-host-unknown.
    """
    settings = context.stages.settings
    host = context.request.headers.get("host", "")
    if not is_own_host(host, settings.host, settings.control_hosts):
        raise Refusal("control-host-unknown", host=host)


@lru_cache(maxsize=256)
def is_own_host(host: str, bound_address: str, further_names: tuple[str, ...]) -> bool:
    """Say whether a Host is a loopback name, the address that is listened on, or a name that was added.

    Where every address of the machine is listened on, each address is one of them.
    """
    match = _AUTHORITY.fullmatch(host)
    if match is None:
        return False
    name = match["name"].strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost") or name in {each.lower() for each in further_names}:
        return True
    address = _address(name)
    bound = _address(bound_address)
    if address is None:
        return False
    return address.is_loopback or address == bound or (bound is not None and bound.is_unspecified)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None
