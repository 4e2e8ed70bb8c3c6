"""Tells where a value breaks a published JSON Schema, in sentences for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import jsonschema_rs

from contract_tests.records.scenario import schema

EXCERPT_CHARS = 80

Document = Mapping[str, Any]


@cache
def _validator(name: str, part: str) -> Any:
    document = schema(name)
    if part:
        document = {"$ref": f"#/$defs/{part}", "$defs": document["$defs"]}
    return jsonschema_rs.validator_for(document, validate_formats=True)


def schema_errors(name: str, value: Any, part: str = "") -> Iterator[str]:
    """Yield one sentence for each place at which a value breaks the schema of a ``name``.

    Shapes: ``part`` is one of its ``$defs``; a sentence begins with the place, such as ``search.examples: ``,
    and nothing where that is the whole value.
    """
    return errors_in(schema(name), _validator(name, part), value)


@cache
def _list_validator(name: str, part: str) -> Any:
    items = {"type": "array", "items": {"$ref": f"#/$defs/{part}"}, "$defs": schema(name)["$defs"]}
    return jsonschema_rs.validator_for(items, validate_formats=True)


def all_valid(name: str, values: Iterable[Any], part: str) -> bool:
    """Tell at once whether many values keep to a part of a schema; what is no JSON does not."""
    try:
        return bool(_list_validator(name, part).is_valid(list(values)))
    except (TypeError, ValueError):
        return False


def errors_in(document: Document, validator: Any, value: Any) -> Iterator[str]:
    """Yield one sentence for each place at which a value breaks the schema of a ``document``."""
    if not validator.is_valid(value):
        for error in validator.iter_errors(value):
            yield _sentence(document, error)


def _sentence(document: Document, error: Any) -> str:
    *steps, keyword = error.schema_path
    text = _message(_at(document, steps), keyword, error)
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.instance_path)
    return f"{place.removeprefix('.')}: {text}" if place else text


def _message(subschema: Document, keyword: str | int, error: Any) -> str:
    description = str(subschema.get("description", "")).rstrip(".")
    explanation = f" ({description[:1].lower()}{description[1:]})" if description else ""
    match keyword:
        case "additionalProperties":
            return f"{error.message}; known are {', '.join(subschema.get('properties', ()))}"
        case "required":
            return str(error.message)
        case "enum":
            return f"{_excerpt(error)} is none of {', '.join(json.dumps(one) for one in subschema['enum'])}"
        case "oneOf" | "anyOf" | "pattern":
            return f"{_excerpt(error)} is not right{explanation}"
    return f"{error.message}{explanation}"


def _excerpt(error: Any) -> str:
    return json.dumps(error.instance, default=str, ensure_ascii=False)[:EXCERPT_CHARS]


def _at(document: Document, steps: Sequence[str | int]) -> Document:
    part: Any = document
    for step in steps:
        part = part[step]
    return part if isinstance(part, Mapping) else {}
