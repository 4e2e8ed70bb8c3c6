"""Gives the whole numbers of requests' bodies the bounds of 64 bits, where the specs say nothing narrower."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_LEAST, _MOST = -(2**63), 2**63 - 1
_VALUES = frozenset({"example", "examples", "default", "enum", "const"})
_SCHEMAS = "#/components/schemas/"


def bound_bodies(document: Mapping[str, Any]) -> None:
    """Give each integer schema of the requests' bodies the bounds that it lacks: no column holds more (I)."""
    schemas = document.get("components", {}).get("schemas", {})
    names: set[str] = set()
    for path in document["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict):
                _bound(operation.get("requestBody"), names)
    visited: set[str] = set()
    while names - visited:
        for name in sorted(names - visited):
            visited.add(name)
            _bound(schemas.get(name), names)


def _bound(node: Any, names: set[str]) -> None:
    """Bound what stands in a node, and note the names of the schemas it refers to.

    Words and examples are values and no schemas.
    """
    if isinstance(node, list):
        for item in node:
            _bound(item, names)
    if not isinstance(node, dict):
        return
    reference, kinds = node.get("$ref"), node.get("type")
    if isinstance(reference, str) and reference.startswith(_SCHEMAS):
        names.add(reference.removeprefix(_SCHEMAS))
    is_whole = kinds == "integer" or (isinstance(kinds, list) and "integer" in kinds)
    if is_whole and "enum" not in node:
        node.setdefault("minimum", _LEAST)
        node.setdefault("maximum", _MOST)
    for name, part in node.items():
        if name not in _VALUES and not name.startswith("x-"):
            _bound(part, names)
