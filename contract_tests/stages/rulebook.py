"""Reads the rulebook of an emulator: the operations of its documents, and its rules where they hold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from contract_tests.records.rulebook import Law, Operation, Place, Rule, Source
from contract_tests.stages.control_api import Ask, in_process

METHODS = ("get", "post", "put", "patch", "delete")
OURS = "control"

Row = Mapping[str, Any]


@dataclass(slots=True)
class _Draft:
    row: Row
    places: list[Place] = field(default_factory=list)


def read_law(ask: Ask) -> Law:
    """Read the law of an emulator.

    Errors: NoAnswer when it does not answer.
    """
    documents = ask("GET", "/_emulator/openapi.json")["documents"]
    operations: list[Operation] = []
    for entry in documents:
        document = ask("GET", f"/_emulator/openapi.json?name={entry['name']}")
        if document.get("x-family", OURS) != OURS:
            operations += operations_of(entry["name"], entry["edition"] or "", document)
    rows = ask("GET", "/_emulator/rules")["rules"]
    return Law(tuple(operations), rules_of(placed_rows(rows, operations)))


@cache
def local_law() -> Law:
    """Read the law of the emulator that is installed beside this kit."""
    from emulator import Settings, create_app

    app = create_app(Settings(world="empty"))
    try:
        return read_law(in_process(app))
    finally:
        app.extensions["stages"].close_all()


def placed_rows(rows: Iterable[Row], operations: Iterable[Operation]) -> list[Row]:
    """Put each rule wherever it holds.

    A document without paths speaks of all traffic of its system. An operation that has no rule in its own
    document is under those of the operation with its name in the other edition.
    """
    known = tuple(operations)
    documents = {operation.document for operation in known}
    placed = [row if row["document"] in documents else {**row, "document": folder(row)} for row in rows]
    ruled = {(row["document"], row["operation"]) for row in placed}
    for operation in known:
        if (operation.document, operation.id) not in ruled:
            shared = [row for row in placed if row["operation"] == operation.id]
            placed += [{**row, "document": operation.document} for row in shared]
    return placed


def folder(row: Row) -> str:
    """Name the folder of a rule's document: what all documents of its system begin with."""
    return str(row["document"]).rpartition("/")[0] + "/"


def operations_of(name: str, edition: str, document: Mapping[str, Any]) -> list[Operation]:
    """List the operations of one OpenAPI document, at each address it is served under."""
    return [
        Operation(
            item[method]["operationId"],
            name,
            edition,
            method.upper(),
            server["url"].rstrip("/") + path,
            _folded(document, [*item.get("parameters", ()), *item[method].get("parameters", ())]),
        )
        for server in document["servers"]
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
    ]


def _folded(document: Mapping[str, Any], parameters: Iterable[Row]) -> Mapping[str, str]:
    if document.get("x-query-case") != "ignore":
        return {}
    shared = document.get("components", {}).get("parameters", {})
    named = (shared.get(one["$ref"].rpartition("/")[2], one) if "$ref" in one else one for one in parameters)
    return {one["name"].lower(): one["name"] for one in named if one.get("in") == "query"}


def rules_of(rows: Iterable[Row]) -> tuple[Rule, ...]:
    """Join the rows of one rule that stands in several places; rows that differ in more stay apart."""
    drafts: dict[str, _Draft] = {}
    for row in rows:
        same = json.dumps([row[name] for name in ("id", "level", "judge", "with")], sort_keys=True)
        draft = drafts.setdefault(same, _Draft(row))
        place = Place(row["document"], row["operation"])
        if place not in draft.places:
            draft.places.append(place)
    return tuple(_rule(draft) for draft in sorted(drafts.values(), key=lambda draft: str(draft.row["id"])))


def _rule(draft: _Draft) -> Rule:
    row, source = draft.row, draft.row["x-source"]
    return Rule(
        id=row["id"],
        level=row["level"],
        law=row["law"],
        judge=row["judge"],
        facts=row["with"],
        source=Source(source.get("page", ""), source["confidence"], source.get("note", "")),
        places=tuple(draft.places),
    )
