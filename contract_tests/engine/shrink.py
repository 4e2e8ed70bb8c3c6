"""Makes a failing directed scenario smaller while it fails for the same cause: greedy, bounded in time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from contract_tests.engine.outcome import Outcome, outcome_of
from contract_tests.engine.scenario_run import ProfileRun
from contract_tests.engine.zones import explain_by_zone
from contract_tests.profiles.directed import PAUSE_MS
from contract_tests.profiles.profile import Profile
from contract_tests.profiles.worlds import recipe
from contract_tests.records.findings import Finding
from contract_tests.records.scenario import Event, Row, Scenario, scenario_json

T = TypeVar("T")

# A cause: the rule, the sort of difference, and what tells it from other ways to break the rule.
Cause = tuple[str, str, str]

EARLY_PLACES = (1, 2)
# Of the time that a search may take so much more is spent on making directed failures smaller.
SHRINK_SHARE = 1 / 3


def cause_of(finding: Finding) -> Cause:
    """Name the cause of a finding."""
    return finding.rule.id, finding.difference, finding.cause


def smallest_by_cause(outcomes: Iterable[Outcome]) -> dict[Cause, Outcome]:
    """Give for each cause of a broken MUST the smallest scenario that shows it."""
    best: dict[Cause, Outcome] = {}
    for outcome in sorted(outcomes, key=lambda one: one.scenario.size):
        for finding in outcome.blocking:
            best.setdefault(cause_of(finding), outcome)
    return best


@dataclass(slots=True)
class Shrinker:
    """What was played so far to make the failures of one profile smaller. Units: ``until_s`` of real time."""

    profile_run: ProfileRun
    """What is checked."""
    until_s: float
    """When nothing more is begun, by time.perf_counter()."""
    now_ms: int | None = None
    """Where the worlds' clocks start, in epoch milliseconds; None for real time."""
    keeps_world: bool = False
    """Whether each scenario stays in its world."""
    outcomes: dict[bytes, Outcome] = field(default_factory=dict)
    """The outcomes so far, by the scenario as JSON."""

    def play(self, scenario: Scenario) -> Outcome:
        """Play a scenario, once."""
        text = scenario_json(scenario)
        if text not in self.outcomes:
            self.outcomes[text] = outcome_of(self.profile_run, scenario)
        return self.outcomes[text]


def shrink_failures(
    shrinker: Shrinker, directed_outcomes: Sequence[Outcome], others: Sequence[Outcome] = ()
) -> list[Outcome]:
    """Make the smallest scenario of each cause smaller where that is a directed one; ``others`` stay.

    Errors: NoAnswer, NoSuchSeller, CannotDrive, UnknownJudge.
    """
    best = smallest_by_cause([*directed_outcomes, *others])
    other_ids = {id(one) for one in others}
    failures = {cause: one for cause, one in best.items() if id(one) not in other_ids}
    whole_until_s, smaller = shrinker.until_s, []
    for number, (cause, outcome) in enumerate(failures.items()):
        now_s = time.perf_counter()
        # What one cause leaves of its time is left to those after it.
        shrinker.until_s = now_s + (whole_until_s - now_s) / (len(failures) - number)
        smaller.append(shrink(shrinker, outcome, cause))
    shrinker.until_s = whole_until_s
    return smaller


def shrink(shrinker: Shrinker, outcome: Outcome, cause: Cause) -> Outcome:
    """Give the smallest scenario found in time that fails for a cause; the outcome itself when none is.

    Errors: NoAnswer, NoSuchSeller, CannotDrive, UnknownJudge.
    """
    best, scenario = outcome, as_declared(outcome.scenario, shrinker)
    while (smaller := _next_smaller(shrinker, scenario, best, cause)) is not None:
        scenario, best = smaller
    if best is outcome:
        return outcome
    return explain_by_zone(best, partial(outcome_of, shrinker.profile_run), scenario)


def _next_smaller(
    shrinker: Shrinker, scenario: Scenario, outcome: Outcome, cause: Cause
) -> tuple[Scenario, Outcome] | None:
    for candidate in smaller_scenarios(scenario, outcome, shrinker):
        if time.perf_counter() >= shrinker.until_s:
            return None
        candidate_outcome = shrinker.play(candidate)
        if any(cause_of(finding) == cause for finding in candidate_outcome.blocking):
            return candidate, candidate_outcome
    return None


def as_declared(scenario: Scenario, shrinker: Shrinker) -> Scenario:
    """Write a played scenario as it was declared, so that another world chooses its own desired rows."""
    declarations = {one.name: one for one in shrinker.profile_run.profile.scenarios}
    declaration = declarations.get(scenario.name)
    now_ms = None if shrinker.now_ms is None else scenario.now_ms
    if declaration is None:
        return replace(scenario, now_ms=now_ms)
    return replace(scenario, now_ms=now_ms, wants=None, shop=declaration.selection)


def smaller_scenarios(scenario: Scenario, outcome: Outcome, shrinker: Shrinker) -> Iterator[Scenario]:
    """Yield scenarios that are smaller by one thing, what saves most first."""
    if scenario.wants is None and not shrinker.keeps_world:
        yield from in_smaller_worlds(scenario, shrinker.profile_run)
    if isinstance(scenario.world, str) and scenario.world in _large_worlds(shrinker.profile_run.profile):
        return
    if len(scenario.plan) > 1:
        yield replace(scenario, plan=scenario.plan[:-1])
    for number in range(len(scenario.events)):
        yield replace(scenario, events=_without(scenario.events, number))
    yield from with_simpler_events(scenario)
    yield from with_less_between(scenario)
    plain = (("unusual", False), ("zone", ""), *((("shop", ""),) if scenario.wants is None else ()))
    yield from (
        replace(scenario, **{name: value}) for name, value in plain if getattr(scenario, name) != value
    )
    yield from with_fewer_wants(scenario, outcome)


def in_smaller_worlds(scenario: Scenario, profile_run: ProfileRun) -> Iterator[Scenario]:
    """Yield a scenario in the worlds of the search, its faults where they are and early.

    A named world is left for the simplest one of them, else for the largest, which is then made smaller.
    """
    worlds = worlds_by_size(scenario.edition, profile_run)
    if isinstance(scenario.world, str):
        (simplest,) = worlds_by_size(scenario.edition, profile_run, 1)
        worlds = [simplest, *(one for one in (*worlds[-1:], *worlds[:-1]) if one != simplest)]
    else:
        worlds = worlds[: worlds.index(scenario.world)] if scenario.world in worlds else []
    for world in worlds:
        yield from _with_early_events(replace(scenario, world=world))


def worlds_by_size(edition: str, profile_run: ProfileRun, count: int | None = None) -> list[Row]:
    """Write small worlds of the search, the smallest first; with a ``count`` those that are listed first."""
    sizes = profile_run.profile.search_space.sizes
    listed_parts = [
        {name: values[min(number, len(values) - 1)] for name, values in sizes.items()}
        for number in range(max(map(len, sizes.values())))
    ]
    # What is no number says how rows lie, and has few of them.
    by_size = sorted(
        listed_parts[:count], key=lambda part: sum(one for one in part.values() if isinstance(one, int))
    )
    return [recipe(edition, profile_run.storefront or "", part) for part in by_size]


def _with_early_events(scenario: Scenario) -> Iterator[Scenario]:
    latest = max((int(event.get("at", 1)) for event in scenario.events), default=0)
    for place in [*(one for one in EARLY_PLACES if one < latest), latest]:
        yield replace(scenario, events=tuple(_at_latest(event, place) for event in scenario.events))


def _at_latest(event: Event, place: int) -> Event:
    return {**event, "at": min(place, event["at"])} if "at" in event else event


def _large_worlds(profile: Profile) -> set[str]:
    return {world for one in profile.scenarios if one.long for world in one.worlds.values()}


def with_simpler_events(scenario: Scenario) -> Iterator[Scenario]:
    """Yield a scenario with one of its faults once only, or earlier."""
    for number, event in enumerate(scenario.events):
        changes = [{name: value for name, value in event.items() if name != "times"}]
        changes += [{**event, "at": place} for place in EARLY_PLACES if place < event.get("at", 1)]
        for one in changes:
            if one != event:
                yield replace(scenario, events=_without(scenario.events, number, one))


def with_less_between(scenario: Scenario) -> Iterator[Scenario]:
    """Yield a scenario with fewer moves, withdrawals or pauses before its syncs."""
    for number, step in enumerate(scenario.plan):
        steps = [replace(step, moves=_without(step.moves, at)) for at in range(len(step.moves))]
        steps += [replace(step, gives_up=_without(step.gives_up, at)) for at in range(len(step.gives_up))]
        steps += [replace(step, pause_ms=min(step.pause_ms, PAUSE_MS))]
        for one in steps:
            if one != step:
                yield replace(scenario, plan=_without(scenario.plan, number, one))


def with_fewer_wants(scenario: Scenario, outcome: Outcome) -> Iterator[Scenario]:
    """Yield a scenario with half of its desired rows, or one fewer."""
    rows = outcome.scenario.wants or ()
    if len(rows) < 2:
        return
    places, half = tuple(range(len(rows))), len(rows) // 2
    for remaining in (places[:half], places[half:], *(_without(places, number) for number in places)):
        yield with_wants(scenario, rows, remaining)


def with_wants(scenario: Scenario, rows: Sequence[Row], remaining: Sequence[int]) -> Scenario:
    """Leave some of the desired rows; what is withdrawn of them goes by its new number."""
    numbers = {old: new for new, old in enumerate(remaining)}
    plan = tuple(
        replace(step, gives_up=tuple(numbers[one] for one in step.gives_up if one in numbers))
        for step in scenario.plan
    )
    return replace(scenario, wants=tuple(rows[place] for place in remaining), shop="", plan=plan)


def _without(values: tuple[T, ...], number: int, *instead: T) -> tuple[T, ...]:
    return (*values[:number], *instead, *values[number + 1 :])
