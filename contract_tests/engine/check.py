"""Checks an integration: directed scenarios, then the search, then the smallest failure of each kind."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import takewhile
from threading import Event
from typing import TYPE_CHECKING

from contract_tests.engine.jobs import Jobs, as_they_end, jobs_at_a_time, result_of
from contract_tests.engine.outcome import Outcome, outcome_of
from contract_tests.engine.scenario_run import ProfileRun
from contract_tests.engine.shrink import Shrinker, shrink_failures, smallest_by_cause
from contract_tests.engine.zones import explain_by_zone, fits_host, place_in_zone
from contract_tests.judge.verdict import join_verdicts
from contract_tests.profiles.directed import DEMO, DirectedScenario, place_event, scenario_of
from contract_tests.records.findings import Verdict
from contract_tests.records.scenario import Scenario

if TYPE_CHECKING:
    from contract_tests.engine.search import SearchResult

ANYWAY = "--keep-going plays on"
# What the search plays, among the names of directed scenarios.
DRAWN_SCENARIOS = "drawn scenarios"


@dataclass(frozen=True, slots=True)
class ProfileOutcome:
    """The outcomes of one profile and the verdict of all of them together.

    Shapes: ``outcomes`` is empty when nothing was played to its end.
    """

    profile_run: ProfileRun
    """What was checked."""
    outcomes: tuple[Outcome, ...]
    """The scenarios that were played, in their order."""
    verdict: Verdict
    """The verdict of all of them."""
    examples: int = 0
    """How many scenarios the search drew."""
    smallest: tuple[Outcome, ...] = ()
    """The smallest failing scenarios, one for each cause of a broken MUST."""
    stop: str = ""
    """Why not all of it was played, in one sentence; empty when all of it was."""
    unplayed_scenarios: tuple[str, ...] = ()
    """The names of the scenarios that were not played."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which scenarios are played. Units: ``now_ms`` epoch milliseconds."""

    world: str | None = None
    """The world that replaces each scenario's own."""
    now_ms: int | None = None
    """Where the worlds' clocks start; None for real time."""
    seed: int = 1
    """Where chance starts."""
    long: bool = True
    """Whether those of more than 10,000 records are played."""
    quick: bool = False
    """Whether only the quiet scenario and the profile's costliest troubles are played."""
    keep_going: bool = True
    """Whether a profile is played on although its quiet run got nowhere."""
    on_outcome: Callable[[ProfileRun, Outcome], None] = field(default=lambda _profile_run, _outcome: None)
    """What is called after each scenario."""


NORMAL = Plan()


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is played and searched.

    Shapes: ``examples`` is how many scenarios are drawn for a profile at the most, ``jobs`` how many directed
    ones are played at a time.
    Units: ``seconds`` of real time for the search of one profile, ``shrink_seconds`` for making its directed
    failures smaller; with 0 they stay as they are.
    """

    plan: Plan = field(default_factory=Plan)
    jobs: int = 1
    examples: int = 0
    seconds: float = 60.0
    shrink_seconds: float = 0.0


def check(profile_runs: Sequence[ProfileRun], jobs: int = 1, plan: Plan = NORMAL) -> list[ProfileOutcome]:
    """Play the directed scenarios of several profiles, ``jobs`` at a time; a profile may stop early.

    Errors: NoAnswer, NoSuchSeller, CannotDrive, UnknownJudge.
    """
    return examine(profile_runs, Effort(plan, jobs))


def examine(profile_runs: Sequence[ProfileRun], effort: Effort) -> list[ProfileOutcome]:
    """Check every profile by its directed scenarios and, where there are examples to draw, by search.

    Errors: NoAnswer, NoSuchSeller, CannotDrive, UnknownJudge.
    """
    with jobs_at_a_time(effort.jobs) as jobs:
        plan = ignore_outcomes_after(jobs.abort, effort.plan)
        return _play_all(profile_runs, replace(effort, plan=plan), jobs)


def ignore_outcomes_after(abort: Event, plan: Plan) -> Plan:
    """Report no scenario that ends only because the check is aborted."""

    def on_outcome(profile_run: ProfileRun, outcome: Outcome) -> None:
        if not abort.is_set():
            plan.on_outcome(profile_run, outcome)

    return replace(plan, on_outcome=on_outcome)


@dataclass(frozen=True, slots=True)
class _Work:
    """What is played of one profile. Shapes: ``stop`` says why no more of it is."""

    profile_run: ProfileRun
    directed_futures: Sequence[Future[Outcome]]
    search: Future[SearchResult] | None = None
    stop: str = ""


def _play_all(profile_runs: Sequence[ProfileRun], effort: Effort, jobs: Jobs) -> list[ProfileOutcome]:
    quiet = [
        jobs.submit(play_directed, profile_run, profile_run.profile.scenarios[0], effort.plan)
        for profile_run in profile_runs
    ]
    # A profile whose quiet run is over waits for no other one's.
    works = {
        place: _begin(profile_runs[place], first, effort, jobs)
        for first in as_they_end(quiet)
        for place in (quiet.index(first),)
    }
    return [_end(works[place], effort, jobs) for place in range(len(quiet))]


def _begin(profile_run: ProfileRun, quiet: Future[Outcome], effort: Effort, jobs: Jobs) -> _Work:
    """Have the rest of a profile played once its quiet run is over; what takes longest begins first."""
    first, plan = result_of(quiet), effort.plan
    stop = "" if plan.keep_going else dead_end(first)
    if stop:
        return _Work(profile_run, [quiet], stop=stop)
    later = later_scenarios(profile_run, plan)

    def play_later(scenarios: Iterable[DirectedScenario]) -> dict[str, Future[Outcome]]:
        in_order = sorted(scenarios, key=lambda one: -len(one.plan))
        return {one.name: jobs.submit(play_directed, profile_run, one, plan, first) for one in in_order}

    futures = play_later(one for one in later if one.long)
    search = jobs.submit(search_in, profile_run, effort) if effort.examples else None
    futures |= play_later(one for one in later if not one.long)
    return _Work(profile_run, [quiet, *(futures[one.name] for one in later)], search)


def _end(work: _Work, effort: Effort, jobs: Jobs) -> ProfileOutcome:
    outcomes = [result_of(one) for one in work.directed_futures]
    result = result_of(work.search) if work.search else None
    drawn_outcomes = each_once(result.smallest.values()) if result else ()
    smaller: list[Outcome] = []
    if effort.shrink_seconds and not work.stop:
        smaller = result_of(
            jobs.submit(shrink_in_time, work.profile_run, effort, tuple(outcomes), drawn_outcomes)
        )
    whole = join_outcomes(work.profile_run, [*outcomes, *drawn_outcomes])
    counts = add_counts(whole.verdict.counts, result.rule_counts) if result else whole.verdict.counts
    outcome = replace(
        whole,
        outcomes=tuple(outcomes),
        verdict=replace(whole.verdict, counts=counts),
        examples=result.examples if result else 0,
        smallest=smallest([*outcomes, *drawn_outcomes, *smaller]),
    )
    return with_stop(outcome, work.stop, effort)


def shrink_in_time(
    profile_run: ProfileRun, effort: Effort, outcomes: Sequence[Outcome], drawn_outcomes: Sequence[Outcome]
) -> list[Outcome]:
    """Make the directed failures of a profile smaller, as long as the effort lets it."""
    until_s, plan = time.perf_counter() + effort.shrink_seconds, effort.plan
    shrinker = Shrinker(profile_run, until_s, plan.now_ms, keeps_world=plan.world is not None)
    return shrink_failures(shrinker, outcomes, drawn_outcomes)


def search_in(profile_run: ProfileRun, effort: Effort) -> SearchResult:
    """Draw scenarios for a profile."""
    from contract_tests.engine.search import Budget, search

    plan = effort.plan
    budget = Budget(
        examples=effort.examples,
        seconds=effort.seconds,
        seed=plan.seed,
        now_ms=plan.now_ms,
        on_outcome=lambda one: plan.on_outcome(profile_run, one),
    )
    return search(profile_run, budget)


def dead_end(quiet: Outcome) -> str:
    """Say why a client gets nowhere though nothing is in its way; empty when it gets somewhere."""
    recording = quiet.recording
    exits = [sync.run.exit for sync in recording.syncs]
    if 0 not in exits:
        ending = "did not end in time" if exits[-1] is None else f"ended with exit {exits[-1]}"
        return f"nothing was in the client's way, and it {ending} ({ANYWAY})"
    if not recording.history.exchanges:
        return f"the client ended with exit 0, and no request of it reached the emulator ({ANYWAY})"
    return ""


def with_stop(outcome: ProfileOutcome, stop: str, effort: Effort) -> ProfileOutcome:
    """Note why a profile ended early, and what was not played for it."""
    if not stop:
        return outcome
    done_names = {one.scenario.name for one in outcome.outcomes}
    names = [one.name for one in scenarios_of(outcome.profile_run, effort.plan) if one.name not in done_names]
    names += [DRAWN_SCENARIOS] if effort.examples else []
    return replace(outcome, stop=stop, unplayed_scenarios=tuple(names))


def scenarios_of(profile_run: ProfileRun, plan: Plan) -> list[DirectedScenario]:
    """List the directed scenarios that a plan plays."""
    return [profile_run.profile.scenarios[0], *later_scenarios(profile_run, plan)]


def later_scenarios(profile_run: ProfileRun, plan: Plan) -> list[DirectedScenario]:
    """List those that are played after the quiet one."""
    profile = profile_run.profile
    here = [
        one
        for one in profile.scenarios[1:]
        if profile_run.edition in one.worlds and fits_host(one, profile_run.host)
    ]
    fitting = [one for one in here if plan.world is None or (one.worlds == DEMO and one.recipe_part is None)]
    return [
        one
        for one in fitting
        if (plan.long or not one.long) and (not plan.quick or one.name in profile.quick)
    ]


def join_outcomes(profile_run: ProfileRun, outcomes: Sequence[Outcome]) -> ProfileOutcome:
    """Make one verdict of several scenarios."""
    return ProfileOutcome(profile_run, tuple(outcomes), join_verdicts(one.verdict for one in outcomes))


def play_directed(
    profile_run: ProfileRun, declaration: DirectedScenario, plan: Plan, quiet: Outcome | None = None
) -> Outcome:
    """Play and judge one directed scenario; its faults meet the middle of what the quiet run requested.

    Errors: NoAnswer, NoSuchSeller, CannotDrive, UnknownJudge.
    """
    seller = (profile_run.profile.name, profile_run.edition, profile_run.storefront or "")
    scenario = scenario_of(declaration, *seller, now_ms=plan.now_ms, seed=plan.seed)
    first = quiet.recording if quiet else None
    events = tuple(place_event(event, first, profile_run.profile.operations) for event in scenario.events)
    whole = replace(scenario, events=events, world=plan.world or scenario.world)
    whole = place_in_zone(whole, profile_run.host)
    outcome = outcome_of(profile_run, _begin_of(whole) if declaration.long else whole)
    if outcome.scenario.plan != whole.plan and not _is_done(outcome):
        outcome = outcome_of(profile_run, whole)
    outcome = explain_by_zone(outcome, partial(outcome_of, profile_run), whole)
    plan.on_outcome(profile_run, outcome)
    return outcome


def _begin_of(scenario: Scenario) -> Scenario:
    """Leave out the healing run, which shows nothing where the first run was right; a long one costs much."""
    continuing_steps = takewhile(lambda step: step.continues, scenario.plan[1:])
    return replace(scenario, plan=(scenario.plan[0], *continuing_steps))


def _is_done(outcome: Outcome) -> bool:
    return not outcome.blocking and all(sync.run.exit == 0 for sync in outcome.recording.syncs)


def add_counts(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """Add up two counts by rule."""
    return {rule: one.get(rule, 0) + other.get(rule, 0) for rule in {**one, **other}}


def smallest(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """Give for each cause of a broken MUST the smallest scenario that shows it, each scenario once."""
    return each_once(smallest_by_cause(outcomes).values())


def each_once(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """Give each outcome once, in their order."""
    return tuple({id(outcome): outcome for outcome in outcomes}.values())
