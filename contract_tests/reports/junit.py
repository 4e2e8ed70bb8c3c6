"""The report for build servers: one suite a section, one case a rule, skipped when the rule was never met."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree as Xml

from contract_tests.findings import Finding
from contract_tests.law import Rule
from contract_tests.reports.verdicts import Section

# XML 1.0 has no room for these, and what a client prints may hold them.
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_report(sections: Iterable[Section]) -> bytes:
    """Write JUnit XML; a broken SHOULD is told but fails nothing."""
    root = Xml.Element("testsuites", name="trendyol-emulator")
    for section in sections:
        _suite(root, section)
    Xml.indent(root)
    text: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _suite(root: Xml.Element, section: Section) -> None:
    verdict = section.verdict
    rules = {rule.id: rule for rule in verdict.rules}
    broken = {finding.rule.id for finding in verdict.findings if finding.grave}
    counts = {"tests": len(rules), "failures": len(broken), "errors": 0, "skipped": len(verdict.never)}
    suite = Xml.SubElement(root, "testsuite", name=_plain(section.title))
    suite.attrib.update({name: str(count) for name, count in counts.items()})
    for rule_id, rule in sorted(rules.items()):
        case = Xml.SubElement(
            suite, "testcase", classname=_plain(section.title), name=f"{rule_id} {rule.law}"
        )
        _outcome(case, rule, [finding for finding in verdict.findings if finding.rule.id == rule_id])
        if rule_id in verdict.never:
            Xml.SubElement(case, "skipped", message="the traffic gave this rule no occasion")
    if section.printed:
        Xml.SubElement(suite, "system-out").text = _plain(section.printed)


def _outcome(case: Xml.Element, rule: Rule, findings: list[Finding]) -> None:
    told = _plain("\n\n".join(map(_told, findings)))
    if findings and rule.level == "MUST":
        Xml.SubElement(case, "failure", message=_plain(findings[0].seen), type=rule.id).text = told
    elif findings:
        Xml.SubElement(case, "system-out").text = told


def _told(finding: Finding) -> str:
    source = f"{finding.rule.source.page} ({finding.rule.source.confidence})"
    where = " ".join(word for word in (finding.operation, finding.scenario) if word)
    return "\n".join(
        [f"{where}: {finding.seen} ({finding.count}x)", source, *finding.requests, finding.repeat]
    )


def _plain(text: str) -> str:
    return NOT_IN_XML.sub("?", text)
