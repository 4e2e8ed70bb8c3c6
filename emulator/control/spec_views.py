"""What the specs say, as the control API shows it and holds a new world to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from emulator.contract.contract import Contract, load_contract
from emulator.contract.dates import day_of
from emulator.contract.operations import Bucket, Operation, Parameter
from emulator.exchange import Refusal

_WINDOWS = ("x-window", "x-page-window")


def document_view(name: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """Show one document of the list."""
    return {
        "name": name,
        "title": document["info"]["title"],
        "version": document["info"]["version"],
        "edition": document.get("x-edition"),
        "path": f"/_emulator/openapi.json?name={quote(name)}",
    }


def law_views() -> tuple[Mapping[str, Mapping[str, Any]], list[dict[str, Any]]]:
    """Give the documents by name and every rule for consumers, as the control API hands them out."""
    contract = load_contract()
    return contract.documents, rule_views(contract)


def rule_views(contract: Contract) -> list[dict[str, Any]]:
    """Show every rule for consumers and where it holds, its judge's parameters filled in even with none."""
    return _rule_views(contract, contract.rules())


def _rule_views(contract: Contract, rules: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    operations: dict[str, list[Operation]] = {}
    for entry in contract.distinct():
        operations.setdefault(entry.id, []).append(entry)
    return [
        {"with": {}, **rule, "places": _places(contract, rule, operations.get(rule["operation"], ()))}
        for rule in rules
    ]


def _places(
    contract: Contract, rule: dict[str, Any], operations: Iterable[Operation]
) -> list[dict[str, Any]]:
    """Name where a rule holds; ``operations`` are those of its name, in whichever document."""
    document = rule["document"]
    if rule["operation"] is None:
        scope = contract.rule_scope(document)
        return [{"document": document if scope == f"{document}/" else scope, "operation": None}]
    return [
        {"document": entry.document, "operation": entry.id}
        for entry in operations
        if entry.document == rule["document"] or not entry.tree.get("x-rules")
    ]


def explain(contract: Contract, operation_id: str) -> list[dict[str, Any]]:
    """Explain an operation in each of its editions; an empty list when there is none of that id."""
    return [_explanation(contract, entry) for entry in contract.distinct() if entry.id == operation_id]


def operation_rows(contract: Contract) -> list[dict[str, Any]]:
    """List every vendor operation in each of its editions, then those that are documented only."""
    operations = [(entry, True) for entry in contract.distinct() if entry.family != "control"]
    return [
        {
            "operation": entry.id,
            "document": entry.document,
            "edition": entry.words.get("x-edition", ""),
            "method": entry.method,
            "path": entry.path,
            "summary": entry.tree.get("summary", ""),
            "emulated": is_emulated,
        }
        for entry, is_emulated in (*operations, *((entry, False) for entry in contract.unbuilt))
    ]


def vendor_operations(contract: Contract) -> set[str]:
    """Name the operations that can meet a fault: all but our own."""
    return {entry.id for entry in contract.operations if entry.family != "control"}


def check_new_world(contract: Contract, options: Mapping[str, Any]) -> None:
    """See that the recipe and the decisions asked for exist.

    Errors: recipe-unknown, decision-unknown.
    """
    if "world" in options and options["world"] not in contract.worlds:
        raise Refusal("recipe-unknown", name=options["world"], known=", ".join(sorted(contract.worlds)))
    decisions = [
        *options.get("recipe", {}).get("decisions", {}).items(),
        *options.get("decisions", {}).items(),
    ]
    for decision, option in decisions:
        if option not in contract.decisions.get(decision, {}).get("options", {}):
            raise Refusal("decision-unknown", decision=decision, option=option)


def _explanation(contract: Contract, operation: Operation) -> dict[str, Any]:
    return {
        "document": operation.document,
        "edition": operation.words.get("x-edition", ""),
        "method": operation.method,
        "path": operation.path,
        "summary": operation.tree.get("summary", ""),
        "gates": list(operation.gates),
        "limits": [_limit(bucket) for bucket in operation.buckets],
        "parameters": [_parameter(parameter) for parameter in operation.parameters],
        "events": list(operation.tree.get("x-events", ())),
        "windows": {word: operation.words[word] for word in _WINDOWS if word in operation.words},
        "errors": [_error(contract, error_id) for error_id in dict.fromkeys(error_ids(contract, operation))],
        "rules": _rule_views(contract, contract.rules_of(operation)),
        "source": operation.words.get("x-source"),
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.required,
        "schema": dict(parameter.whole),
        "source": parameter.source,
    }


def _limit(bucket: Bucket) -> dict[str, Any]:
    return {
        "bucket": bucket.name,
        "requests": bucket.requests,
        "tiers": dict(bucket.tiers),
        "per_ms": bucket.per_ms,
        "error": bucket.error,
        "since": _day_of(bucket.span.since_ms if bucket.span else None),
        "until": _day_of(bucket.span.until_ms if bucket.span else None),
    }


def _day_of(moment_ms: int | None) -> str | None:
    return None if moment_ms is None else day_of(moment_ms)


def error_ids(contract: Contract, operation: Operation) -> Iterator[str]:
    """Yield the errors that an operation and its document name."""
    yield from contract.documents[operation.document].get("x-errors", ())
    yield from operation.tree.get("x-errors", ())


def _error(contract: Contract, error_id: str) -> dict[str, Any]:
    entry = contract.catalogue.errors[error_id]
    return {
        "id": error_id,
        "status": entry["status"],
        "message": entry.get("message", {}).get("en"),
        "source": entry["x-source"],
    }
