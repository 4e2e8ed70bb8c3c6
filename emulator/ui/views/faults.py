"""Planned faults, who waits because of them, what they did; webhooks and their calls."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.ui.views.traffic import members_of, operation_ids
from emulator.ui.visit import Visit

LOG_ROWS, ATTEMPT_ROWS = 60, 60
KINDS: Mapping[str, Mapping[str, Any]] = {
    "limited": {"status": 429, "retry_after": 1},
    "outage": {"status": 503},
    "lost": {"status": 504, "after": True},
    "reset": {"cut": "reset", "after": True},
    "truncated": {"cut": "truncated"},
    "slow": {"delay_ms": 3000},
    "edge": {"status": 403, "body": "<html>Access denied</html>", "content_type": "text/html"},
    "stale": {"stale": True},
    "expired": {"expire_tokens": True},
}
"""What the form offers: the members of the fault by the word for it."""


def faults(visit: Visit) -> Mapping[str, Any]:
    """Show planned and spent faults, and plan one."""
    rows = visit.reader.get("/faults")["faults"]
    return {
        "faults": [{**row, "members": members_of(row)} for row in rows[::-1]],
        "holds": visit.reader.get("/holds")["holds"],
        "events": visit.reader.get("/fault-log", language=visit.language)["events"][-LOG_ROWS:][::-1],
        "operations": operation_ids(visit),
        "kinds": KINDS,
        "operation": visit.query.get("operation", ""),
    }


def webhooks(visit: Visit) -> Mapping[str, Any]:
    """Show whom sellers have called, and what became of each call."""
    hook = visit.query.get("webhook", "")
    attempts = visit.reader.get("/webhooks/attempts", limit=ATTEMPT_ROWS, webhook=hook)["attempts"]
    return {**visit.reader.get("/webhooks"), "attempts": attempts[::-1], "hook": hook}
