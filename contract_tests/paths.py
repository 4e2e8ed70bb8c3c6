"""Vendor paths: cut out of any address, matched against the templates of the specs."""

from __future__ import annotations

from collections.abc import Mapping

PREFIXES = ("/integration/", "/sapigw/", "/stagesapigw/")


def vendor_path(path: str) -> str | None:
    """Give the path from the vendor's prefix on, whatever stands before it; None without one."""
    starts = [at for prefix in PREFIXES if (at := path.find(prefix)) >= 0]
    return path[min(starts) :] if starts else None


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
