"""What a request's body may hold has an end everywhere, and what goes beyond it costs little."""

from __future__ import annotations

import re
import time
import tracemalloc
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from contract_tests.stages.law import installed_law
from emulator.contract.bodies import LONGEST_LIST, MOST_MEMBERS, decode_body
from emulator.contract.errors import Refusal
from emulator.contract.operations import resolve

BOUNDS = {"array": "maxItems", "string": "maxLength", "integer": "maximum"}
LARGE_BYTES = 8_000_000
ROWS = (b"7", b"{}", b"[]", b'{"a":1}', b'"a text of some length"', b'{"a text of some length":[1,2,3]}')
COSTLY = ("requestItems", "createProduct", "updateLaborCosts", "updatePackage", "createVideo")


def schemas_in(
    node: Any, components: Mapping[str, Any], place: str, outer_references: frozenset[str]
) -> Iterator[Any]:
    """Yield each schema that a schema is made of, with its place."""
    reference = node.get("$ref", "")
    if reference in outer_references:
        return
    whole = resolve({"components": components}, node)
    yield place, whole
    parts = [(f"{place}/{name}", part) for name, part in whole.get("properties", {}).items()]
    inner = [(f"{place}/*", whole.get(word)) for word in ("items", "additionalProperties")]
    others = [(place, part) for word in ("oneOf", "anyOf", "allOf") for part in whole.get(word, ())]
    for its_place, part in [*parts, *inner, *others]:
        if isinstance(part, Mapping):
            yield from schemas_in(part, components, its_place, outer_references | ({reference} - {""}))


def body_schemas() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for operation in installed_law().operations:
        body = resolve({"components": operation.components}, operation.tree.get("requestBody", {}))
        for media in body.get("content", {}).values():
            place = f"{operation.document} {operation.id}"
            yield from schemas_in(media["schema"], operation.components, place, frozenset())


def test_nothing_in_a_body_is_without_end() -> None:
    endless = [
        f"{place} has no {bound}"
        for place, schema in body_schemas()
        for kind, bound in BOUNDS.items()
        if kind in (schema.get("type"), *(schema["type"] if isinstance(schema.get("type"), list) else ()))
        if bound not in schema and not {"enum", "const"} & schema.keys() and schema.get("format") != "binary"
        if not re.fullmatch(r"\^[^*+]*\$", schema.get("pattern", ""))
    ]
    assert endless == []


def test_no_list_or_object_may_be_longer_than_what_is_read_of_it() -> None:
    schemas = list(body_schemas())
    assert max(schema.get("maxItems", 0) for _, schema in schemas) <= LONGEST_LIST
    assert max(len(schema.get("properties", ())) for _, schema in schemas) <= MOST_MEMBERS


def large_bodies(operation: Any) -> Iterator[bytes]:
    body = resolve({"components": operation.components}, operation.tree["requestBody"])
    schema = resolve({"components": operation.components}, body["content"]["application/json"]["schema"])
    for row in ROWS:
        rows = b"[" + b",".join([row] * (LARGE_BYTES // (len(row) + 1))) + b"]"
        yield rows
        for name in list(schema.get("properties", ()))[:3]:
            yield b'{"%b":%b}' % (name.encode(), rows)
    yield b"{" + b",".join(b'"member %d":1' % number for number in range(LARGE_BYTES // 18)) + b"}"


def refusals_of(operation: Any, bodies: Iterator[bytes]) -> Iterator[tuple[str, float]]:
    """Yield the refusal of each body and the processor time that it cost."""
    for body in bodies:
        start_s = time.process_time()
        with pytest.raises(Refusal) as refusal:
            decode_body(operation, "application/json", body)
        yield refusal.value.error_id, time.process_time() - start_s


@pytest.mark.parametrize("name", COSTLY)
def test_eight_megabytes_of_wrong_rows_cost_little_time(name: str) -> None:
    operation = next(one for one in installed_law().operations if one.id == name)
    costs = [seconds for _, seconds in refusals_of(operation, large_bodies(operation))]
    assert max(costs) < 0.3


def test_eight_megabytes_of_wrong_rows_cost_little_memory() -> None:
    operation = next(one for one in installed_law().operations if one.id == "requestItems")
    bodies = list(large_bodies(operation))
    tracemalloc.start()
    try:
        assert all(error for error, _ in refusals_of(operation, iter(bodies)))
        assert tracemalloc.get_traced_memory()[1] < 200 * 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.nightly
def test_every_operation_refuses_large_bodies_cheaply() -> None:
    jsons = (
        one
        for one in installed_law().operations
        if "application/json"
        in resolve({"components": one.components}, one.tree.get("requestBody", {})).get("content", {})
    )
    costs = [
        (seconds, operation.id)
        for operation in jsons
        for _, seconds in refusals_of(operation, large_bodies(operation))
    ]
    assert max(costs) < (0.3, "")
