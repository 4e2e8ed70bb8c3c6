"""Decodes parameters from raw strings by the spec: nothing is coerced in silence, nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from emulator.contract.errors import Refusal
from emulator.contract.operations import Operation, Parameter
from emulator.contract.schemas import first_breach, query_validator, validator

_WHOLE = re.compile(r"-?\d{1,19}", re.ASCII)
_TRUTH = {"true": True, "false": False, "True": True, "False": False, "1": True, "0": False}
_BOUNDS = {"int32": 2**31, "int64": 2**63}


def decode_query(operation: Operation, query: str, *, strict: bool = False) -> dict[str, Any]:
    """Decode a raw query string, fill in defaults, and hold them to the operation's schema and rules.

    Shapes: a ``strict`` reading knows no name that the document does not have, a lenient one ignores it.
    Errors: Refusal for a wrong type, an unknown value, a repeated single parameter, a broken rule.
    """
    raw: dict[str, list[str]] = {}
    for sent_name, text in query_pairs(query):
        name = operation.query_names.get(sent_name.lower(), sent_name)
        if name in operation.queries:
            raw.setdefault(name, []).append(text)
        elif strict:
            raise Refusal("parameter-unknown", parameter=sent_name, known=", ".join(operation.queries))
    values: dict[str, Any] = {**operation.defaults}
    for name, texts in raw.items():
        if texts != [""]:
            values[name] = _decode_one(operation.queries[name], texts)
    _check_schema(operation, values)
    _check_windows(operation, values)
    return values


@lru_cache(maxsize=512)
def query_pairs(query: str) -> tuple[tuple[str, str], ...]:
    """Split a query string into pairs; bytes that are no UTF-8 become replacement characters."""
    return tuple(parse_qsl(query, keep_blank_values=True, errors="replace"))


def decode_path(operation: Operation, raw: Mapping[str, str]) -> dict[str, Any]:
    """Decode the path's segments and check each against its schema."""
    values: dict[str, Any] = {}
    for parameter in operation.parameters:
        if parameter.place == "path":
            value = _typed_value(parameter, raw[parameter.name])
            if not validator(operation, f"path {parameter.name}", parameter.schema).is_valid(value):
                raise Refusal(parameter.on_invalid, parameter=parameter.name, value=raw[parameter.name])
            values[parameter.name] = value
    return values


def _decode_one(parameter: Parameter, texts: list[str]) -> Any:
    if parameter.many:
        return [_typed_value(parameter, part.strip()) for text in texts for part in text.split(",")]
    if len(texts) > 1:
        raise Refusal("parameter-repeated", parameter=parameter.name, value=", ".join(texts))
    return _typed_value(parameter, texts[0])


def _typed_value(parameter: Parameter, text: str) -> Any:
    text = parameter.aliases.get(text, text)
    if parameter.kind == "integer":
        bound = _BOUNDS.get(parameter.schema.get("format", "int64"), 2**63)
        if _WHOLE.fullmatch(text) and -bound <= int(text) < bound:
            return int(text)
    elif parameter.kind == "boolean":
        if text in _TRUTH:
            return _TRUTH[text]
    else:
        return text
    raise Refusal(parameter.on_invalid, parameter=parameter.name, value=text)


def _check_schema(operation: Operation, values: Mapping[str, Any]) -> None:
    breach = first_breach(query_validator(operation), values)
    if breach is not None:
        if not breach.instance_path:
            missing = operation.queries[breach.kind.property]
            raise Refusal(missing.on_missing, parameter=missing.name, value="")
        parameter = operation.queries[str(breach.instance_path[0])]
        raise Refusal(parameter.on_invalid, parameter=parameter.name, value=values[parameter.name])
    for index, rule in enumerate(operation.words.get("x-query-schema", ())):
        if not validator(operation, f"query rule {index}", rule["schema"]).is_valid(values):
            raise Refusal(rule["error"])


def _check_windows(operation: Operation, values: Mapping[str, Any]) -> None:
    window = operation.words.get("x-window")
    if window and not any(name in values for name in window.get("unless", ())):
        _check_dates(window, values)
    pages = operation.words.get("x-page-window")
    if pages and pages.get("beyond") not in values:
        page_count = values[pages["page"]] + pages.get("whole_page", False)
        if page_count * values[pages["size"]] > pages["max"]:
            raise Refusal(pages["error"], maximum=pages["max"])


def _check_dates(window: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    start, end = values.get(window["from"]), values.get(window["to"])
    if start is None or end is None:
        return
    if end < start and "order_error" in window:
        raise Refusal(window["order_error"])
    if "max_ms" in window and window.get("over") == "refuse" and end - start > window["max_ms"]:
        raise Refusal(window["error"], days=window["max_ms"] // 86_400_000)
