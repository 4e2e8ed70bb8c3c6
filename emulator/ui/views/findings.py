"""What the judges say of the journal, rule by rule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from emulator.ui.reading import ControlRefusal
from emulator.ui.visit import Visit

_NUMBER = re.compile(r"#(\d+)")


def findings(visit: Visit) -> Mapping[str, Any]:
    """Show what was found last; a full journal takes seconds, so it is judged when somebody wants it."""
    wants_all = "true" if "judge" in visit.query else "false"
    count = visit.reader.get("/requests", limit=0)["count"]
    try:
        page = visit.reader.get("/findings", language=visit.language, judge=wants_all)
    except ControlRefusal as refusal:
        if refusal.error != "kit-missing":
            raise
        page = None
    return {"count": count, "last": page, "groups": groups_of(page["findings"]) if page else []}


def groups_of(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Gather findings by rule, what must not be before what should not."""
    groups: dict[str, dict[str, Any]] = {}
    for row in rows:
        group = groups.setdefault(row["rule"], {**row, "findings": [], "count": 0})
        group["findings"].append({**row, "links": [request_link(line) for line in row["requests"]]})
        group["count"] += row["count"]
    return sorted(groups.values(), key=lambda group: (group["level"] != "MUST", group["rule"]))


def request_link(line: str) -> tuple[int | None, str]:
    """Give the number of the request that a line speaks of, and the line."""
    match = _NUMBER.match(line)
    return (int(match[1]) if match else None), line
