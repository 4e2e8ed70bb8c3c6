"""Fields of requests and answers that come and go, and what a schema and a body are while they are away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.contract.dates import Span, dates_in, span_of

REQUEST = "request"
ANY_NAME = "*"


@dataclass(frozen=True, slots=True)
class DatedField:
    """One field of a request's body, or of an answer's, that has dates.

    Shapes: ``place`` is "request" or the status of an answer; ``path`` leads through objects by name, ``*``
    for any name, and through lists without a step.
    """

    place: str
    path: tuple[str, ...]
    span: Span | None
    dates: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Name it by its place and its path."""
        return f"{self.place} {'.'.join(self.path)}"


def fields_from(entries: Iterable[Mapping[str, Any]], edition: str) -> tuple[DatedField, ...]:
    """Read what the compiler found at one operation."""
    return tuple(
        DatedField(entry["place"], tuple(entry["path"]), span_of(entry, edition), dates_in(entry))
        for entry in entries
    )


def absent_paths(fields: Iterable[DatedField], now_ms: int) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Lead from each place to the paths of the fields that are not there at a moment."""
    paths: dict[str, tuple[tuple[str, ...], ...]] = {}
    for one in fields:
        if one.span is not None and not one.span.contains(now_ms):
            paths[one.place] = (*paths.get(one.place, ()), one.path)
    return paths


def remove_field(value: Any, path: tuple[str, ...]) -> None:
    """Take a field out of a body, wherever its path leads."""
    if isinstance(value, list):
        for item in value:
            remove_field(item, path)
    if not isinstance(value, dict):
        return
    names = [*value] if path[0] == ANY_NAME else [path[0]]
    for name in names:
        if len(path) == 1:
            value.pop(name, None)
        else:
            remove_field(value.get(name), path[1:])


def tree_at(node: Any, edition: str, now_ms: int) -> Any:
    """Copy a tree of words and schemas without the members that are not there at a moment.

    A schema no longer demands a property that is gone.
    """
    if isinstance(node, list):
        return [tree_at(item, edition, now_ms) for item in node if _is_there(item, edition, now_ms)]
    if not isinstance(node, Mapping):
        return node
    copy = {
        name: tree_at(item, edition, now_ms)
        for name, item in node.items()
        if _is_there(item, edition, now_ms)
    }
    if isinstance(copy.get("required"), list):
        absent_names = node.get("properties", {}).keys() - copy.get("properties", {}).keys()
        copy["required"] = [name for name in copy["required"] if name not in absent_names]
    return copy


def _is_there(node: Any, edition: str, now_ms: int) -> bool:
    span = span_of(node, edition) if isinstance(node, Mapping) else None
    return span is None or span.contains(now_ms)
