"""Legal but unusual answers: where x-unusual allows it a row differs, or not, by the chance of its world."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

import orjson

from emulator.contract.loosening import marks
from emulator.contract.operations import Operation, resolve
from emulator.exchange import Reply
from emulator.pipeline.context import RequestContext
from emulator.world.core.ids import chance, happens, pick

# How often a marked place, an object that may grow, and the order of members differ.
SHARE, GROWS, SHUFFLES = 0.2, 0.15, 0.3
NEW_VALUE = "YENİ_DEĞER"
PLAIN_LETTERS = str.maketrans("çğıöşüÇĞİÖŞÜ", "cgiosuCGIOSU")
# What becomes of a text. Source of the last two: labels seen on a live account, C.
TEXTS: Mapping[str, Callable[[str], str]] = {
    "new-value": lambda _: NEW_VALUE,
    "capitals": lambda text: text.translate(PLAIN_LETTERS).upper(),
    "mis-decoded": lambda text: text.replace("ı", "Õ"),
}
NEW_FIELDS: Mapping[str, Any] = {
    "yeniAlan": None, "newField": "ıİşğ", "x_flag": True, "extraInfo": {"since": 2026}, "tags": [],
    "bigNumber": 9_007_199_254_740_991,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """How one value of an answer may differ.

    Shapes: ``ways`` are those of the value in its place; ``others`` the alternatives where there are several,
    each telling by ``kind`` and ``needs`` which values it is the shape of.
    """

    kind: str | None = None
    needs: frozenset[str] = frozenset()
    variations: tuple[str, ...] = ()
    members: Mapping[str, Shape] | None = None
    items: Shape | None = None
    alternatives: tuple[Shape, ...] = ()

    def fits(self, value: Any) -> bool:
        """Whether it can be the shape of a value."""
        if isinstance(value, dict):
            return self.kind in {None, "object"} and self.needs <= value.keys()
        return self.kind == "array" if isinstance(value, list) else self.kind not in {"object", "array"}


PLAIN = Shape()


def variations(context: RequestContext) -> tuple[str, ...]:
    """What the operation itself may do otherwise in this world."""
    return marks(context.operation.tree) if context.world.unusual else ()


def vary_response(context: RequestContext, reply: Reply) -> Reply:
    """The answer as an unusual world gives it; any other world gives it as it is.

    What differs is a property of each row, and of the page around them: it follows from the world's seed and
    from what the row holds, so that it stays until the row changes, on whichever page it stands.
    """
    if not context.world.unusual or reply.status != 200 or reply.content_type != "application/json":
        return reply
    shape = _shape(context.operation)
    if shape is None:
        return reply
    body = orjson.loads(b"".join(reply.parts))
    chance_of = partial(_chance_of, context.world.seed, context.operation.id)
    variant = _vary(body, shape, chance_of(body), chance_of)
    return Reply((orjson.dumps(variant),), reply.status, reply.content_type, reply.headers)


def _chance_of(seed: int, operation: str, row: Any) -> Random:
    return chance(seed, "unusual", operation, orjson.dumps(row))


def _shape(operation: Operation) -> Shape | None:
    """The shape of an operation's answer, made when first asked for; None for our own operations."""
    if operation.family == "control":
        return None
    shape: Shape | None = operation.checkers.get("unusual")
    if shape is None:
        document = {"components": operation.components}
        content = resolve(document, operation.tree["responses"]["200"]).get("content", {})
        shape = _shape_of(document, content.get("application/json", {}).get("schema", {}))
        operation.checkers["unusual"] = shape
    return shape


def _shape_of(
    document: Mapping[str, Any], reference: Mapping[str, Any], outer: frozenset[str] = frozenset()
) -> Shape:
    """The shape a schema means; one that contains itself, such as a tree's, varies at its outermost level."""
    name = reference.get("$ref")
    if name in outer:
        return PLAIN
    shape_of = partial(_shape_of, document, outer=outer if name is None else outer | {name})
    schema = resolve(document, reference)
    kind = schema.get("type")
    members = {name: shape_of(each) for name, each in schema.get("properties", {}).items()}
    return Shape(
        kind="object" if members else kind if isinstance(kind, str) else None,
        needs=frozenset(schema.get("required", ())),
        variations=marks(schema),
        members=members or None,
        items=shape_of(schema["items"]) if "items" in schema else None,
        alternatives=tuple(shape_of(each) for each in (*schema.get("anyOf", ()), *schema.get("oneOf", ()))),
    )


def _vary(value: Any, shape: Shape, rng: Random, chance_of: Callable[[Any], Random] | None = None) -> Any:
    """A value as it may be too; the items of its outermost list have chances of their own."""
    if shape.alternatives:
        shape = next((other for other in shape.alternatives if other.fits(value)), PLAIN)
    if isinstance(value, list):
        if shape.items is None:
            return value
        return [_vary(item, shape.items, chance_of(item) if chance_of else rng) for item in value]
    if not isinstance(value, dict) or shape.members is None:
        return value
    variant = dict(_members(value, shape.members, rng, chance_of))
    if "new-field" in shape.variations and happens(rng, GROWS):
        name = pick(rng, tuple(NEW_FIELDS))
        variant.setdefault(name, NEW_FIELDS[name])
    if happens(rng, SHUFFLES):
        return dict(sorted(variant.items(), key=lambda _: rng.random()))
    return variant


def _members(
    value: Mapping[str, Any],
    shapes: Mapping[str, Shape],
    rng: Random,
    chance_of: Callable[[Any], Random] | None,
) -> list[tuple[str, Any]]:
    members: list[tuple[str, Any]] = []
    for name, item in value.items():
        shape = shapes.get(name, PLAIN)
        way = _way(item, shape, rng)
        if way == "absent":
            continue
        members.append((name, _other(way, item) if way else _vary(item, shape, rng, chance_of)))
    return members


def _way(item: Any, shape: Shape, rng: Random) -> str | None:
    """In which of its ways a member differs this time; None for not at all."""
    possible = [way for way in shape.variations if _can(way, item)]
    return pick(rng, possible) if possible and happens(rng, SHARE) else None


def _can(way: str, item: Any) -> bool:
    if way == "empty":
        return isinstance(item, list)
    if way in TEXTS:
        return isinstance(item, str) and TEXTS[way](item) != item
    return way in {"absent", "null"}


def _other(way: str, item: Any) -> Any:
    if way in TEXTS:
        return TEXTS[way](item)
    return [] if way == "empty" else None
