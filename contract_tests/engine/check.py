"""Checks an integration: directed scenarios, then the search, then the smallest failure of each kind."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Event
from typing import Any

from contract_tests.engine.outcome import Outcome, outcome_of
from contract_tests.engine.play import Trial
from contract_tests.judge.verdict import joined
from contract_tests.profiles.directed import DEMO, DirectedScenario, place_event, scenario_of
from contract_tests.records.findings import Verdict
from contract_tests.stages.processes import end_all

STOP_POLL_S = 0.1


@dataclass(frozen=True, slots=True)
class ProfileOutcome:
    """One profile: its scenarios, the verdict of all of them together, and how many were searched."""

    trial: Trial
    outcomes: tuple[Outcome, ...]
    verdict: Verdict
    examples: int = 0
    smallest: tuple[Outcome, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Which scenarios are played.

    Shapes: ``world`` stands for each scenario's own; ``long`` lets the long ones in; ``done`` hears of each
    scenario that has ended.
    Units: ``now_ms`` is where the worlds' clocks start, None for real time.
    """

    world: str | None = None
    now_ms: int | None = None
    seed: int = 1
    long: bool = True
    done: Callable[[Trial, Outcome], None] = field(default=lambda _trial, _outcome: None)


NORMAL = Plan()


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is tried.

    Shapes: ``examples`` drawn scenarios a profile, ``jobs`` directed ones at a time.
    Units: ``seconds`` of real time for the search of one profile.
    """

    plan: Plan = field(default_factory=Plan)
    jobs: int = 1
    examples: int = 0
    seconds: float = 60.0


def check(trials: Sequence[Trial], jobs: int = 1, plan: Plan = NORMAL) -> list[ProfileOutcome]:
    """Play the directed scenarios of several profiles, ``jobs`` at a time.

    Errors: NoAnswer, NoSuchSeller, CannotDrive, UnknownJudge.
    """
    begun: list[Future[Outcome]] = []
    broken_off = Event()
    heard = heard_until(broken_off, plan)
    with ThreadPoolExecutor(jobs) as pool:

        def play_later(*what: Any) -> Future[Outcome]:
            begun.append(pool.submit(run, *what))
            return begun[-1]

        try:
            return _checked(trials, heard, play_later)
        except BaseException:
            broken_off.set()
            pool.shutdown(wait=False, cancel_futures=True)
            _stop(begun)
            raise


def heard_until(broken_off: Event, plan: Plan) -> Plan:
    """Let nobody hear of a scenario that ends only because the check is broken off."""

    def done(trial: Trial, outcome: Outcome) -> None:
        if not broken_off.is_set():
            plan.done(trial, outcome)

    return replace(plan, done=done)


def _stop(begun: Sequence[Future[Outcome]]) -> None:
    """End what still runs, and each verb that it begins after that."""
    while not all(one.done() for one in begun):
        end_all()
        time.sleep(STOP_POLL_S)


def _checked(
    trials: Sequence[Trial], plan: Plan, play_later: Callable[..., Future[Outcome]]
) -> list[ProfileOutcome]:
    quiet = [play_later(trial, trial.profile.directed[0], plan) for trial in trials]
    rest = []
    for trial, first in zip(trials, quiet, strict=True):
        later = _later(trial, plan)
        # The long ones begin first, so that the others are played beside them.
        begun = {one.name: play_later(trial, one, plan, first.result()) for one in sorted(later, key=_short)}
        rest.append([begun[one.name] for one in later])
    return [
        together(trial, [first.result(), *(one.result() for one in others)])
        for trial, first, others in zip(trials, quiet, rest, strict=True)
    ]


def _short(directed: DirectedScenario) -> tuple[bool, int]:
    return not directed.long, -len(directed.plan)


def _later(trial: Trial, plan: Plan) -> list[DirectedScenario]:
    here = [one for one in trial.profile.directed[1:] if trial.edition in one.worlds]
    fitting = [one for one in here if plan.world is None or (one.worlds == DEMO and one.recipe_part is None)]
    return [one for one in fitting if plan.long or not one.long]


def together(trial: Trial, outcomes: Sequence[Outcome]) -> ProfileOutcome:
    """Make one verdict of several scenarios."""
    return ProfileOutcome(trial, tuple(outcomes), joined(one.verdict for one in outcomes))


def run(trial: Trial, directed: DirectedScenario, plan: Plan, quiet: Outcome | None = None) -> Outcome:
    """Play and judge one directed scenario; trouble strikes in the middle of what the quiet run asked.

    Errors: NoAnswer, NoSuchSeller, CannotDrive, UnknownJudge.
    """
    who = (trial.profile.name, trial.edition, trial.storefront or "")
    scenario = scenario_of(directed, *who, now_ms=plan.now_ms, seed=plan.seed)
    first = quiet.recording if quiet else None
    events = tuple(place_event(event, first, trial.profile.operations) for event in scenario.events)
    whole = replace(scenario, events=events, world=plan.world or scenario.world)
    outcome = outcome_of(trial, whole)
    plan.done(trial, outcome)
    return outcome


def examine(trials: Sequence[Trial], effort: Effort) -> list[ProfileOutcome]:
    """Check every profile by its directed scenarios and by search.

    Errors: NoAnswer, NoSuchSeller, CannotDrive, UnknownJudge.
    """
    return [searched(one, effort) for one in check(trials, effort.jobs, effort.plan)]


def searched(done: ProfileOutcome, effort: Effort) -> ProfileOutcome:
    """Search on after the directed scenarios; nothing is drawn when no examples are wanted."""
    if not effort.examples:
        return replace(done, smallest=smallest(done.outcomes))
    from contract_tests.engine.search import Budget, search

    plan = effort.plan
    found = search(
        done.trial,
        Budget(
            examples=effort.examples,
            seconds=effort.seconds,
            seed=plan.seed,
            now_ms=plan.now_ms,
            done=lambda outcome: plan.done(done.trial, outcome),
        ),
    )
    new = tuple(found.smallest.values())
    whole = together(done.trial, [*done.outcomes, *new])
    return replace(
        done,
        verdict=replace(whole.verdict, exercised=exercised(whole.verdict.exercised, found.exercised)),
        examples=found.played,
        smallest=smallest([*done.outcomes, *new]),
    )


def exercised(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """Add two counts of occasions up."""
    return {rule: one.get(rule, 0) + other.get(rule, 0) for rule in {**one, **other}}


def smallest(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """Give for each broken MUST the smallest scenario that breaks it, each scenario once."""
    best: dict[str, Outcome] = {}
    for outcome in sorted(outcomes, key=lambda one: one.scenario.size):
        for finding in outcome.grave:
            best.setdefault(f"{finding.rule.id}:{finding.sort}", outcome)
    return tuple({id(outcome): outcome for outcome in best.values()}.values())
