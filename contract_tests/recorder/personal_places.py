"""What the documents say of each place of a body: personal or not, described or not (the word x-personal)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

BRANCHES = ("allOf", "oneOf", "anyOf")
PUBLIC = "public"

Schema = Mapping[str, Any]


@dataclass(slots=True)
class Place:
    """One place of a body with all that lies below it; ``kind`` is empty where nothing personal stands."""

    kind: str = ""
    members: dict[str, Place] = field(default_factory=dict)
    any_member: Place | None = None
    items: Place | None = None
    is_word: bool = False


class Places:
    """The places of one document's schemas, each made once."""

    def __init__(self, components: Mapping[str, Any]) -> None:
        self._components = components
        self._places: dict[tuple[object, ...], Place] = {}

    def place_of(self, schemas: Sequence[Schema], above: str = "") -> Place | None:
        """Give the place that one or several schemas describe; None where there is none."""
        parts = tuple(part for schema in schemas for part in self._parts(schema))
        if not parts:
            return None
        key = (above, *(id(part) for part in parts))
        if key not in self._places:
            place = self._places[key] = Place()
            self._fill(place, parts, above)
        return self._places[key]

    def _fill(self, place: Place, parts: Sequence[Schema], above: str) -> None:
        place.kind = next((str(part["x-personal"]) for part in parts if "x-personal" in part), above)
        place.is_word = any("enum" in part or "const" in part for part in parts)
        below = place.kind
        names = dict.fromkeys(name for part in parts for name in part.get("properties", ()))
        for name in names:
            schemas = [part["properties"][name] for part in parts if name in part.get("properties", ())]
            member = self.place_of(schemas, below)
            place.members[name] = member or Place(below)
        place.items = self.place_of([part["items"] for part in parts if "items" in part], below)
        others = [part.get("additionalProperties") for part in parts]
        place.any_member = self.place_of([one for one in others if isinstance(one, Mapping)], below)

    def _parts(self, schema: Schema) -> Iterator[Schema]:
        """Yield a schema and those that it is made of, the nearest words first."""
        if schema:
            yield schema
        if "$ref" in schema:
            yield from self._parts(self.resolve(schema["$ref"]))
        for branch in BRANCHES:
            for part in schema.get(branch, ()):
                yield from self._parts(part)

    def resolve(self, reference: str) -> Schema:
        """Give what a reference within the document names."""
        node: Any = {"components": self._components}
        for step in reference.removeprefix("#/").split("/"):
            node = node[step.replace("~1", "/").replace("~0", "~")]
        found_schema: Schema = node
        return found_schema
