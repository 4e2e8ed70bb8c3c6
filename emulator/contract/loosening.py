"""A response schema as a world with unusual answers keeps it: what x-unusual lets go is let go, no more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MARK = "x-unusual"
# What stands beside a property's own schema when it is marked so.
INSTEAD: Mapping[str, Mapping[str, Any]] = {
    "null": {"type": "null"},
    "empty": {"type": "array", "maxItems": 0},
    "new-value": {"type": "string"},
}


def loosen(node: Any) -> Any:
    """Copy a schema, or a tree of schemas, with everything allowed that its marks allow."""
    if isinstance(node, list):
        return [loosen(item) for item in node]
    if not isinstance(node, dict):
        return node
    copy = {name: loosen(item) for name, item in node.items()}
    if isinstance(node.get("properties"), dict):
        copy["properties"] = {
            name: _widen(item, copy["properties"][name]) for name, item in node["properties"].items()
        }
        copy["required"] = [
            name for name in node.get("required", ()) if "absent" not in marks(node["properties"].get(name))
        ]
    if "new-field" in marks(node):
        copy.pop("additionalProperties", None)
    return copy


def marks(schema: Any) -> tuple[str, ...]:
    """What a schema's own mark says."""
    return tuple(schema.get(MARK, ())) if isinstance(schema, dict) else ()


def _widen(schema: Any, copy: Any) -> Any:
    others = [INSTEAD[way] for way in marks(schema) if way in INSTEAD]
    return {"anyOf": [copy, *others]} if others else copy
