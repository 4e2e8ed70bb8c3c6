"""Tells in lines what the emulator enforces at an operation, each with its source and confidence."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from emulator.contract.contract import Contract
from emulator.contract.operations import Operation
from emulator.control.spec_views import explain

_SCHEMA_MEMBERS = ("type", "format", "enum", "minimum", "maximum", "maxItems", "default")
_LEGEND = "D documented, C seen by a client, I inferred"
_STEP, _NEAR = 2, 0.5
_OURS = "control"

DepthLine = tuple[int, str]
"""A line and how deep it stands."""


def explanation(contract: Contract, operation_id: str, width: int | None = None) -> Iterator[str]:
    """Yield the lines about every edition of an operation; none when there is no operation of that id.

    Shapes: lines are broken at ``width`` columns, and not at all without one.
    """
    yield from _unbuilt(contract, operation_id, width)
    any_edition = False
    for edition in explain(contract, operation_id):
        any_edition = True
        for depth, text in _edition(operation_id, edition):
            yield from _wrap(depth, text, width)
        yield ""
    if any_edition:
        yield _LEGEND


def _unbuilt(contract: Contract, operation_id: str, width: int | None) -> Iterator[str]:
    for one in contract.unbuilt:
        if one.id == operation_id:
            yield f"{operation_id} ({one.edition})"
            answer = "documented, not emulated yet: 501 behind the gates " + " > ".join(one.gates)
            lines = [(1, f"{one.method} {one.path}"), (1, answer), *_source(one.tree["x-source"], 1)]
            for depth, text in lines:
                yield from _wrap(depth, text, width)
            yield ""


def operation_list(contract: Contract) -> Iterator[str]:
    """Yield every vendor operation, then every documented address that is not emulated yet."""
    yield from _addresses(
        "emulated", (one for one in contract.distinct() if one.family != _OURS and "x-edition" in one.words)
    )
    yield from _addresses(
        "emulated, of other systems",
        (one for one in contract.distinct() if one.family != _OURS and "x-edition" not in one.words),
    )
    yield from _addresses(
        "documented, not emulated yet: 501 behind the gates of their neighbours", contract.unbuilt
    )


def _addresses(heading: str, operations: Iterable[Operation]) -> Iterator[str]:
    editions: dict[tuple[str, str, str], list[str]] = {}
    for one in operations:
        editions.setdefault((one.id, one.method, one.path), []).append(one.words.get("x-edition", ""))
    if editions:
        yield f"{heading}:"
    for (name, method, path), places in editions.items():
        yield f"  {name} ({', '.join(places)})".replace(" ()", "") + f"  {method} {path}"


def near(contract: Contract, operation_id: str) -> list[str]:
    """Give the operations whose ids look like one that does not exist, the nearest first."""
    # Ours are shown to who names them; whoever mistypes means the vendor's.
    vendors = (*(entry for entry in contract.operations if entry.family != _OURS), *contract.unbuilt)
    ids = {entry.id.lower(): entry.id for entry in vendors}
    containing = [name for key, name in sorted(ids.items()) if operation_id.lower() in key]
    close = get_close_matches(operation_id.lower(), ids, cutoff=_NEAR)
    return list(dict.fromkeys([*(ids[key] for key in close), *containing]))[:5]


def _edition(operation_id: str, edition: Mapping[str, Any]) -> Iterator[DepthLine]:
    yield 0, f"{operation_id} ({edition['edition']})" if edition["edition"] else operation_id
    yield 1, f"{edition['method']} {edition['path']}"
    yield 1, edition["summary"]
    yield from _source(edition["source"], 1)
    yield 1, "gates, in this order: " + " > ".join(edition["gates"])
    yield from _section("limits", [(limit_text(one), None) for one in edition["limits"]])
    yield from _section("parameters", [(parameter_text(one), one["source"]) for one in edition["parameters"]])
    yield from _section("rows", [(_event(one), None) for one in edition["events"]])
    windows = edition["windows"].items()
    yield from _section("windows", [(window_text(word, value), value["x-source"]) for word, value in windows])
    yield from _section("refusals", [(_error(one), one["source"]) for one in edition["errors"]])
    yield from _section("rules for clients", [(_rule(one), one["x-source"]) for one in edition["rules"]])


def _section(heading: str, claims: list[tuple[str, Any]]) -> Iterator[DepthLine]:
    if claims:
        yield 0, ""
        yield 1, heading
    for text, source in claims:
        yield 2, text
        yield from _source(source, 4)


def _wrap(depth: int, text: str, width: int | None) -> list[str]:
    indent = " " * _STEP * depth
    # A method with its path is there to be copied.
    if width is None or text.count(" ") < 2:
        return [f"{indent}{text}"]
    return textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent + " " * _STEP,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _event(event: Mapping[str, Any]) -> str:
    return f"{', '.join(event['types'])}: {event['when']}"


def limit_text(limit: Mapping[str, Any]) -> str:
    """Write a limit of an operation in one line."""
    tiers = ", ".join(f"{name}: {number}" for name, number in limit["tiers"].items())
    sharing = f", shared by {limit['bucket']}" if limit["bucket"] else ""
    dates = "".join(f", {word} {limit[word]}" for word in ("since", "until") if limit[word])
    return f"{limit['requests'] or tiers} in {limit['per_ms'] / 1000:g} s{sharing}{dates}"


def parameter_text(parameter: Mapping[str, Any]) -> str:
    """Write a parameter of an operation in one line."""
    schema = ", ".join(
        _fact(key, parameter["schema"][key]) for key in _SCHEMA_MEMBERS if key in parameter["schema"]
    )
    need = "required" if parameter["required"] else "optional"
    return f"{parameter['in']} {parameter['name']}: {need}, {schema}"


def _fact(key: str, value: Any) -> str:
    if key == "enum":
        return f"one of {', '.join(map(str, value))}"
    return str(value) if key in {"type", "format"} else f"{key} {value}"


def window_text(word: str, value: Mapping[str, Any]) -> str:
    """Write a window of an operation in one line."""
    return f"{word}: " + ", ".join(f"{key} {item}" for key, item in value.items() if key != "x-source")


def _error(error: Mapping[str, Any]) -> str:
    return ": ".join(filter(None, (f"{error['status']} {error['id']}", error["message"])))


def _rule(rule: Mapping[str, Any]) -> str:
    return f"{rule['level']} {rule['id']}: {rule['law']}"


def _source(source: Mapping[str, Any] | None, depth: int) -> Iterator[DepthLine]:
    if source is not None:
        text = " - ".join(str(source[key]) for key in ("page", "note") if key in source)
        yield depth, f"[{source['confidence']}] {text}".rstrip()
