"""What the tests of planned trouble share: planning it, and asking what it did."""

from __future__ import annotations

from typing import Any

from contract_tests.tests.provider.conftest import Ask


def plan(ask: Ask, **fault: Any) -> dict[str, Any]:
    planned: dict[str, Any] = ask.control("POST", "/faults", {"operation": "*", **fault})
    return planned


def happenings(ask: Ask, **query: Any) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = ask.control("GET", "/happenings", **query)["happenings"]
    return told


def deeds(ask: Ask) -> list[str]:
    return [entry["what"] for entry in happenings(ask)]
