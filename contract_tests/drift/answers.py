"""Holds answers to the schemas of their operations and says what is other, with its line and its patch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import jsonschema_rs
import orjson

from contract_tests.drift.patches import scalar, with_item, with_member, without_item
from contract_tests.drift.spec_tree import Cursor, SpecTree
from contract_tests.drift.values import Difference, Edit
from contract_tests.records.exchange_lines import request_line
from contract_tests.records.history import Exchange

JSON = "application/json"
# What a token in the place of a personal value cannot keep to.
FORM_WORDS = frozenset({"pattern", "format", "maxLength", "minLength", "minimum", "maximum", "const"})
NUMBER_WORDS = frozenset({"minimum", "maximum", "maxItems", "minItems", "maxLength", "minLength"})
TYPES: Mapping[type, str] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    dict: "object",
    list: "array",
    type(None): "null",
}


@dataclass(slots=True)
class AnswerSchemas:
    """The schemas of answers, compiled when they are first needed."""

    tree: SpecTree
    _validators: dict[tuple[str, str, int], Any] = field(default_factory=dict)

    def differences(self, operation: Any, exchange: Exchange) -> Iterator[Difference]:
        """Yield what of an answer is not as its operation says."""
        response = _response(operation, exchange.status)
        if response is None:
            yield self._undocumented_status(operation, exchange)
            return
        media_type = exchange.response_headers.get("content-type", "").partition(";")[0].strip()
        contents = response.get("content", {})
        if contents and media_type and media_type not in contents:
            yield self._other_media_type(operation, exchange, media_type, contents)
        value = exchange.body.json
        if value is None or JSON not in contents or "schema" not in contents[JSON]:
            return
        checker = self._validator(operation, exchange.status, contents[JSON]["schema"])
        if checker.is_valid(value):
            return
        for part in parts_of(value):
            for error in checker.iter_errors(part):
                yield from self._breach(operation, exchange, error)

    def _validator(self, operation: Any, status: int, schema: Mapping[str, Any]) -> Any:
        key = (operation.document, operation.id, status)
        if key not in self._validators:
            whole = {**schema, "components": operation.components}
            self._validators[key] = jsonschema_rs.validator_for(whole, validate_formats=True, offline=True)
        return self._validators[key]

    def schema_place(self, operation: Any, status: int) -> Cursor | None:
        """Find the schema of an answer in the specs."""
        place = self.tree.operation(operation)
        return place.walk(["responses", str(status), "content", JSON, "schema"]) if place else None

    def _undocumented_status(self, operation: Any, exchange: Exchange) -> Difference:
        place = self.tree.operation(operation)
        responses = place.child("responses") if place else None
        statuses = ", ".join(operation.tree["responses"])
        return Difference(
            "undocumented status",
            operation.id,
            str(exchange.status),
            f"answers {statuses}",
            "never answers it",
            f"answered {exchange.status}",
            request_line(exchange),
            line=responses.line if responses else None,
        )

    def _other_media_type(
        self, operation: Any, exchange: Exchange, media_type: str, contents: Mapping[str, Any]
    ) -> Difference:
        place = self.tree.operation(operation)
        content = place.walk(["responses", str(exchange.status), "content"]) if place else None
        media_types = " or ".join(contents)
        return Difference(
            "other content type",
            operation.id,
            str(exchange.status),
            media_types,
            f"sends {media_types}",
            f"sent {media_type}",
            request_line(exchange),
            line=content.line if content else None,
        )

    def _breach(self, operation: Any, exchange: Exchange, error: Any) -> Iterator[Difference]:
        *steps, keyword = error.evaluation_path
        start = self.schema_place(operation, exchange.status)
        holder = start.walk(steps) if start else None
        if holder is None or _is_dated(holder, keyword, error):
            return
        place = "/".join(str(step) for step in error.instance_path if isinstance(step, str))
        facts = _Facts(operation.id, f"{exchange.status} {place}".strip(), request_line(exchange))
        yield from _describe(facts, holder, str(keyword), error)


@dataclass(frozen=True, slots=True)
class _Facts:
    operation: str
    place: str
    request: str

    def difference(
        self, kind: str, name: str, documents: str, reality: str, place: Cursor, edits: Sequence[Edit] = ()
    ) -> Difference:
        where = f"{self.place}/{name}" if name else self.place
        emulator = "keeps to the documents"
        return Difference(
            kind,
            self.operation,
            where,
            documents,
            emulator,
            reality,
            self.request,
            1,
            place.line,
            tuple(edits),
        )


def _describe(facts: _Facts, holder: Cursor, keyword: str, error: Any) -> Iterator[Difference]:
    """Yield the differences that one breach of a schema is."""
    match keyword:
        case "additionalProperties":
            yield from _undocumented_members(facts, holder, error)
        case "required":
            yield _missing_member(facts, holder, error.kind.property)
        case "type":
            yield _other_type(facts, holder, error.instance)
        case "enum" | "const":
            yield _new_value(facts, holder, error)
        case "oneOf" | "anyOf":
            yield from _no_branch(facts, holder, keyword, error)
        case _ if keyword in FORM_WORDS and _is_personal(holder):
            return
        case _:
            yield _other_bound(facts, holder, keyword, error)


def _undocumented_members(facts: _Facts, holder: Cursor, error: Any) -> Iterator[Difference]:
    properties = holder.child("properties")
    place = properties or holder
    for name in error.kind.unexpected:
        value = error.instance[name]
        note = f"{{type: {_type_text(value)}, x-source: {{confidence: C, note: Seen in a recording.}}}}"
        edits = [with_member(properties, scalar(name), note)] if properties else []
        reality = f"sent {name}, {_a(TYPES[type(value)])}"
        yield facts.difference("undocumented field", name, "no such field", reality, place, edits)


def _missing_member(facts: _Facts, holder: Cursor, name: str) -> Difference:
    demand, field_place = holder.child("required"), holder.walk(["properties", name])
    names = [one.value for one in demand.items()] if demand else []
    edits = [without_item(demand, names.index(name))] if demand and name in names else []
    words = (f"{name} is always there", f"{name} was absent")
    return facts.difference("missing field", name, *words, field_place or demand or holder, edits)


def _other_type(facts: _Facts, holder: Cursor, value: Any) -> Difference:
    place = holder.child("type") or holder
    names = [one.value for one in place.items()] or [place.value]
    types = [*names, TYPES[type(value)]]
    text = "[" + ", ".join(f'"{one}"' if one == "null" else one for one in types) + "]"
    reality = f"sent {_a(TYPES[type(value)])}"
    return facts.difference("other type", "", " or ".join(names), reality, place, [place.edit(text)])


def _new_value(facts: _Facts, holder: Cursor, error: Any) -> Difference:
    place = holder.child("enum") or holder.child("const") or holder
    documents = ", ".join(one.value for one in place.items()) or place.value
    value = error.instance if isinstance(error.instance, str) else orjson.dumps(error.instance).decode()
    is_list = holder.child("enum") is not None
    edits = (
        [with_item(place, scalar(value))] if is_list and not isinstance(error.instance, dict | list) else []
    )
    return facts.difference("new value", "", f"one of {documents}", f"sent {value[:80]}", place, edits)


def _no_branch(facts: _Facts, holder: Cursor, keyword: str, error: Any) -> Iterator[Difference]:
    """Say what the nearest branch lacks: the one that fewest errors keep from the value."""
    branches = [list(one) for one in getattr(error.kind, "context", ())]
    place = holder.child(keyword) or holder
    nearest = min(branches, key=len, default=[])
    missing = [one.kind.property for one in nearest if hasattr(one.kind, "property")]
    names = ", ".join(missing)
    documents = "one of the forms that are listed there"
    reality = f"{names} was absent" if names else "no form fits what was sent"
    kind = "missing field" if names else "other form"
    yield facts.difference(kind, missing[0] if missing else "", documents, reality, place)


def _other_bound(facts: _Facts, holder: Cursor, keyword: str, error: Any) -> Difference:
    place = holder.child(keyword) or holder
    value = error.instance
    size = len(value) if isinstance(value, str | list) else value
    edits = [place.edit(str(size))] if keyword in NUMBER_WORDS and isinstance(size, int) else []
    documents = f"{keyword} {place.source_text if place is not holder else ''}".strip()
    return facts.difference("other bound", "", documents, f"sent {str(size)[:80]}", place, edits)


def _is_dated(holder: Cursor, keyword: str | int, error: Any) -> bool:
    """Tell whether a breach is about fields that come or go on a day: there the schema says too much."""
    names = [error.kind.property] if keyword == "required" else getattr(error.kind, "unexpected", ())
    if keyword in ("oneOf", "anyOf"):
        return False
    places = [holder.walk(["properties", name]) for name in names]
    return any(one and (one.child("x-since") or one.child("x-until")) for one in places)


def _is_personal(holder: Cursor) -> bool:
    place: Cursor | None = holder
    while place is not None:
        word = place.child("x-personal")
        if word is not None:
            return word.value != "public"
        place = place.above
    return False


def _type_text(value: Any) -> str:
    name = TYPES[type(value)]
    return f'[string, "{name}"]' if value is None else name


def _a(name: str) -> str:
    return "null" if name == "null" else f"an {name}" if name[0] in "aio" else f"a {name}"


def _response(operation: Any, status: int) -> Mapping[str, Any] | None:
    entry = operation.tree["responses"].get(str(status))
    if entry is not None and "$ref" in entry:
        name = entry["$ref"].rpartition("/")[2]
        return {**operation.components["responses"][name]}
    return None if entry is None else dict(entry)


def parts_of(value: Any) -> Iterator[Any]:
    """Cut a page into pages of one row: to list each breach of a long list would cost its square."""
    if isinstance(value, list) and value:
        yield from ([row] for row in value)
        return
    lists = (
        [name for name, one in value.items() if isinstance(one, list) and len(one) > 1]
        if isinstance(value, dict)
        else []
    )
    if not lists:
        yield value
        return
    name = max(lists, key=lambda one: len(value[one]))
    yield from ({**value, name: [row]} for row in value[name])
