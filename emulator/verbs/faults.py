"""A fault in one word: OPERATION:key=value,key=value, or the JSON that the control API takes."""

from __future__ import annotations

import json
from typing import Any

import click


def fault_body(text: str) -> dict[str, Any]:
    """Read a fault as the body of POST /_emulator/faults.

    Errors: click.BadParameter when it is neither form.
    """
    if text.lstrip().startswith("{"):
        try:
            return dict(json.loads(text))
        except ValueError as fault:
            raise click.BadParameter(f"{text} is no JSON: {fault}", param_hint="--fault") from fault
    operation, _, pairs = text.partition(":")
    body: dict[str, Any] = {"operation": operation}
    for pair in filter(None, pairs.split(",")):
        name, equals, value = pair.partition("=")
        if not equals:
            raise click.BadParameter(
                f"{pair} has no value: write OPERATION:key=value,key=value", param_hint="--fault"
            )
        body[name.strip()] = plain_value(value.strip())
    return body


def plain_value(text: str) -> Any:
    """Read a number, true, false or null; all else is text."""
    try:
        return json.loads(text)
    except ValueError:
        return text
