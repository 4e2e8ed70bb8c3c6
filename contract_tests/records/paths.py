"""Vendor paths: cut out of any address, matched against the templates of the specs."""

from __future__ import annotations

import re
from collections.abc import Mapping

TRENDYOL = "trendyol"
SYSTEMS: Mapping[str, tuple[str, ...]] = {
    TRENDYOL: ("/integration/", "/sapigw/", "/stagesapigw/"),
    "b2b": ("/b2bbuyergateway/", "/b2bbuyergatewayapi/", "/v1_1/offers", "/v2/offers/", "/v2/products/"),
    "pazarsync": ("/api/auth/token", "/api/v1/"),
}
# Paths of the other two systems are too common to be known by themselves.
HOSTS = {"b2b": re.compile(r"(.*\.)?trendyol\.com"), "pazarsync": re.compile(r"(.*\.)?pazarsync\.com")}
# A name without a dot or an address: a stage on this machine or in its network.
NEARBY = re.compile(r"[^.]*|[0-9.]+|\[.*\]")


def vendor_path(path: str, host: str = "") -> str | None:
    """Give the path from a vendor's prefix on, whatever stands before it; None without one."""
    starts = [
        at
        for system, prefixes in SYSTEMS.items()
        if system not in HOSTS or HOSTS[system].fullmatch(host) or NEARBY.fullmatch(host)
        for prefix in prefixes
        if (at := path.find(prefix)) >= 0
    ]
    return path[min(starts) :] if starts else None


def system_of(path: str) -> str:
    """Name the system whose prefix a path begins with."""
    return next((name for name, prefixes in SYSTEMS.items() if path.startswith(prefixes)), TRENDYOL)


def match(template: str, path: str) -> Mapping[str, str] | None:
    """Give the values that ``path`` has for the braces of ``template``; None when it is another path."""
    wanted, found = template.split("/"), path.rstrip("/").split("/")
    if len(wanted) != len(found):
        return None
    values: dict[str, str] = {}
    for name, value in zip(wanted, found, strict=True):
        if name.startswith("{") and value:
            values[name.strip("{}")] = value
        elif name != value:
            return None
    return values


def literals(template: str) -> int:
    """Count the literal segments: of two templates that match, the one with more is meant."""
    return sum(not segment.startswith("{") for segment in template.split("/"))
