"""Tells in lines what the emulator enforces at an operation, each with its source and confidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.contract.contract import Contract
from emulator.control.law import explain

_SHOWN = ("type", "format", "enum", "minimum", "maximum", "maxItems", "default")


def explanation(contract: Contract, operation_id: str) -> Iterator[str]:
    """Yield the lines about every edition of an operation; none when there is no operation of that id."""
    for edition in explain(contract, operation_id):
        named = f" ({edition['edition']})" if edition["edition"] else ""
        yield f"{operation_id}{named}  {edition['method']} {edition['path']}"
        yield f"  {edition['summary']}  {_told(edition['source'])}"
        yield "  gates: " + " > ".join(edition["gates"])
        yield from map(_limit, edition["limits"])
        yield from map(_parameter, edition["parameters"])
        for word, value in edition["windows"].items():
            facts = ", ".join(f"{key} {item}" for key, item in value.items() if key != "x-source")
            yield f"  {word}: {facts}  {_told(value['x-source'])}"
        for error in edition["errors"]:
            words = f"{error['id']}: {error['message'] or ''}"
            yield f"  error {error['status']} {words}  {_told(error['source'])}"
        for rule in edition["rules"]:
            yield f"  {rule['level']} {rule['id']}: {rule['law']}  {_told(rule['x-source'])}"
        yield ""


def _limit(limit: Mapping[str, Any]) -> str:
    tiers = ", ".join(f"{name}: {number}" for name, number in limit["tiers"].items())
    shared = f", shared by {limit['bucket']}" if limit["bucket"] else ""
    return f"  limit: {limit['requests'] or tiers} in {limit['per_ms'] / 1000:g} s{shared}"


def _parameter(parameter: Mapping[str, Any]) -> str:
    schema = ", ".join(f"{key} {parameter['schema'][key]}" for key in _SHOWN if key in parameter["schema"])
    need = "required" if parameter["required"] else "optional"
    return f"  {parameter['in']} {parameter['name']}: {need}, {schema}  {_told(parameter['source'])}"


def _told(source: Mapping[str, Any] | None) -> str:
    if source is None:
        return ""
    return " ".join(
        [f"[{source['confidence']}]", *(str(source[key]) for key in ("page", "note") if key in source)]
    )
