"""What the tests of planned trouble share: planning it, and asking what it did."""

from __future__ import annotations

from typing import Any

from contract_tests.tests.provider.conftest import Ask


def plan(ask: Ask, **fault: Any) -> dict[str, Any]:
    planned: dict[str, Any] = ask.control("POST", "/faults", {"operation": "*", **fault})
    return planned


def fault_events(ask: Ask, **query: Any) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = ask.control("GET", "/fault-log", **query)["events"]
    return events


def effects(ask: Ask) -> list[str]:
    return [entry["effect"] for entry in fault_events(ask)]
