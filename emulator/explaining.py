"""Tells in words what the emulator enforces at an operation, each line with its source and confidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.contract.contract import Contract
from emulator.contract.operations import Operation


def explanation(contract: Contract, operation_id: str) -> Iterator[str]:
    """Yield the lines about every edition of an operation; none when there is no operation of that id."""
    wanted = operation_id.lower()
    for operation in contract.operations:
        if operation.id.lower() == wanted:
            yield from _of(contract, operation)


def _of(contract: Contract, operation: Operation) -> Iterator[str]:
    yield f"{operation.id} ({operation.edition})  {operation.method} {operation.path}"
    yield f"  {operation.tree.get('summary', '')}  {_source(operation.tree)}"
    yield "  gates: " + " > ".join(operation.gates)
    for bucket in operation.buckets:
        tiers = ", ".join(f"{name}: {number}" for name, number in bucket.tiers.items())
        shared = f" shared by {bucket.name}" if bucket.name else ""
        yield f"  limit: {bucket.requests or tiers} in {bucket.per_ms / 1000:g} s{shared}"
    for entry in operation.tree.get("parameters", ()):
        tree = contract.documents[operation.document]
        yield from _parameter(_followed(tree, entry))
    for word in ("x-window", "x-page-window"):
        if word in operation.words:
            facts = {key: value for key, value in operation.words[word].items() if key != "x-source"}
            yield f"  {word}: {facts}  {_source(operation.words[word])}"
    for error_id in operation.words.get("x-errors", ()):
        entry = contract.catalogue.errors[error_id]
        sentence = entry.get("message", {}).get("en", "")
        yield f"  error {entry['status']} {error_id}: {sentence}  {_source(entry)}"
    for rule in contract.rules():
        if rule["document"] == operation.document and rule["operation"] in (None, operation.id):
            yield f"  rule {rule['id']} {rule['level']}: {rule['law']}  {_source(rule)}"
    yield ""


def _followed(document: Mapping[str, Any], entry: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in entry:
        return entry
    kind, name = str(entry["$ref"]).split("/")[-2:]
    found: Mapping[str, Any] = document["components"][kind][name]
    return found


def _parameter(entry: Mapping[str, Any]) -> Iterator[str]:
    shown = ("type", "enum", "minimum", "maximum", "maxItems", "default", "format")
    schema = {key: value for key, value in entry["schema"].items() if key in shown}
    need = "required" if entry.get("required") else "optional"
    yield f"  {entry['in']} {entry['name']}: {need} {schema}  {_source(entry)}"


def _source(entry: Mapping[str, Any]) -> str:
    source = entry.get("x-source", {})
    told = [f"[{source['confidence']}]"] if "confidence" in source else []
    return " ".join([*told, *(str(source[key]) for key in ("page", "note") if key in source)])
