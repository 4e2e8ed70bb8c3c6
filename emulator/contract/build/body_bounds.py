"""Gives what stands in requests' bodies an end, where the specs give none: no page does (I)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from emulator.contract.bodies import LONGEST_LIST, MOST_MEMBERS

# No column holds a larger number; the longest documented list has 5,000 rows.
_BOUNDS: Mapping[str, Mapping[str, int]] = {
    "integer": {"minimum": -(2**63), "maximum": 2**63 - 1},
    "string": {"maxLength": 100_000},
    "array": {"maxItems": LONGEST_LIST},
    "object": {"maxProperties": MOST_MEMBERS},
}
_FILE = "binary"
_ENDING_PATTERN = re.compile(r"\^[^*+]*\$")
_VALUES = frozenset({"example", "examples", "default", "enum", "const"})
_SCHEMAS = "#/components/schemas/"


def bound_bodies(document: Mapping[str, Any]) -> None:
    """Give each schema of the requests' bodies the bounds that it lacks; a file is as long as its body."""
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
    if not _is_bounded(node):
        for kind, bounds in _BOUNDS.items():
            if kind == kinds or (isinstance(kinds, list) and kind in kinds):
                for word, bound in bounds.items():
                    node.setdefault(word, bound)
    for name, part in node.items():
        if name not in _VALUES and not name.startswith("x-"):
            _bound(part, names)


def _is_bounded(node: Mapping[str, Any]) -> bool:
    """Tell whether a schema has an end by its values or its pattern, or none but that of the body."""
    pattern = node.get("pattern")
    has_ending_pattern = isinstance(pattern, str) and _ENDING_PATTERN.fullmatch(pattern) is not None
    return has_ending_pattern or "enum" in node or "const" in node or node.get("format") == _FILE
