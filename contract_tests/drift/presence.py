"""Which documented fields the emulator always sends and reality never does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_tests.drift.spec_tree import Cursor
from contract_tests.drift.values import Difference

# Fewer objects than this may lack a field by chance.
FEWEST_OBJECTS = 5
Path = tuple[str, ...]


@dataclass(slots=True)
class Presence:
    """How often an object stood at a path of a body, and each of its members there."""

    objects: Counter[Path] = field(default_factory=Counter)
    members: Counter[Path] = field(default_factory=Counter)

    def count(self, value: Any, path: Path = ()) -> None:
        """Count what is in a body."""
        if isinstance(value, Mapping):
            self.objects[path] += 1
            for name, one in value.items():
                self.members[*path, name] += 1
                self.count(one, (*path, name))
        elif isinstance(value, list):
            for one in value:
                self.count(one, path)


def never_seen(operation: str, schema: Cursor, reality: Presence, emulator: Presence) -> Iterator[Difference]:
    """Yield the fields that the documents have and the emulator always sends, and that never came."""
    for path, count in emulator.members.items():
        above = path[:-1]
        is_always_sent = emulator.objects[above] == count >= FEWEST_OBJECTS
        if not is_always_sent or reality.objects[above] < FEWEST_OBJECTS or reality.members[path]:
            continue
        place = member_at(schema, path)
        if place is not None and not is_required(schema, path):
            yield Difference(
                "documented field never seen",
                operation,
                "200 " + "/".join(path),
                f"has {path[-1]}",
                f"sends it in each of {count}",
                f"none of {reality.objects[above]} had it",
                line=place.line,
            )


def member_at(schema: Cursor, path: Path) -> Cursor | None:
    """Find a member in a schema, through lists; None where it is in none, or in a branch."""
    place: Cursor | None = schema
    for name in path:
        place = place and _object(place).walk(["properties", name])
    return place


def is_required(schema: Cursor, path: Path) -> bool:
    """Tell whether the schema demands a member: its absence is a breach then, and said there."""
    above = schema if len(path) == 1 else member_at(schema, path[:-1])
    names = _object(above).child("required") if above else None
    return names is not None and path[-1] in {one.value for one in names.items()}


def _object(place: Cursor) -> Cursor:
    """Go through a list to what its items are."""
    items = place.resolve().child("items")
    return _object(items) if items else place.resolve()
