"""Compiled validators: one for each schema an operation names, made when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jsonschema_rs
import orjson

from emulator.contract.loosening import loosen
from emulator.contract.operations import Operation, resolve


def validator(operation: Operation, label: str, schema: Mapping[str, Any]) -> Any:
    """Give the compiled validator of a schema; ``label`` tells an operation's schemas apart."""
    checker = operation.checkers.get(label)
    if checker is None:
        whole = {**schema, "components": operation.components}
        checker = jsonschema_rs.validator_for(whole, validate_formats=True, offline=True)
        operation.checkers[label] = checker
    return checker


def _loose_validator(operation: Operation, label: str, schema: Mapping[str, Any]) -> Any:
    checker = operation.checkers.get(f"loose {label}")
    if checker is None:
        whole = loosen({**schema, "components": operation.components})
        checker = jsonschema_rs.validator_for(whole, validate_formats=True, offline=True)
        operation.checkers[f"loose {label}"] = checker
    return checker


def query_validator(operation: Operation) -> Any:
    """Give the compiled validator of the whole decoded query: each parameter a property of one object."""
    checker = operation.checkers.get("query")
    if checker is not None:
        return checker
    parameters = operation.queries.values()
    schema = {
        "type": "object",
        "properties": {entry.name: entry.whole for entry in parameters},
        "required": [entry.name for entry in parameters if entry.required],
    }
    return validator(operation, "query", schema)


def first_breach(checker: Any, value: Any) -> Any:
    """Give the first way in which a value breaks a schema, None when it keeps it.

    To list every breach would cost the square of a long list whose items are all wrong.
    Errors: ValueError for a value that is nested deeper than the validator goes.
    """
    try:
        checker.validate(value)
    except jsonschema_rs.ValidationError as breach:
        return breach
    return None


def response_breach(
    operation: Operation, status: int, media_type: str, body: bytes, *, unusual: bool = False
) -> str | None:
    """Say how an answer breaks the operation's own response schema, or None when it keeps it.

    Shapes: an ``unusual`` answer may in addition be what the schema's x-unusual words allow; an address
    that is not built has no schema to break.
    """
    if "responses" not in operation.tree:
        return None
    entry = operation.tree["responses"].get(str(status))
    if entry is None:
        return f"status {status} is not declared for {operation.id}"
    content = resolve({"components": operation.components}, entry).get("content", {})
    media = content.get(media_type.partition(";")[0])
    if media is None:
        return f"{media_type} is not declared for {operation.id} {status}" if content else None
    if media_type != "application/json" or "schema" not in media:
        return None
    checker = _loose_validator if unusual else validator
    breach = first_breach(checker(operation, f"response {status}", media["schema"]), orjson.loads(body))
    if breach is None:
        return None
    place = "/".join(str(step) for step in breach.instance_path)
    return f"{operation.id} {status} at /{place}: {breach.message}"[:600]
