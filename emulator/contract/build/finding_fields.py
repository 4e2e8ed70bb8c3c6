"""Finds the dated fields of every operation, so that nobody looks for them while requests are served."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.contract.dated_fields import ANY_NAME, REQUEST
from emulator.contract.dates import dates_in
from emulator.contract.faults import SpecFault
from emulator.contract.operations import METHODS, resolve

_BRANCHES = ("allOf", "anyOf", "oneOf")
PathAndDates = tuple[tuple[str, ...], Mapping[str, Any]]


def dated_fields(name: str, document: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """List the dated fields of each operation of a bundled document that has any.

    Shapes: ``place``, ``path`` and the dating words of each, as ``fields_from`` reads them.
    Errors: SpecFault for a schema with dates: the property that uses it has them.
    """
    for schema_name, schema in document["components"].get("schemas", {}).items():
        if dates_in(schema):
            pointer = f"/components/schemas/{schema_name}"
            raise SpecFault(name, pointer, "a schema has no dates; date the properties that use it")
    fields: dict[str, list[dict[str, Any]]] = {}
    for item in document["paths"].values():
        for tree in (item[method] for method in METHODS if method in item):
            for place, schema in _schemas(document, tree):
                for path, words in dict(_fields(document, schema, (), frozenset())).items():
                    entry = {"place": place, "path": list(path), **words}
                    fields.setdefault(tree["operationId"], []).append(entry)
    return fields


def _schemas(document: Mapping[str, Any], tree: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    bodies = {REQUEST: tree.get("requestBody", {}), **tree.get("responses", {})}
    for place, body in bodies.items():
        for media in resolve(document, body).get("content", {}).values():
            yield place, media.get("schema", {})


def _fields(
    document: Mapping[str, Any], node: Mapping[str, Any], path: tuple[str, ...], above: frozenset[str]
) -> Iterator[PathAndDates]:
    reference = node.get("$ref", "")
    if reference in above:
        return
    inner = above | {reference} if reference else above
    schema = resolve(document, node)
    for name, each in schema.get("properties", {}).items():
        if words := dates_in(each):
            yield (*path, name), words
        yield from _fields(document, each, (*path, name), inner)
    if isinstance(schema.get("additionalProperties"), dict):
        yield from _fields(document, schema["additionalProperties"], (*path, ANY_NAME), inner)
    parts = [schema["items"]] if "items" in schema else []
    for each in (*parts, *(one for branch in _BRANCHES for one in schema.get(branch, ()))):
        yield from _fields(document, each, path, inner)
