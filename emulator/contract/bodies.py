"""Decodes a request body by the spec: JSON, or a form with files."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

import orjson

from emulator.contract.dated_fields import REQUEST, remove_field
from emulator.contract.errors import Refusal
from emulator.contract.forms import FORM, form_value
from emulator.contract.operations import Operation, resolve
from emulator.contract.schemas import first_breach, validator

# What nobody documents has these bounds (I); the longest documented list has as many rows.
LONGEST_LIST, MOST_MEMBERS = 5_000, 1_000
BIG_BODY = 256 * 1024
"""Up to so many bytes a body is read and held to its schema in a few milliseconds, whatever it holds."""
# A batch far beyond its limit is still refused by that limit.
_MOST_CONTAINERS, _MOST_VALUES, _DEEPEST = 250_000, 500_000, 64


def decode_body(operation: Operation, media_type: str, body: bytes) -> Any:
    """Parse a body and hold it to its schema; None where the operation takes none or it was left out.

    Shapes: a field that is not there yet, or no longer, is one that nobody knows.
    Errors: Refusal with media-type-unsupported, body-malformed or its x-on-invalid.
    """
    reference = operation.tree.get("requestBody")
    if reference is None:
        return None
    body_spec = resolve({"components": operation.components}, reference)
    if not body and not body_spec.get("required", False):
        return None
    kind = media_type.partition(";")[0].strip().lower()
    if body and kind not in body_spec["content"]:
        raise Refusal("media-type-unsupported", value=kind)
    try:
        value = form_value(media_type, body) if kind == FORM else _json_value(body)
    except ValueError as fault:
        raise Refusal("body-malformed", value=str(fault)) from fault
    schema = body_spec["content"][kind]["schema"]
    whole = resolve({"components": operation.components}, schema)
    try:
        breach = first_breach(validator(operation, "request body", schema), value)
    except ValueError as fault:
        raise Refusal("body-malformed", value="it is nested too deeply") from fault
    if breach is not None:
        raise _refusal(operation, body_spec, whole, breach)
    for path in operation.absent_fields.get(REQUEST, ()):
        remove_field(value, path)
    return value


def _json_value(body: bytes) -> Any:
    """Parse JSON that holds no more than any body has: each value costs more memory than it has bytes.

    Errors: ValueError.
    """
    if len(body) <= BIG_BODY:
        return orjson.loads(body)
    if body.count(b"{") + body.count(b"[") > _MOST_CONTAINERS:
        raise ValueError(f"it holds more than {_MOST_CONTAINERS:,} objects and lists")
    if body.count(b",") > _MOST_VALUES:
        raise ValueError(f"it holds more than {_MOST_VALUES:,} values")
    return without_surplus(orjson.loads(body))


def without_surplus(value: Any, depth: int = 0) -> Any:
    """Leave of what is too long for any list or object one too many: the others cost time and break nothing.

    Errors: ValueError for a value that is nested deeper than any body.
    """
    if not isinstance(value, list | dict):
        return value
    if depth > _DEEPEST:
        raise ValueError("it is nested too deeply")
    if isinstance(value, list):
        return [without_surplus(one, depth + 1) for one in value[: LONGEST_LIST + 1]]
    members = islice(value.items(), MOST_MEMBERS + 1)
    return {name: without_surplus(one, depth + 1) for name, one in members}


def _refusal(
    operation: Operation, body_spec: Mapping[str, Any], whole: Mapping[str, Any], breach: Any
) -> Refusal:
    """Say what is wrong, by the words of the property it is wrong with, else of the body."""
    path = [str(step) for step in breach.instance_path]
    missing = None if path else getattr(breach.kind, "property", None)
    words = whole.get("properties", {}).get(missing or (path[0] if path else ""), {})
    own = words.get("x-on-missing" if missing else "x-on-invalid")
    invalid = body_spec.get("x-on-invalid", operation.words.get("x-on-invalid", "parameter-invalid"))
    place = missing or "/".join(path) or "body"
    return Refusal(own or invalid, parameter=place, value=_sentence(whole, breach))


def _sentence(whole: Mapping[str, Any], breach: Any) -> str:
    """Say how the body breaks its schema; a member nobody knows is answered with those that are known."""
    if breach.instance_path or not hasattr(breach.kind, "unexpected"):
        return str(breach.message)
    return f"{breach.message}; known are {', '.join(whole.get('properties', {}))}"
