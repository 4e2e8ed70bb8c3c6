"""The report for build servers: one suite a section, one case a rule, skipped when never met or waived."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as Xml

from contract_tests.records import story
from contract_tests.records.findings import Finding, WaivedFinding
from contract_tests.records.printable import printable
from contract_tests.records.rulebook import Rule
from contract_tests.records.scenario import scenario_json
from contract_tests.records.story import Failure
from contract_tests.reports.groups import Group, failures_without_findings, groups_of
from contract_tests.reports.sources import describe_source as source_told
from contract_tests.reports.verdicts import Section, State

# XML 1.0 has no room for these, and what a client prints may hold them.
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NEVER = "the traffic gave this rule no occasion"
NOT_PLAYED, NOT_JUDGED = "everything was played", "enough was judged"


def junit_report(sections: Iterable[Section]) -> bytes:
    """Write JUnit XML; a broken SHOULD is reported but fails nothing."""
    root = Xml.Element("testsuites", name="trendyol-emulator")
    for section in sections:
        _suite(root, section)
    Xml.indent(root)
    text: bytes = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return printable(text.decode()).encode() + b"\n"


def _suite(root: Xml.Element, section: Section) -> None:
    suite = Xml.SubElement(root, "testsuite", name=_plain(section.title))
    broken_groups = {group.rule.id: group for group in groups_of(section)}
    reasons = _skip_reasons(section, broken_groups.keys())
    rules = {
        rule.id: rule for rule in (*section.verdict.rules, *(one.rule for one in broken_groups.values()))
    }
    for rule_id, rule in sorted(rules.items()):
        case = Xml.SubElement(suite, "testcase", classname=_plain(section.title), name=_plain(_name(rule)))
        if rule_id in broken_groups:
            _outcome(case, broken_groups[rule_id])
        if rule_id in reasons:
            Xml.SubElement(case, "skipped", message=_plain(reasons[rule_id]))
    failures = sum(group.blocking for group in broken_groups.values())
    errors = _add_error(suite, section)
    counts = {"tests": len(rules) + errors, "failures": failures, "errors": errors, "skipped": len(reasons)}
    suite.attrib.update({name: str(count) for name, count in counts.items()})
    if output := "\n\n".join(
        filter(None, (section.client_output, *map(_failure_text, failures_without_findings(section))))
    ):
        Xml.SubElement(suite, "system-out").text = _plain(output)


def _add_error(suite: Xml.Element, section: Section) -> int:
    """Add a case that says what is missing from the verdict, and tell how many were added."""
    if not section.warning:
        return 0
    name = NOT_PLAYED if section.stop else NOT_JUDGED
    case = Xml.SubElement(suite, "testcase", classname=_plain(section.title), name=name)
    kind = "interrupted" if section.is_interrupted else str(State.GAP)
    Xml.SubElement(case, "error", message=_plain(section.warning), type=kind)
    return 1


def _name(rule: Rule) -> str:
    return f"{rule.id} {rule.sentence}"


def _skip_reasons(section: Section, broken_rules: Iterable[str]) -> dict[str, str]:
    """Say why a case was skipped; a rule that is broken beside what was waived is not."""
    never = dict.fromkeys(section.verdict.unexercised_ids, NEVER)
    gaps = {rule_id: f"not judgeable: {why}" for rule_id, why in section.verdict.unjudgeable.items()}
    waivers = {one.finding.rule.id: _waiver_text(one) for one in section.verdict.waived_findings}
    return {
        rule_id: why for rule_id, why in (never | gaps | waivers).items() if rule_id not in set(broken_rules)
    }


def _waiver_text(waiver: WaivedFinding) -> str:
    return f"waived until {waiver.expires}: {waiver.reason}; {waiver.finding.evidence}"


def _outcome(case: Xml.Element, group: Group) -> None:
    parts = (*map(_finding_text, group.findings), *map(_failure_text, group.failures))
    text = _plain("\n\n".join(parts))
    if group.blocking:
        message = _plain(group.findings[0].evidence)
        Xml.SubElement(case, "failure", message=message, type=group.rule.id).text = text
    else:
        Xml.SubElement(case, "system-out").text = text


def _finding_text(finding: Finding) -> str:
    where = " ".join(word for word in (finding.operation, finding.scenario) if word)
    sentence = f"{where}: {finding.evidence} ({finding.count}x)"
    rule = finding.rule
    lines = (sentence, _advice(rule), source_told(rule.source), *finding.requests, finding.repeat)
    return "\n".join(filter(None, lines))


def _advice(rule: Rule) -> str:
    return f"What to do: {rule.advice}" if rule.advice else ""


def _failure_text(failure: Failure) -> str:
    return "\n".join(_failure_lines(failure))


def _failure_lines(failure: Failure) -> Iterator[str]:
    size = story.size(failure.scenario)
    yield f"Smallest failing scenario ({size}), breaks {' '.join(failure.rules)}: {failure.sentence}"
    yield from story.lines(failure.timeline)
    if failure.folder:
        yield f"artefacts: {failure.folder}"
    if failure.repeat:
        yield f"repeat: {failure.repeat}"
    if failure.serve:
        yield f"the world of its curl lines: {failure.serve}"
    yield scenario_json(failure.scenario).decode()


def _plain(text: str) -> str:
    return NOT_IN_XML.sub("?", text)
