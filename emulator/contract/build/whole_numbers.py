"""Says of every whole number of a document that it has 64 bits, where the specs say nothing narrower."""

from __future__ import annotations

from typing import Any

_LEAST, _MOST = -(2**63), 2**63 - 1
_VALUES = frozenset({"example", "examples", "default", "enum", "const"})


def bound_whole_numbers(node: Any) -> None:
    """Give each integer schema within a node the bounds that it lacks: no column holds more (I).

    Words and examples are values and no schemas.
    """
    if isinstance(node, list):
        for item in node:
            bound_whole_numbers(item)
    if not isinstance(node, dict):
        return
    kinds = node.get("type")
    if kinds == "integer" or (isinstance(kinds, list) and "integer" in kinds):
        node.setdefault("minimum", _LEAST)
        node.setdefault("maximum", _MOST)
    for name, part in node.items():
        if name not in _VALUES and not name.startswith("x-"):
            bound_whole_numbers(part)
