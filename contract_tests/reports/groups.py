"""Groups of findings and failures: everything about one broken rule together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from contract_tests.records.findings import Finding
from contract_tests.records.rulebook import Rule
from contract_tests.records.story import Failure
from contract_tests.reports.evidence import say_evidence
from contract_tests.reports.language import say
from contract_tests.reports.verdicts import Section, State, state_of


@dataclass(frozen=True, slots=True)
class Group:
    """One broken rule.

    Shapes: ``failures`` are those shrunk for this rule; ``beside`` those shrunk for another one.
    """

    rule: Rule
    findings: tuple[Finding, ...]
    failures: tuple[Failure, ...] = ()
    beside: tuple[Failure, ...] = ()

    @property
    def blocking(self) -> bool:
        """Whether it decides the verdict."""
        return self.rule.level == "MUST"

    @property
    def count(self) -> int:
        """How often the rule was seen broken."""
        return sum(finding.count for finding in self.findings)


def groups_of(section: Section) -> tuple[Group, ...]:
    """Gather the findings of each rule, in the verdict's order, with the failures that show them."""
    findings_by_rule: dict[str, list[Finding]] = {}
    for finding in section.verdict.findings:
        findings_by_rule.setdefault(finding.rule.id, []).append(finding)
    return tuple(
        Group(
            findings[0].rule,
            tuple(findings),
            tuple(one for one in section.failures if one.rules[:1] == (rule_id,)),
            tuple(one for one in section.failures if rule_id in one.rules[1:]),
        )
        for rule_id, findings in findings_by_rule.items()
    )


def failures_without_findings(section: Section) -> tuple[Failure, ...]:
    """List the failures whose rule has no finding of its own, as when it was waived."""
    rule_ids = {finding.rule.id for finding in section.verdict.findings}
    return tuple(one for one in section.failures if not rule_ids.intersection(one.rules[:1]))


def broken_rules(sections: Iterable[Section], level: str) -> list[str]:
    """List the ids of the broken rules of a level."""
    findings = (finding for section in sections for finding in section.verdict.findings)
    return sorted({finding.rule.id for finding in findings if finding.rule.level == level})


def sentence(sections: Iterable[Section]) -> str:
    """Say the whole verdict in one sentence."""
    every = list(sections)
    musts, shoulds = broken_rules(every, "MUST"), broken_rules(every, "SHOULD")
    waiver_count = sum(len(section.verdict.waived_findings) for section in every)
    unplayed_count = sum(len(section.unplayed_scenarios) for section in every)
    parts = [
        _must_part(musts, every),
        _count(len(shoulds), "{count} SHOULD rule not followed", "{count} SHOULD rules not followed"),
        _count(waiver_count, "{count} waived", "{count} waived"),
        _count(unplayed_count, "{count} scenario not played", "{count} scenarios not played"),
    ]
    return ", ".join(filter(None, parts))


def _must_part(musts: list[str], sections: list[Section]) -> str:
    state = state_of(sections)
    if musts:
        return _count(len(musts), "{count} MUST rule broken", "{count} MUST rules broken")
    if state is State.PASS:
        return say("no MUST rule broken")
    if state is State.INTERRUPTION:
        return say("no MUST rule broken so far")
    gaps = (say_evidence(one.warning if one.stop else one.gap) for one in sections if one.state is State.GAP)
    return next(gaps, say("nothing was checked"))


def _count(number: int, one: str, many: str) -> str:
    """Say how many there are; nothing of none."""
    return say(one if number == 1 else many, count=number) if number else ""
