"""The stage at a glance, and the worlds beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.ui.reading import ControlRefusal, Reader
from emulator.ui.visit import Visit
from emulator.world.core.istanbul import next_wednesday

HOUR_MS, DAY_MS = 3_600_000, 86_400_000


def overview(visit: Visit) -> Mapping[str, Any]:
    """Show clock, counts, accounts, what is emulated."""
    reader = visit.reader
    health = reader.get("/health")
    faults = reader.get("/faults")["faults"]
    counts = {
        name: reader.get("/requests", limit=0, **query)["count"]
        for name, query in {"all": {}, "refused": {"status": 4}, "broken": {"status": 5}}.items()
    }
    return {
        "findings": last_findings(reader),
        "health": health,
        "counts": counts,
        "faults": [fault for fault in faults if not fault["spent"]],
        "holds": sum(hold["waiting"] for hold in reader.get("/holds")["holds"]),
        "sellers": reader.get("/sellers")["sellers"],
        "recent": reader.get("/requests", limit=6)["requests"][::-1],
        "systems": systems_of(visit),
        "steps": clock_steps(health["clock"]["now_ms"]),
    }


def last_findings(reader: Reader) -> Mapping[str, Any] | None:
    """Give what was found last; None without the kit."""
    try:
        page: Mapping[str, Any] = reader.get("/findings", judge="false")
    except ControlRefusal:
        return None
    return page


def clock_steps(now_ms: int) -> Mapping[str, int]:
    """Give how far each button moves the clock."""
    return {"hour": HOUR_MS, "day": DAY_MS, "wednesday": next_wednesday(now_ms) - now_ms}


def systems_of(visit: Visit) -> list[dict[str, Any]]:
    """Count what is emulated and what is only documented, system by system."""
    bases = visit.reader.get("/")["systems"]
    rows: dict[str, dict[str, Any]] = {}
    for operation in visit.reader.get("/operations")["operations"]:
        name = operation["document"].partition("/")[0]
        empty_row = {"name": name, "base": bases.get(name, ""), "emulated": set(), "documented": set()}
        row = rows.setdefault(name, empty_row)
        row["emulated" if operation["emulated"] else "documented"].add(operation["operation"])
    return [{**row, **{key: len(row[key]) for key in ("emulated", "documented")}} for row in rows.values()]


def worlds(visit: Visit) -> Mapping[str, Any]:
    """Show every open world, and open another."""
    return {"snapshots": visit.reader.get("/snapshots")["snapshots"]}
