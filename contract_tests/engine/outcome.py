"""The outcome of one scenario: its recording, and the verdict on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from contract_tests.engine.play import Trial, play
from contract_tests.judge.verdict import judge_of, verdict
from contract_tests.records.findings import Finding, Occasion, Verdict
from contract_tests.records.history import Exchange, History
from contract_tests.records.recording import Recording
from contract_tests.records.rulebook import Rule
from contract_tests.records.scenario import Scenario


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
