"""Scenarios in which the client's machine stands in another time zone, right after midnight there."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from contract_tests.engine.outcome import Outcome
from contract_tests.profiles.directed import AFTER_MIDNIGHT, DirectedScenario
from contract_tests.records.scenario import Scenario
from contract_tests.stages.host import EmulatorHost

ISTANBUL = "Europe/Istanbul"
UTC_ZONE = "UTC0"
REASON = "with its machine on UTC the same client is right, so it goes by the local time of its machine"
DAY_HOURS = 24
FARTHEST_EAST = 12


def fits_host(declaration: DirectedScenario, host: EmulatorHost) -> bool:
    """Say whether a scenario fits a host: zones go by name where time is virtual, else by their offset."""
    return not declaration.zone or (declaration.zone != AFTER_MIDNIGHT) == host.in_virtual_time


def place_in_zone(scenario: Scenario, host: EmulatorHost) -> Scenario:
    """Let a scenario begin half past midnight in its zone; real time chooses a zone where it is that hour."""
    if not scenario.zone:
        return scenario
    if not host.in_virtual_time:
        return replace(scenario, zone=zone_after_midnight(time.time()))
    zone = ISTANBUL if scenario.zone == AFTER_MIDNIGHT else scenario.zone
    now_s = time.time() if scenario.now_ms is None else scenario.now_ms / 1000
    return replace(scenario, zone=zone, now_ms=half_past_midnight_ms(zone, now_s))


def half_past_midnight_ms(zone: str, now_s: float) -> int:
    """Tell when the day of a moment is half an hour old in a zone."""
    local = datetime.fromtimestamp(now_s, ZoneInfo(zone))
    return int(local.replace(hour=0, minute=30, second=0, microsecond=0).timestamp() * 1000)


def zone_after_midnight(now_s: float) -> str:
    """Name a zone in which it is between midnight and one o'clock, the way POSIX writes it.

    Whole hours, for not every run-time reads minutes; in the first hour of UTC it is Istanbul's offset, where
    local time differs at least.
    """
    hour = datetime.fromtimestamp(now_s, UTC).hour
    if hour == 0:
        return "LCL-3"
    return f"LCL+{hour}" if hour < FARTHEST_EAST else f"LCL-{DAY_HOURS - hour}"


def explain_by_zone(outcome: Outcome, play: Callable[[Scenario], Outcome], scenario: Scenario) -> Outcome:
    """Add to the findings that the same scenario does not have on UTC that the zone is their reason."""
    if not scenario.zone or not outcome.verdict.findings:
        return outcome
    twin = play(replace(scenario, zone=UTC_ZONE))
    others = {(one.rule.id, one.operation, one.difference) for one in twin.verdict.findings}
    findings = tuple(
        one
        if (one.rule.id, one.operation, one.difference) in others
        else replace(one, evidence=f"{one.evidence}; {REASON} (TZ={scenario.zone})")
        for one in outcome.verdict.findings
    )
    return replace(outcome, verdict=replace(outcome.verdict, findings=findings))
