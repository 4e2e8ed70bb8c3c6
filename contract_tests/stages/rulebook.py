"""Reads the rulebook of an emulator: the operations of its documents, and its rules where they hold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from contract_tests.records.rulebook import Operation, Place, Rule, Rulebook, Source

if TYPE_CHECKING:
    from contract_tests.stages.control_api import ControlClient

METHODS = ("get", "post", "put", "patch", "delete")
OURS = "control"

Row = Mapping[str, Any]


@dataclass(slots=True)
class _Draft:
    row: Row
    places: dict[Place, None] = field(default_factory=dict)


def read_rulebook(ask: ControlClient) -> Rulebook:
    """Read the rulebook of an emulator.

    Errors: NoAnswer when it does not answer.
    """
    names = [entry["name"] for entry in ask("GET", "/_emulator/openapi.json")["documents"]]
    documents = {name: ask("GET", f"/_emulator/openapi.json?name={name}") for name in names}
    return rulebook_of(documents, ask("GET", "/_emulator/rules")["rules"])


@cache
def installed_rulebook() -> Rulebook:
    """Read the rulebook of the emulator that is installed beside this kit."""
    from emulator import law_views

    return rulebook_of(*law_views())


def rulebook_of(documents: Mapping[str, Row], rows: Iterable[Row]) -> Rulebook:
    """Make a rulebook of the documents by name and the rows of the rules."""
    operations = [
        operation
        for name, document in documents.items()
        if document.get("x-family", OURS) != OURS
        for operation in operations_of(name, document.get("x-edition") or "", document)
    ]
    return Rulebook(tuple(operations), rules_of(rows))


def installed_refusal(error_id: str) -> Row | None:
    """Read what the emulator beside this kit says of one of its own refusals; None when it has none of it."""
    from emulator import Settings, create_app

    stages = create_app(Settings(world="empty")).extensions["stages"]
    try:
        entry: Row | None = stages.contract.catalogue.errors.get(error_id)
    finally:
        stages.close_all()
    return entry


def operations_of(name: str, edition: str, document: Mapping[str, Any]) -> list[Operation]:
    """List the operations of one OpenAPI document, at each address it is served under."""
    return [
        Operation(
            item[method]["operationId"],
            name,
            edition,
            method.upper(),
            server["url"].rstrip("/") + path,
            _names_by_lower_case(
                document, [*item.get("parameters", ()), *item[method].get("parameters", ())]
            ),
            _query_names(document, [*item.get("parameters", ()), *item[method].get("parameters", ())]),
        )
        for server in document["servers"]
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    ]


def _names_by_lower_case(document: Mapping[str, Any], parameters: Iterable[Row]) -> Mapping[str, str]:
    if document.get("x-query-case") != "ignore":
        return {}
    return {name.lower(): name for name in _query_names(document, parameters)}


def _query_names(document: Mapping[str, Any], parameters: Iterable[Row]) -> tuple[str, ...]:
    shared_parameters = document.get("components", {}).get("parameters", {})
    parameter_objects = (
        shared_parameters.get(one["$ref"].rpartition("/")[2], one) if "$ref" in one else one
        for one in parameters
    )
    return tuple(one["name"] for one in parameter_objects if one.get("in") == "query")


def rules_of(rows: Iterable[Row]) -> tuple[Rule, ...]:
    """Join the rows of one rule that stands in several places; rows that differ in more stay apart."""
    drafts: dict[str, _Draft] = {}
    for row in rows:
        same = json.dumps([row[name] for name in ("id", "level", "judge", "with")], sort_keys=True)
        draft = drafts.setdefault(same, _Draft(row))
        places = (Place(place["document"], place["operation"]) for place in row["places"])
        draft.places.update(dict.fromkeys(places))
    return tuple(_rule(draft) for draft in sorted(drafts.values(), key=lambda draft: str(draft.row["id"])))


def _rule(draft: _Draft) -> Rule:
    row, source = draft.row, draft.row["x-source"]
    return Rule(
        id=row["id"],
        level=row["level"],
        sentence=row["law"],
        judge=row["judge"],
        facts=row["with"],
        source=Source(source.get("page", ""), source["confidence"], source.get("note", "")),
        advice=row.get("advice", ""),
        places=tuple(draft.places),
    )
