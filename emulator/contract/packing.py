"""The compiled law as one file of many JSON values, each parsed when it is first wanted.

A start reads the file and parses little of it: it takes as long however many documents there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

GROUPS = ("documents", "dated_fields", "lookups", "translations")
"""The members whose own members are values of their own in the file."""


class Group(Mapping[str, Any]):
    """Values by name, each parsed when it is first asked for."""

    __slots__ = ("_lines", "_values")

    def __init__(self, lines: Mapping[str, bytes]) -> None:
        self._lines = lines
        self._values: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._values:
            self._values[name] = orjson.loads(self._lines[name])
        return self._values[name]

    def __contains__(self, name: object) -> bool:
        return name in self._lines

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


def pack(law: Mapping[str, Any]) -> bytes:
    """Write the law: a line of names, then a line of JSON for each."""
    values = {
        (member, name): value
        for member, content in law.items()
        for name, value in (content.items() if member in GROUPS else [("", content)])
    }
    return b"\n".join(map(orjson.dumps, [list(values), *values.values()]))


def unpack(content: bytes) -> Mapping[str, Any]:
    """Read what ``pack`` wrote: the values of the groups when they are wanted, the small rest at once."""
    head, *lines = content.split(b"\n")
    members: dict[str, dict[str, bytes]] = {group: {} for group in GROUPS}
    for (member, name), line in zip(orjson.loads(head), lines, strict=True):
        members.setdefault(member, {})[name] = line
    return {
        member: Group(content) if member in GROUPS else orjson.loads(content[""])
        for member, content in members.items()
    }
