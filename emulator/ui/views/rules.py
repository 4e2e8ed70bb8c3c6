"""The law: every rule for clients and every operation, linked both ways."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from emulator.ui.reading import ControlRefusal
from emulator.ui.visit import Visit

PAGE_ROWS = 100


def rules(visit: Visit) -> Mapping[str, Any]:
    """Show the rules that hold a text."""
    text = visit.query.get("q", "").strip().casefold()
    rows = [
        row for row in rules_by_id(visit).values() if holds(row, ("id", "law", "operation", "document"), text)
    ]
    offset = visit.number("offset") or 0
    more = offset + PAGE_ROWS if len(rows) > offset + PAGE_ROWS else None
    page = {"rows": rows[offset : offset + PAGE_ROWS], "offset": offset, "more": more}
    return {**page, "count": len(rows), "q": visit.query.get("q", "")}


def rules_by_id(visit: Visit) -> dict[str, dict[str, Any]]:
    """Give each rule once, with every place where it holds."""
    rows: dict[str, dict[str, Any]] = {}
    for rule in visit.reader.get("/rules")["rules"]:
        row = rows.setdefault(rule["id"], {**rule, "places": []})
        row["places"] += [place for place in rule["places"] if place not in row["places"]]
    return dict(sorted(rows.items()))


def holds(row: Mapping[str, Any], names: Iterable[str], text: str) -> bool:
    """Say whether one of a row's values holds a text."""
    return any(text in str(row[name] or "").casefold() for name in names)


def one_rule(visit: Visit) -> Mapping[str, Any]:
    """Show one rule.

    Errors: ControlRefusal where there is none of that id.
    """
    rule = rules_by_id(visit).get(visit.path["name"])
    if rule is None:
        raise ControlRefusal(404, "rule-unknown", visit.say("rules.unknown", name=visit.path["name"]))
    return {"rule": rule}


def operations(visit: Visit) -> Mapping[str, Any]:
    """Show the operations that hold a text, each with its editions."""
    text = visit.query.get("q", "").strip().casefold()
    groups: dict[str, dict[str, Any]] = {}
    for row in visit.reader.get("/operations")["operations"]:
        if holds(row, ("operation", "path", "summary", "document"), text):
            place = groups.setdefault(row["operation"], {**row, "editions": []})
            place["editions"].append(row["edition"])
            place["emulated"] |= row["emulated"]
    by_system: dict[str, list[dict[str, Any]]] = {}
    for name in sorted(groups):
        by_system.setdefault(groups[name]["document"].rpartition("/")[0], []).append(groups[name])
    return {"systems": dict(sorted(by_system.items())), "count": len(groups), "q": visit.query.get("q", "")}


def one_operation(visit: Visit) -> Mapping[str, Any]:
    """Show one operation in each of its editions."""
    name = visit.path["name"]
    rows = [row for row in visit.reader.get("/operations")["operations"] if row["operation"] == name]
    editions = visit.reader.get(f"/operations/{name}")["editions"] if any(r["emulated"] for r in rows) else []
    if not rows:
        raise ControlRefusal(404, "operation-unknown", visit.say("operations.unknown", name=name))
    return {"name": name, "rows": rows, "editions": editions}
