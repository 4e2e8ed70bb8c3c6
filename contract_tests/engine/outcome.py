"""The outcome of one scenario: its recording, and the verdict on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from contract_tests.engine.play import play
from contract_tests.engine.scenario_run import ProfileRun
from contract_tests.judge.verdict import judge_of, judge_rules
from contract_tests.records.findings import Evaluation, Finding, Verdict, at_repeat_base
from contract_tests.records.history import Exchange, History
from contract_tests.records.masking import MASK
from contract_tests.records.recording import Recording
from contract_tests.records.row_names import names_in, with_both_names
from contract_tests.records.rulebook import Rule
from contract_tests.records.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Outcome:
    """One scenario, played and judged."""

    recording: Recording
    verdict: Verdict

    @property
    def scenario(self) -> Scenario:
        """The scenario as it was played, with the desired rows in it."""
        return self.recording.scenario

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """The broken MUSTs."""
        return tuple(finding for finding in self.verdict.findings if finding.blocking)

    @property
    def grave(self) -> tuple[Finding, ...]:
        """The name of ``blocking`` in tests that version 0.1.0 saved."""
        return self.blocking

    @property
    def summary(self) -> str:
        """The broken MUSTs, one sentence a line."""
        return "\n".join(finding.evidence for finding in self.blocking)


def outcome_of(profile_run: ProfileRun, scenario: Scenario) -> Outcome:
    """Play and judge a scenario.

    Errors: NoAnswer, NoSuchSeller, CannotDrive, UnknownJudge.
    """
    recording = play(profile_run, scenario)
    return Outcome(recording, judge_recording(profile_run, recording))


def judge_recording(profile_run: ProfileRun, recording: Recording) -> Verdict:
    """Judge a recording by its history and against the truth."""
    rules, name = profile_run.rules, recording.scenario.name
    whole = judge_rules(rules, lambda rule: _occasions(recording, rule, rules), recording.history)
    if not whole.findings:
        return whole
    names = names_in(
        row
        for sync in recording.syncs
        for truth in sync.truths.values()
        for rows in (truth.before, truth.after)
        for row in rows
    )
    findings = (_readable(one, recording, names) for one in whole.findings)
    return replace(whole, findings=tuple(replace(one, scenario=name) for one in findings))


def _readable(finding: Finding, recording: Recording, names: Mapping[str, str]) -> Finding:
    """Write both names of each row into what was seen, and no secret anywhere."""
    secret = recording.account.secret

    def masked_text(text: str) -> str:
        return text.replace(secret, MASK) if secret else text

    return replace(
        finding,
        evidence=masked_text(with_both_names(finding.evidence, names)),
        requests=tuple(map(masked_text, finding.requests)),
        repeat=at_repeat_base(masked_text(finding.repeat)),
    )


def _occasions(recording: Recording, rule: Rule, rules: Sequence[Rule]) -> Iterable[Evaluation]:
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
    """Cut the history after each run that reports success: a later run cannot make up for what it lost.

    A run that admits failure is judged together with the one after it.
    """
    part: list[Exchange] = []
    rest = list(recording.history.exchanges)
    for sync in recording.syncs:
        part += [one for one in rest if one.number <= sync.last_exchange]
        rest = [one for one in rest if one.number > sync.last_exchange]
        if sync.run.exit == 0:
            yield History(tuple(part))
            part = []
    if part or rest:
        yield History((*part, *rest))
