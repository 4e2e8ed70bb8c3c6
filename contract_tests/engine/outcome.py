"""The outcome of one scenario: its recording, and the verdict on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from contract_tests.engine.play import ProfileRun, play
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
    def blocking(self) -> tuple[Finding, ...]:
        """The broken MUSTs."""
        return tuple(finding for finding in self.verdict.findings if finding.grave)


def outcome_of(trial: ProfileRun, scenario: Scenario) -> Outcome:
    """Play and judge a scenario.

    Errors: NoAnswer, NoSuchSeller, CannotDrive, UnknownJudge.
    """
    recording = play(trial, scenario)
    return Outcome(recording, judge_recording(trial, recording))


def judge_recording(trial: ProfileRun, recording: Recording) -> Verdict:
    """Judge a recording by its history and against the truth."""
    verdict_of_all = verdict(
        trial.rulebook.rules, lambda rule: _occasions(recording, rule, trial.rulebook.rules)
    )
    findings = (replace(finding, scenario=recording.scenario.name) for finding in verdict_of_all.findings)
    return replace(verdict_of_all, findings=tuple(findings))


def _occasions(recording: Recording, rule: Rule, rules: Sequence[Rule]) -> Iterable[Occasion]:
    judge = judge_of(rule)
    match judge.scope:
        case "world":
            return judge.function(recording, rule, rules)
        case "runs":
            return judge.function(recording.history, rule)
        case "run":
            parts = split_at_success(recording)
            return (occasion for part in parts for occasion in judge.function(part, rule))


def split_at_success(recording: Recording) -> Iterator[History]:
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
