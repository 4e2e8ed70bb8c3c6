"""Checks an integration: directed scenarios, then the search, then the smallest failure of each kind."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Event
from typing import Any

from contract_tests.engine.outcome import Outcome, outcome_of
from contract_tests.engine.play import ProfileRun
from contract_tests.judge.verdict import join_verdicts
from contract_tests.profiles.directed import DEMO, DirectedScenario, place_event, scenario_of
from contract_tests.records.findings import Verdict
from contract_tests.stages.processes import end_all

STOP_POLL_S = 0.1


@dataclass(frozen=True, slots=True)
class ProfileOutcome:
    """The outcomes of one profile and the verdict of all of them together.

    Shapes: ``examples`` counts the scenarios that the search drew; ``smallest`` holds the smallest failing
    scenarios, one for each broken MUST.
    """

    profile_run: ProfileRun
    outcomes: tuple[Outcome, ...]
    verdict: Verdict
    examples: int = 0
    smallest: tuple[Outcome, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Which scenarios are played.

    Shapes: ``world`` replaces each scenario's own; ``long`` includes the long ones; ``on_outcome`` is called
    after each scenario.
    Units: ``now_ms`` is where the worlds' clocks start, None for real time.
    """

    world: str | None = None
    now_ms: int | None = None
    seed: int = 1
    long: bool = True
    on_outcome: Callable[[ProfileRun, Outcome], None] = field(default=lambda _profile_run, _outcome: None)


NORMAL = Plan()


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is played and searched.

    Shapes: ``examples`` is how many scenarios are drawn for a profile at the most, ``jobs`` how many directed
    ones are played at a time.
    Units: ``seconds`` of real time for the search of one profile.
    """

    plan: Plan = field(default_factory=Plan)
    jobs: int = 1
    examples: int = 0
    seconds: float = 60.0


def check(profile_runs: Sequence[ProfileRun], jobs: int = 1, plan: Plan = NORMAL) -> list[ProfileOutcome]:
    """Play the directed scenarios of several profiles, ``jobs`` at a time.

    Errors: NoAnswer, NoSuchSeller, CannotDrive, UnknownJudge.
    """
    futures: list[Future[Outcome]] = []
    abort = Event()
    silent_after_abort = ignore_outcomes_after(abort, plan)
    with ThreadPoolExecutor(jobs) as pool:

        def play_later(*arguments: Any) -> Future[Outcome]:
            futures.append(pool.submit(play_directed, *arguments))
            return futures[-1]

        try:
            return _play_all(profile_runs, silent_after_abort, play_later)
        except BaseException:
            abort.set()
            pool.shutdown(wait=False, cancel_futures=True)
            _end_runs(futures)
            raise


def ignore_outcomes_after(abort: Event, plan: Plan) -> Plan:
    """Report no scenario that ends only because the check is aborted."""

    def on_outcome(profile_run: ProfileRun, outcome: Outcome) -> None:
        if not abort.is_set():
            plan.on_outcome(profile_run, outcome)

    return replace(plan, on_outcome=on_outcome)


def _end_runs(futures: Sequence[Future[Outcome]]) -> None:
    """End what still runs, and each verb that it begins after that."""
    while not all(one.done() for one in futures):
        end_all()
        time.sleep(STOP_POLL_S)


def _play_all(
    profile_runs: Sequence[ProfileRun], plan: Plan, play_later: Callable[..., Future[Outcome]]
) -> list[ProfileOutcome]:
    quiet = [play_later(profile_run, profile_run.profile.scenarios[0], plan) for profile_run in profile_runs]
    rest = []
    for profile_run, first in zip(profile_runs, quiet, strict=True):
        later = _later(profile_run, plan)
        # The long ones begin first, so that the others are played beside them.
        futures = {
            one.name: play_later(profile_run, one, plan, first.result()) for one in sorted(later, key=_short)
        }
        rest.append([futures[one.name] for one in later])
    return [
        join_outcomes(profile_run, [first.result(), *(one.result() for one in others)])
        for profile_run, first, others in zip(profile_runs, quiet, rest, strict=True)
    ]


def _short(scenario: DirectedScenario) -> tuple[bool, int]:
    return not scenario.long, -len(scenario.plan)


def _later(profile_run: ProfileRun, plan: Plan) -> list[DirectedScenario]:
    here = [one for one in profile_run.profile.scenarios[1:] if profile_run.edition in one.worlds]
    fitting = [one for one in here if plan.world is None or (one.worlds == DEMO and one.recipe_part is None)]
    return [one for one in fitting if plan.long or not one.long]


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
    outcome = outcome_of(profile_run, whole)
    plan.on_outcome(profile_run, outcome)
    return outcome


def examine(profile_runs: Sequence[ProfileRun], effort: Effort) -> list[ProfileOutcome]:
    """Check every profile by its directed scenarios and by search.

    Errors: NoAnswer, NoSuchSeller, CannotDrive, UnknownJudge.
    """
    return [search_on(one, effort) for one in check(profile_runs, effort.jobs, effort.plan)]


def search_on(outcome: ProfileOutcome, effort: Effort) -> ProfileOutcome:
    """Search on after the directed scenarios; no scenario is drawn where ``examples`` is 0."""
    if not effort.examples:
        return replace(outcome, smallest=smallest(outcome.outcomes))
    from contract_tests.engine.search import Budget, search

    plan = effort.plan
    result = search(
        outcome.profile_run,
        Budget(
            examples=effort.examples,
            seconds=effort.seconds,
            seed=plan.seed,
            now_ms=plan.now_ms,
            on_outcome=lambda one: plan.on_outcome(outcome.profile_run, one),
        ),
    )
    new = tuple(result.smallest.values())
    whole = join_outcomes(outcome.profile_run, [*outcome.outcomes, *new])
    return replace(
        outcome,
        verdict=replace(whole.verdict, counts=add_counts(whole.verdict.counts, result.rule_counts)),
        examples=result.examples,
        smallest=smallest([*outcome.outcomes, *new]),
    )


def add_counts(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """Add up two counts by rule."""
    return {rule: one.get(rule, 0) + other.get(rule, 0) for rule in {**one, **other}}


def smallest(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """Give for each broken MUST the smallest scenario that breaks it, each scenario once."""
    best: dict[str, Outcome] = {}
    for outcome in sorted(outcomes, key=lambda one: one.scenario.size):
        for finding in outcome.blocking:
            best.setdefault(f"{finding.rule.id}:{finding.difference}", outcome)
    return tuple({id(outcome): outcome for outcome in best.values()}.values())
