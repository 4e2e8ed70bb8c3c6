"""Waivers: a finding that the integration's owner accepts, for a reason and until a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from contract_tests.records.findings import Finding, Verdict, WaivedFinding


@dataclass(frozen=True, slots=True)
class Waiver:
    """One rule that may be broken, at one ``operation`` or at all of them.

    Units: ``expires`` is the last day on which it holds.
    """

    rule: str
    reason: str
    expires: date
    operation: str | None = None

    def covers(self, finding: Finding) -> bool:
        """Tell whether it speaks of a finding."""
        return self.rule == finding.rule.id and self.operation in (None, finding.operation)


def apply_waivers(verdict: Verdict, waivers: Sequence[Waiver], today: date) -> Verdict:
    """Take out of a verdict what is waived, and keep it apart.

    Shapes: a finding whose waiver has expired stays, and what was seen says so.
    """
    findings: list[Finding] = []
    exceptions: list[WaivedFinding] = list(verdict.waived_findings)
    for finding in verdict.findings:
        waiver = _best(waivers, finding)
        if waiver is None:
            findings.append(finding)
        elif waiver.expires < today:
            findings.append(replace(finding, evidence=f"{finding.evidence}; {_expiry(waiver)}"))
        else:
            exceptions.append(WaivedFinding(finding, waiver.reason, waiver.expires.isoformat()))
    return replace(verdict, findings=tuple(findings), waived_findings=tuple(exceptions))


def _best(waivers: Iterable[Waiver], finding: Finding) -> Waiver | None:
    """Find the waiver of a finding that holds longest."""
    return max((one for one in waivers if one.covers(finding)), key=lambda one: one.expires, default=None)


def _expiry(waiver: Waiver) -> str:
    return f"its waiver expired on {waiver.expires.isoformat()}: {waiver.reason}"


def unneeded_waivers(verdicts: Iterable[Verdict], waivers: Iterable[Waiver], today: date) -> Iterator[str]:
    """Yield a warning for each waiver that has expired and that nothing needs: it can be taken out.

    Shapes: the verdicts are those that ``apply_waivers`` gave, of all profiles.
    """
    findings = [finding for verdict in verdicts for finding in verdict.findings]
    for waiver in waivers:
        if waiver.expires < today and not any(waiver.covers(finding) for finding in findings):
            where = f" at {waiver.operation}" if waiver.operation else ""
            expiry = f"expired on {waiver.expires.isoformat()}"
            yield f"the waiver of {waiver.rule}{where} {expiry} and nothing breaks the rule: take it out"
