"""Checks an integration: every directed scenario of a profile is played and judged."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Event
from typing import Any

from contract_tests.engine.play import Trial, play
from contract_tests.judge.verdict import joined, judge_of, verdict
from contract_tests.profiles.directed import DEMO, DirectedScenario, place_event, scenario_of
from contract_tests.records.findings import Finding, Occasion, Verdict
from contract_tests.records.history import Exchange, History
from contract_tests.records.recording import Recording
from contract_tests.records.rulebook import Rule
from contract_tests.records.scenario import Scenario
from contract_tests.stages.processes import end_all

STOP_POLL_S = 0.1


@dataclass(frozen=True, slots=True)
class Outcome:
    """One scenario, played and judged."""

    recording: Recording
    verdict: Verdict

    @property
    def scenario(self) -> Scenario:
        """What was played, with what the shop wanted written into it."""
        return self.recording.scenario

    @property
    def grave(self) -> tuple[Finding, ...]:
        """The broken MUSTs."""
        return tuple(finding for finding in self.verdict.findings if finding.grave)


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


def outcome_of(trial: Trial, scenario: Scenario) -> Outcome:
    """Play and judge a scenario.

    Errors: NoAnswer, NoSuchSeller, CannotDrive, UnknownJudge.
    """
    recording = play(trial, scenario)
    return Outcome(recording, judged(trial, recording))


def judged(trial: Trial, recording: Recording) -> Verdict:
    """Judge a recording by its history and against the truth."""
    found = verdict(trial.law.rules, lambda rule: _occasions(recording, rule, trial.law.rules))
    named = (replace(finding, scenario=recording.scenario.name) for finding in found.findings)
    return replace(found, findings=tuple(named))


def _occasions(recording: Recording, rule: Rule, rules: Sequence[Rule]) -> Iterable[Occasion]:
    judge = judge_of(rule)
    match judge.scope:
        case "world":
            return judge.function(recording, rule, rules)
        case "runs":
            return judge.function(recording.history, rule)
        case "run":
            parts = answerable(recording)
            return (occasion for part in parts for occasion in judge.function(part, rule))


def answerable(recording: Recording) -> Iterator[History]:
    """Cut the history after each run that reports success: a later run cannot answer for what it lost.

    A run that admits failure is judged together with the one after it.
    """
    part: list[Exchange] = []
    rest = list(recording.history.exchanges)
    for sync in recording.syncs:
        part += [one for one in rest if one.number <= sync.until]
        rest = [one for one in rest if one.number > sync.until]
        if sync.run.exit == 0:
            yield History(tuple(part))
            part = []
    if part or rest:
        yield History((*part, *rest))
