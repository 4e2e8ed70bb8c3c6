"""The report for build servers: one suite a section, one case a rule, skipped when never met or waived."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as Xml

from contract_tests.records import story
from contract_tests.records.findings import Finding, WaivedFinding
from contract_tests.records.rulebook import Rule
from contract_tests.records.scenario import scenario_json
from contract_tests.records.story import Failure
from contract_tests.reports.groups import Group, groups_of, unplaced
from contract_tests.reports.sources import told as source_told
from contract_tests.reports.verdicts import Section

# XML 1.0 has no room for these, and what a client prints may hold them.
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NEVER = "the traffic gave this rule no occasion"


def junit_report(sections: Iterable[Section]) -> bytes:
    """Write JUnit XML; a broken SHOULD is told but fails nothing."""
    root = Xml.Element("testsuites", name="trendyol-emulator")
    for section in sections:
        _suite(root, section)
    Xml.indent(root)
    text: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _suite(root: Xml.Element, section: Section) -> None:
    suite = Xml.SubElement(root, "testsuite", name=_plain(section.title))
    broken = {group.rule.id: group for group in groups_of(section)}
    skipped = _skipped(section, broken.keys())
    rules = {rule.id: rule for rule in (*section.verdict.rules, *(one.rule for one in broken.values()))}
    for rule_id, rule in sorted(rules.items()):
        case = Xml.SubElement(suite, "testcase", classname=_plain(section.title), name=_plain(_name(rule)))
        if rule_id in broken:
            _outcome(case, broken[rule_id])
        if rule_id in skipped:
            Xml.SubElement(case, "skipped", message=_plain(skipped[rule_id]))
    failed = sum(group.grave for group in broken.values())
    counts = {"tests": len(rules), "failures": failed, "errors": 0, "skipped": len(skipped)}
    suite.attrib.update({name: str(count) for name, count in counts.items()})
    if output := "\n\n".join(filter(None, (section.printed, *map(_failure_told, unplaced(section))))):
        Xml.SubElement(suite, "system-out").text = _plain(output)


def _name(rule: Rule) -> str:
    return f"{rule.id} {rule.sentence}"


def _skipped(section: Section, broken: Iterable[str]) -> dict[str, str]:
    """Say why a case was skipped; a rule that is broken beside what was waived is not."""
    never = dict.fromkeys(section.verdict.unexercised_ids, NEVER)
    waived = {one.finding.rule.id: _waived_told(one) for one in section.verdict.waived_findings}
    return {rule_id: why for rule_id, why in (never | waived).items() if rule_id not in set(broken)}


def _waived_told(waived: WaivedFinding) -> str:
    return f"waived until {waived.expires}: {waived.reason}; {waived.finding.evidence}"


def _outcome(case: Xml.Element, group: Group) -> None:
    parts = (*map(_finding_told, group.findings), *map(_failure_told, group.failures))
    told = _plain("\n\n".join(parts))
    if group.grave:
        message = _plain(group.findings[0].evidence)
        Xml.SubElement(case, "failure", message=message, type=group.rule.id).text = told
    else:
        Xml.SubElement(case, "system-out").text = told


def _finding_told(finding: Finding) -> str:
    where = " ".join(word for word in (finding.operation, finding.scenario) if word)
    seen = f"{where}: {finding.evidence} ({finding.count}x)"
    return "\n".join(
        filter(None, (seen, source_told(finding.rule.source), *finding.requests, finding.repeat))
    )


def _failure_told(failure: Failure) -> str:
    return "\n".join(_failure_lines(failure))


def _failure_lines(failure: Failure) -> Iterator[str]:
    size = story.size(failure.scenario)
    yield f"Smallest failing scenario ({size}), breaks {' '.join(failure.rules)}: {failure.seen}"
    yield from story.lines(failure.timeline)
    if failure.folder:
        yield f"artefacts: {failure.folder}"
    if failure.repeat:
        yield f"repeat: {failure.repeat}"
    yield scenario_json(failure.scenario).decode()


def _plain(text: str) -> str:
    return NOT_IN_XML.sub("?", text)
