"""Directed scenarios: one for each fault that is known to cost money, placed where it costs most."""

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
# A client that keeps five seconds between two pages reads 4,000 records in the 100 s of a careful run.
MORE_RUNS = 2
DEMO: Mapping[str, str] = {"int": "demo", "tr": "demo"}
WALL: Mapping[str, str] = {"int": "wall", "tr": "wall-tr"}


@dataclass(frozen=True, slots=True)
class DirectedScenario:
    """A scenario of a profile that lacks only an edition, a storefront and the places of its events."""

    name: str
    """What it is called by in reports, and where one of several is chosen."""

    events: tuple[Event, ...] = ()
    """Planned faults. One without ``at`` is placed in the middle of the requests that the quiet run made to
    its operation, one without ``operation`` at the busiest operation; a header "+3" is the second of the
    world's time that much later."""

    plan: tuple[Step, ...] = (Step(),)
    """The syncs, in order."""

    worlds: Mapping[str, str] = field(default_factory=lambda: DEMO)
    """The recipe of each edition; an edition that is missing leaves the scenario out."""

    recipe_part: Mapping[str, Any] | None = None
    """A small world of its own instead, as ``worlds.recipe`` takes it."""

    selection: str = ""
    """The name of what the shop wants, if it is not the usual."""

    unusual: bool = False
    """Whether answers are legal but unusual."""

    may_fail: bool = False
    """Whether exit 1 is honest in a quiet sync too."""

    long: bool = False
    """Whether it takes hundreds of requests."""

    zone: str = ""
    """The time zone of the client's machine, where it is half past midnight; empty for its own."""


QUIET = DirectedScenario("quiet")
# A zone that is chosen when the scenario is played, so that it is right after midnight there.
AFTER_MIDNIGHT = "after midnight"
# A client that takes local time for the vendor's is right where the two are the same, and nowhere else.
OTHER_ZONES = (
    DirectedScenario("half past midnight in Istanbul", zone="Europe/Istanbul"),
    DirectedScenario("half past midnight in UTC", zone="UTC"),
    DirectedScenario("half past midnight in Los Angeles", zone="America/Los_Angeles"),
    DirectedScenario("right after midnight on the client's machine", zone=AFTER_MIDNIGHT),
)

# Batches may come a minute late there: a client that ends with 1 meanwhile goes on in a second run.
UNUSUAL_BATCHES = DirectedScenario(
    "legal but unusual answers",
    unusual=True,
    plan=(Step(quiet=True), Step(2 * PAUSE_MS, quiet=True, continues=True)),
)


def with_fault(
    name: str, *events: Event, pause_ms: int = PAUSE_MS, may_fail: bool = False, selection: str = ""
) -> DirectedScenario:
    """A fault in the middle of a run, and a quiet run after it."""
    plan = (Step(), Step(pause_ms, quiet=True))
    return DirectedScenario(name, events, plan, may_fail=may_fail, selection=selection)


def with_changes_between(
    name: str, *moves: Row, pause_ms: int = PAUSE_MS, withdrawn: tuple[int, ...] = (), **more: Any
) -> DirectedScenario:
    """Two quiet runs, with something new in between."""
    return DirectedScenario(
        name, plan=(Step(quiet=True), Step(pause_ms, quiet=True, moves=moves, gives_up=withdrawn)), **more
    )


def beyond_pages(
    name: str, *events: Event, worlds: Mapping[str, str] = WALL, unusual: bool = False
) -> DirectedScenario:
    """The world of more than 10,000 records, which may be more than a client reads in one run."""
    healing_steps = (Step(PAUSE_MS, quiet=True),) if events else ()
    more_steps = (Step(PAUSE_MS, quiet=True, continues=True),) * MORE_RUNS
    plan = (Step(), *healing_steps, *more_steps)
    return DirectedScenario(name, events, plan, worlds=worlds, unusual=unusual, long=True)


def scenario_of(
    template: DirectedScenario,
    profile: str,
    edition: str,
    storefront: str,
    *,
    now_ms: int | None = None,
    seed: int = 1,
) -> Scenario:
    """Make the scenario of a trial; its events are not placed yet."""
    world: str | Row = template.worlds[edition]
    if template.recipe_part is not None:
        world = recipe(edition, storefront, template.recipe_part)
    return Scenario(
        name=template.name,
        profile=profile,
        edition=edition,
        storefront=storefront,
        seed=seed,
        now_ms=now_ms,
        world=world,
        unusual=template.unusual,
        shop=template.selection,
        events=template.events,
        plan=template.plan,
        may_fail=template.may_fail,
        zone=template.zone,
    )


def place_event(event: Event, quiet: Recording | None, operations: frozenset[str]) -> Event:
    """Place an event in the middle of what the quiet run asked of its operation, or of the busiest one."""
    if "at" in event and "operation" in event:
        return event
    busiest, times = quiet.busiest(operations) if quiet else ("*", 0)
    if quiet and "operation" in event:
        times = quiet.count_requests(str(event["operation"]))
    return {"operation": busiest, "at": times // 2 + 1, **event}
