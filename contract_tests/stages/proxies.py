"""A proxy of the environment is meant for the vendor's hosts, never for a stage on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

THIS_MACHINE = ("127.0.0.1", "localhost", "::1")
VARIABLES = ("NO_PROXY", "no_proxy")


def no_proxy(environment: Mapping[str, str], url: str) -> dict[str, str]:
    """Extend both spellings of NO_PROXY by this machine and the host of a URL; what they list stays.

    Some libraries read the one, some the other: one that is not set takes over what the other lists.
    """
    hosts = (*THIS_MACHINE, *filter(None, [urlsplit(url).hostname]))
    lists = [environment.get(name, "") for name in VARIABLES]
    values = [own or other for own, other in zip(lists, reversed(lists), strict=True)]
    return {name: extend(value, hosts) for name, value in zip(VARIABLES, values, strict=True)}


def extend(value: str, hosts: tuple[str, ...]) -> str:
    """Add the hosts that a list does not name yet."""
    parts = [part.strip() for part in value.split(",") if part.strip()]
    return ",".join(dict.fromkeys([*parts, *hosts]))
