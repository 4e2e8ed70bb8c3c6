"""Vendor paths: cut out of any address, matched against the templates of the specs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from contract_tests.records.systems import SYSTEMS, TRENDYOL, System

# A name without a dot or an address: a stage on this machine or in its network.
NEARBY = re.compile(r"[^.]*|[0-9.]+|\[.*\]")


@lru_cache(4096)
def vendor_path(path: str, host: str = "") -> str | None:
    """Give the path from a vendor's prefix on, whatever stands before it; None without one."""
    starts = [
        at
        for system in SYSTEMS.values()
        if _recognised_on(system, host)
        for prefix in system.paths
        if (at := path.find(prefix)) >= 0
    ]
    return path[min(starts) :] if starts else None


def _recognised_on(system: System, host: str) -> bool:
    hosts = system.recognised_on
    return hosts is None or bool(hosts.fullmatch(host) or NEARBY.fullmatch(host))


@lru_cache(4096)
def system_of(path: str) -> System:
    """Find the system whose paths begin as a path does, the marketplace itself where none does."""
    return next((one for one in SYSTEMS.values() if path.startswith(one.paths)), TRENDYOL)


@cache
def segments_of(template: str) -> tuple[str, ...]:
    """Split the path of an operation, of which there are few."""
    return tuple(template.split("/"))


def match(template: str, path: str) -> Mapping[str, str] | None:
    """Give the values that ``path`` has for the braces of ``template``; None when it is another path."""
    template_segments, segments = segments_of(template), path.rstrip("/").split("/")
    if len(template_segments) != len(segments):
        return None
    values: dict[str, str] = {}
    for name, value in zip(template_segments, segments, strict=True):
        if name.startswith("{") and value:
            values[name.strip("{}")] = value
        elif name != value:
            return None
    return values


def literals(template: str) -> int:
    """Count the literal segments: of two templates that match, the one with more is meant."""
    return sum(not segment.startswith("{") for segment in template.split("/"))
