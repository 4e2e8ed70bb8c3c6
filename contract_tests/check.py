"""Checks an integration: every directed scenario of a profile is run, recorded and judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from contract_tests import effects
from contract_tests.completeness import Shortfall, delivered, shortfall
from contract_tests.findings import Occasion, Verdict
from contract_tests.history import Exchange, History
from contract_tests.judge import ORACLES, joined, judge_named, verdict
from contract_tests.law import Rule
from contract_tests.profiles import Fault, Kind, Scenario
from contract_tests.scenarios import Recording, Sync, Trial, record

TOLD_CHARS = 160


@dataclass(frozen=True, slots=True)
class Outcome:
    """One scenario, run and judged."""

    recording: Recording
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class ProfileOutcome:
    """One profile: its scenarios, and the verdict of all of them together."""

    trial: Trial
    outcomes: tuple[Outcome, ...]
    verdict: Verdict


def check(trials: Sequence[Trial], jobs: int = 1, world: str | None = None) -> list[ProfileOutcome]:
    """Check several profiles, ``jobs`` scenarios at a time, each on the ``world`` given instead of its own.

    Errors: NoAnswer, NoSuchSeller, CannotDrive, UnknownJudge.
    """
    with ThreadPoolExecutor(jobs) as pool:
        quiet = [pool.submit(run, trial, trial.profile.scenarios[0], world) for trial in trials]
        rest = []
        for trial, first in zip(trials, quiet, strict=True):
            later = _later(trial, world)
            rest.append([pool.submit(run, trial, one, world, first.result()) for one in later])
        return [
            _together(trial, [first.result(), *(one.result() for one in others)])
            for trial, first, others in zip(trials, quiet, rest, strict=True)
        ]


def _later(trial: Trial, world: str | None) -> list[Scenario]:
    return [
        one
        for one in trial.profile.scenarios[1:]
        if one.trouble or (trial.edition in one.worlds and world is None)
    ]


def _together(trial: Trial, outcomes: list[Outcome]) -> ProfileOutcome:
    return ProfileOutcome(trial, tuple(outcomes), joined(one.verdict for one in outcomes))


def run(trial: Trial, scenario: Scenario, world: str | None = None, quiet: Outcome | None = None) -> Outcome:
    """Run and judge one scenario; trouble strikes in the middle of what the quiet run asked.

    Errors: NoAnswer, NoSuchSeller, CannotDrive, UnknownJudge.
    """
    fault = None
    if scenario.trouble:
        fault = placed(scenario.trouble, trial, quiet)
    recording = record(trial, scenario, world or scenario.worlds[trial.edition], fault)
    return Outcome(recording, judged(trial, recording))


def placed(trouble: Fault, trial: Trial, quiet: Outcome | None) -> Fault:
    """Place trouble in the middle of what the quiet run asked of its operation, or of the busiest one."""
    operation, times = quiet.recording.busiest(trial.profile) if quiet else ("*", 0)
    if quiet and "operation" in trouble:
        times = quiet.recording.asked(str(trouble["operation"]))
    return {"operation": operation, "at": times // 2 + 1, **trouble}


def judged(trial: Trial, recording: Recording) -> Verdict:
    """Judge a recording by its history and against the truth."""
    found = verdict(trial.law.rules, lambda rule: _occasions(trial, recording, rule))
    named = (replace(finding, scenario=recording.scenario.name) for finding in found.findings)
    return replace(found, findings=tuple(named))


def _occasions(trial: Trial, recording: Recording, rule: Rule) -> Iterable[Occasion]:
    if rule.judge not in ORACLES:
        judge = judge_named(rule.judge)
        return (occasion for part in answerable(recording) for occasion in judge(part, rule))
    if rule.judge == "sync_ends_clean":
        return runs_ended(recording)
    if rule.judge in effects.ORACLES:
        return effects.ORACLES[rule.judge](recording, rule)
    return (
        occasion
        for kind, wanted in trial.deliveries()
        if wanted == rule
        for occasion in kinds_delivered(recording, kind, rule)
    )


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


def runs_ended(recording: Recording) -> Iterator[Occasion]:
    """Every run ends in time; one that had no trouble ends with 0."""
    for sync in recording.syncs:
        if sync.run.exit is None:
            yield Occasion((), f"a run did not end in {sync.run.seconds:.0f} s")
        elif sync.quiet and not recording.scenario.may_fail:
            wrong = f"a run without any trouble ended with exit {sync.run.exit}: {last_line(sync.run.output)}"
            yield Occasion((), wrong if sync.run.exit else None)


def kinds_delivered(recording: Recording, kind: Kind, rule: Rule) -> Iterator[Occasion]:
    """After each run that reports success, everything expected of the kind has been sent to the client."""
    if kind.optional and not any(recording.asked(operation) for operation in kind.operations):
        return
    short = [_short(recording, sync, kind, rule) for sync in recording.syncs]
    for sync, found in zip(recording.syncs, short, strict=True):
        if sync.run.exit == 0 and found.expected:
            yield Occasion((), _told(sync, found, short[-1]) if found.missing else None)


def _short(recording: Recording, sync: Sync, kind: Kind, rule: Rule) -> Shortfall:
    sent = delivered(recording.until(sync), kind, rule)
    return shortfall(kind.name, sync.truths[kind.name], sent)


def _told(sync: Sync, found: Shortfall, last: Shortfall) -> str:
    heals = "never heals" if set(found.missing) & set(last.missing) else "heals with the next run"
    after = "" if sync.quiet else f", after trouble in the middle; {heals}"
    return f"exit 0 although {found}{after}"


def last_line(output: str) -> str:
    """Give the beginning of the last line a client printed."""
    lines = output.strip().splitlines()
    return lines[-1][:TOLD_CHARS] if lines else "it printed nothing"
