"""Checks an integration: directed scenarios, then the search, then the smallest failure of each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from threading import Event
from typing import Any

from contract_tests.engine.outcome import Outcome, outcome_of
from contract_tests.engine.play import ProfileRun
from contract_tests.judge.verdict import join_verdicts
from contract_tests.profiles.directed import DEMO, DirectedScenario, place_event, scenario_of
from contract_tests.records.findings import Verdict
from contract_tests.records.run import Driver, Run
from contract_tests.stages.processes import end_all, kill_all

# What the search plays, among the names of directed scenarios.
DRAWN_SCENARIOS = "drawn scenarios"
# An aborted check is over within two seconds, whatever its clients do.
KILL_AFTER_S, LEAVE_AFTER_S = 0.5, 0.5


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
    """The smallest failing scenarios, one for each broken MUST."""
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
    Units: ``seconds`` of real time for the search of one profile.
    """

    plan: Plan = field(default_factory=Plan)
    jobs: int = 1
    examples: int = 0
    seconds: float = 60.0


def check(profile_runs: Sequence[ProfileRun], jobs: int = 1, plan: Plan = NORMAL) -> list[ProfileOutcome]:
    """Play the directed scenarios of several profiles, ``jobs`` at a time; a profile may stop early.

    Errors: NoAnswer, NoSuchSeller, CannotDrive, UnknownJudge.
    """
    futures: list[Future[Outcome]] = []
    abort = Event()
    silent_after_abort = ignore_outcomes_after(abort, plan)
    pool = ThreadPoolExecutor(jobs)

    def play_later(profile_run: ProfileRun, *arguments: Any) -> Future[Outcome]:
        abortable_run = replace(profile_run, driver=driver_until(abort, profile_run.driver))
        futures.append(pool.submit(play_directed, abortable_run, *arguments))
        return futures[-1]

    try:
        return _play_all(profile_runs, silent_after_abort, play_later)
    except BaseException:
        abort.set()
        _end_runs(futures)
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


class Aborted(Exception):
    """The check ends, so that a scenario is not played on."""


def driver_until(abort: Event, driver: Driver) -> Driver:
    """Make a driver that drives nothing once the check is aborted.

    Errors: Aborted.
    """

    def drive(verb: str, environment: Mapping[str, str]) -> Run:
        if abort.is_set():
            raise Aborted
        run = driver(verb, environment)
        if abort.is_set():
            raise Aborted
        return run

    return drive


def ignore_outcomes_after(abort: Event, plan: Plan) -> Plan:
    """Report no scenario that ends only because the check is aborted."""

    def on_outcome(profile_run: ProfileRun, outcome: Outcome) -> None:
        if not abort.is_set():
            plan.on_outcome(profile_run, outcome)

    return replace(plan, on_outcome=on_outcome)


def _end_runs(futures: Sequence[Future[Outcome]]) -> None:
    """End what still runs; what does not end by itself is killed, and what cannot be killed is left."""
    for one in futures:
        one.cancel()
    end_all()
    _, running = wait(futures, KILL_AFTER_S)
    if running:
        kill_all()
        wait(running, LEAVE_AFTER_S)


def _play_all(
    profile_runs: Sequence[ProfileRun], plan: Plan, play_later: Callable[..., Future[Outcome]]
) -> list[ProfileOutcome]:
    quiet = [play_later(profile_run, profile_run.profile.scenarios[0], plan) for profile_run in profile_runs]
    futures_by_run: list[tuple[list[Future[Outcome]], str]] = []
    for profile_run, first in zip(profile_runs, quiet, strict=True):
        stop = "" if plan.keep_going else dead_end(first.result())
        later = [] if stop else later_scenarios(profile_run, plan)
        # The long ones begin first, so that the others are played beside them.
        futures = {
            one.name: play_later(profile_run, one, plan, first.result()) for one in sorted(later, key=_short)
        }
        futures_by_run.append(([first, *(futures[one.name] for one in later)], stop))
    return [
        replace(join_outcomes(profile_run, [one.result() for one in futures]), stop=stop)
        for profile_run, (futures, stop) in zip(profile_runs, futures_by_run, strict=True)
    ]


def dead_end(quiet: Outcome) -> str:
    """Say why a client gets nowhere though nothing is in its way; empty when it gets somewhere."""
    recording = quiet.recording
    exits = [sync.run.exit for sync in recording.syncs]
    if 0 not in exits:
        ending = "did not end in time" if exits[-1] is None else f"ended with exit {exits[-1]}"
        return f"nothing was in the client's way, and it {ending}"
    if not recording.history.exchanges:
        return "the client ended with exit 0, and no request of it reached the emulator"
    return ""


def with_stop(outcome: ProfileOutcome, stop: str, effort: Effort) -> ProfileOutcome:
    """Note why a profile ended early, and what was not played for it."""
    if not stop:
        return outcome
    done_names = {one.scenario.name for one in outcome.outcomes}
    names = [one.name for one in scenarios_of(outcome.profile_run, effort.plan) if one.name not in done_names]
    names += [DRAWN_SCENARIOS] if effort.examples else []
    return replace(outcome, stop=stop, unplayed_scenarios=tuple(names))


def _short(scenario: DirectedScenario) -> tuple[bool, int]:
    return not scenario.long, -len(scenario.plan)


def scenarios_of(profile_run: ProfileRun, plan: Plan) -> list[DirectedScenario]:
    """List the directed scenarios that a plan plays."""
    return [profile_run.profile.scenarios[0], *later_scenarios(profile_run, plan)]


def later_scenarios(profile_run: ProfileRun, plan: Plan) -> list[DirectedScenario]:
    """List those that are played after the quiet one."""
    profile = profile_run.profile
    here = [one for one in profile.scenarios[1:] if profile_run.edition in one.worlds]
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
    outcome = outcome_of(profile_run, whole)
    plan.on_outcome(profile_run, outcome)
    return outcome


def examine(profile_runs: Sequence[ProfileRun], effort: Effort) -> list[ProfileOutcome]:
    """Check every profile by its directed scenarios and by search.

    Errors: NoAnswer, NoSuchSeller, CannotDrive, UnknownJudge.
    """
    outcomes = check(profile_runs, effort.jobs, effort.plan)
    return [search_on(with_stop(one, one.stop, effort), effort) for one in outcomes]


def search_on(outcome: ProfileOutcome, effort: Effort) -> ProfileOutcome:
    """Search on after the directed scenarios; no scenario is drawn where ``examples`` is 0."""
    if not effort.examples or outcome.stop:
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
