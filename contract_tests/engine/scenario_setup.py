"""Reads a scenario: the world that it opens, what it plans before a sync, and what the shop wants by then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from contract_tests.profiles.profile import Profile, withdraw
from contract_tests.records.account import Account
from contract_tests.records.scenario import Row, Scenario
from contract_tests.stages.stage import Stage


def with_moment_of_day(scenario: Scenario) -> Scenario:
    """Start the clock at the beginning of the scenario's day in Istanbul, where no moment is given."""
    if scenario.as_of is None or scenario.now_ms is not None:
        return scenario
    moment = datetime.fromisoformat(f"{scenario.as_of}T00:00:00+03:00")
    return replace(scenario, now_ms=int(moment.timestamp()) * 1000)


def world_of(scenario: Scenario) -> dict[str, object]:
    """Write the body of POST /_emulator/worlds that opens a scenario's world."""
    world = scenario.world
    body: dict[str, object] = {"world": world} if isinstance(world, str) else {"recipe": dict(world)}
    body["seed"] = scenario.seed
    if scenario.now_ms is not None:
        body["now_ms"] = scenario.now_ms
    return body | ({"unusual": True} if scenario.unusual else {})


def seller_words(account: Account) -> Row:
    """Name a seller as moves do."""
    return {"seller": account.seller, "storefront": account.storefront or "TR"}


def plan_events(stage: Stage, account: Account, scenario: Scenario, number: int) -> None:
    """Plan the faults of a scenario that belong to a sync, counted from 1."""
    for event in scenario.events_before(number):
        stage.add_fault(resolve_header_times(address_move(event, seller_words(account)), stage.now_ms()))


def address_move(event: Row, seller: Row) -> Row:
    """Let the move in an event concern a seller, unless it names another one."""
    return {**event, "move": {**seller, **event["move"]}} if event.get("move") else event


def resolve_header_times(event: Row, now_ms: int) -> Row:
    """Turn the headers of an event that say "so many seconds from now" into seconds since the epoch."""
    headers = {
        name: str(now_ms // 1000 + int(value)) if value.startswith("+") else value
        for name, value in event.get("headers", {}).items()
    }
    return {**event, "headers": headers} if headers else event


def desired_rows_before(profile: Profile, scenario: Scenario, number: int) -> Sequence[Row]:
    """List the desired rows at a sync, counted from 1, without those that were withdrawn by then."""
    withdrawn_places = {at for step in scenario.plan[:number] for at in step.gives_up}
    change = profile.desired_rows.withdraw if profile.desired_rows else withdraw
    return change(scenario.wants or (), withdrawn_places)
