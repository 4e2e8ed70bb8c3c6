"""Directed scenarios: one for each trouble that is known to cost money, placed where it hurts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_tests.profiles.worlds import recipe
from contract_tests.records.recording import Recording
from contract_tests.records.scenario import Event, Row, Scenario, Step

HOUR_MS = 3_600_000
# The client starts afresh with its next run, so the limits do too.
PAUSE_MS = 60_000
DEMO: Mapping[str, str] = {"int": "demo", "tr": "demo"}
WALL: Mapping[str, str] = {"int": "wall"}


@dataclass(frozen=True, slots=True)
class DirectedScenario:
    """A scenario that needs a trial to be complete.

    Shapes: ``worlds`` maps an edition to its recipe, one that is missing leaves the scenario out; ``part``
    describes a small world of its own instead (see ``recipes``). An event without ``at`` strikes in the
    middle of what the quiet run asked of its operation, one without ``operation`` at the busiest; a header
    "+3" is the second of the world's time that much later. ``shop`` names what is wanted, if it is not the
    usual. ``may_fail`` where exit 1 is honest in a quiet sync too.
    ``long`` scenarios ask hundreds of requests.
    """

    name: str
    events: tuple[Event, ...] = ()
    plan: tuple[Step, ...] = (Step(),)
    worlds: Mapping[str, str] = field(default_factory=lambda: DEMO)
    recipe_part: Mapping[str, Any] | None = None
    selection: str = ""
    unusual: bool = False
    may_fail: bool = False
    long: bool = False


def with_fault(
    name: str, *events: Event, pause_ms: int = PAUSE_MS, may_fail: bool = False
) -> DirectedScenario:
    """Trouble in the middle of a run, and a quiet run after it."""
    return DirectedScenario(name, events, (Step(), Step(pause_ms, quiet=True)), may_fail=may_fail)


def with_changes_between(
    name: str, *moves: Row, pause_ms: int = PAUSE_MS, withdrawn: tuple[int, ...] = (), **more: Any
) -> DirectedScenario:
    """Two quiet runs, with something new in between."""
    return DirectedScenario(
        name, plan=(Step(quiet=True), Step(pause_ms, quiet=True, moves=moves, gives_up=withdrawn)), **more
    )


def beyond_pages(name: str, *events: Event) -> DirectedScenario:
    """The world of more than 10,000 records."""
    plan = (Step(), Step(PAUSE_MS, quiet=True)) if events else (Step(),)
    return DirectedScenario(name, events, plan, worlds=WALL, long=True)


def scenario_of(
    directed: DirectedScenario,
    profile: str,
    edition: str,
    storefront: str,
    *,
    now_ms: int | None = None,
    seed: int = 1,
) -> Scenario:
    """Make the scenario of a trial; its events are not placed yet."""
    world: str | Row = directed.worlds[edition]
    if directed.recipe_part is not None:
        world = recipe(edition, storefront, directed.recipe_part)
    return Scenario(
        name=directed.name,
        profile=profile,
        edition=edition,
        storefront=storefront,
        seed=seed,
        now_ms=now_ms,
        world=world,
        unusual=directed.unusual,
        shop=directed.selection,
        events=directed.events,
        plan=directed.plan,
        may_fail=directed.may_fail,
    )


def place_event(event: Event, quiet: Recording | None, operations: frozenset[str]) -> Event:
    """Place an event in the middle of what the quiet run asked of its operation, or of the busiest one."""
    if "at" in event and "operation" in event:
        return event
    busiest, times = quiet.busiest(operations) if quiet else ("*", 0)
    if quiet and "operation" in event:
        times = quiet.count_requests(str(event["operation"]))
    return {"operation": busiest, "at": times // 2 + 1, **event}
