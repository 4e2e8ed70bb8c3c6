"""The report for code scanning: SARIF 2.1.0, one run, a result for each finding in the integration's file.

Source: https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html (D)
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson

from contract_tests.records import story
from contract_tests.records.findings import Finding, WaivedFinding
from contract_tests.records.rulebook import Rule
from contract_tests.records.scenario import Moment
from contract_tests.records.story import Failure
from contract_tests.reports.groups import groups_of
from contract_tests.reports.json import failure_row
from contract_tests.reports.sources import CONFIDENCE, address
from contract_tests.reports.verdicts import Section, State, state_of

Node = dict[str, Any]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {"MUST": "error", "SHOULD": "warning"}
EXIT_CODES = {State.PASS: 0, State.FAIL: 1}
PRECISION = {"D": "very-high", "C": "high", "I": "medium", "P": "very-high"}
TOOL = "trendyol-emulator"


def sarif_report(sections: Iterable[Section]) -> bytes:
    """Write every section as one SARIF run."""
    every = list(sections)
    rules = _rules(every)
    places = {rule_id: at for at, rule_id in enumerate(rules)}
    run = {
        "tool": {"driver": _driver(rules.values())},
        "automationDetails": {"id": f"{TOOL}/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(every)],
        "results": [result for section in every for result in _results(section, places)],
        "properties": {
            "rulesExercised": _occasion_counts(every),
            "rulesNeverMet": sorted(
                {rule for one in every for rule in one.verdict.unexercised_ids} - set(_occasion_counts(every))
            ),
        },
    }
    document = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n"


def _invocation(sections: Iterable[Section]) -> Node:
    """Say whether all was played and judged, and what was not."""
    every = list(sections)
    gaps = [f"{section.title}: {section.warning}." for section in every if section.warning]
    notifications = [{"level": "error", "message": {"text": text}} for text in gaps]
    state = state_of(every)
    invocation: Node = {"executionSuccessful": not gaps, "exitCodeDescription": str(state)}
    if state in EXIT_CODES:
        invocation["exitCode"] = EXIT_CODES[state]
    return {**invocation, "toolExecutionNotifications": notifications} if notifications else invocation


def _rules(sections: Iterable[Section]) -> dict[str, Rule]:
    """Give every rule that was exercised or broken, by id and in their order."""
    rules: dict[str, Rule] = {}
    for section in sections:
        verdict = section.verdict
        findings = [*verdict.findings, *(one.finding for one in verdict.waived_findings)]
        met = [rule for rule in verdict.rules if rule.id in verdict.counts]
        for rule in (*(finding.rule for finding in findings), *met):
            rules.setdefault(rule.id, rule)
    return dict(sorted(rules.items()))


def _occasion_counts(sections: Iterable[Section]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for section in sections:
        for rule_id, occasions in section.verdict.counts.items():
            counts[rule_id] = counts.get(rule_id, 0) + occasions
    return dict(sorted(counts.items()))


def _driver(rules: Iterable[Rule]) -> Node:
    driver: Node = {"name": TOOL, "rules": [_descriptor(rule) for rule in rules]}
    try:
        return {**driver, "semanticVersion": version(TOOL)}
    except PackageNotFoundError:
        return driver


def _descriptor(rule: Rule) -> Node:
    source, page = rule.source, address(rule.source)
    lines = [
        rule.sentence,
        rule.advice and f"What to do: {rule.advice}",
        f"Source: {page or source.page or 'no page'} ({CONFIDENCE[source.confidence]}).",
        source.note,
    ]
    descriptor = {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.judge.split("_")),
        "shortDescription": {"text": rule.sentence},
        "fullDescription": {"text": rule.sentence},
        "help": {"text": "\n\n".join(filter(None, lines))},
        "defaultConfiguration": {"level": LEVELS[rule.level]},
        "properties": {
            "level": rule.level,
            "confidence": source.confidence,
            "precision": PRECISION[source.confidence],
            "tags": ["trendyol", rule.level.lower(), CONFIDENCE[source.confidence]],
        },
    }
    return {**descriptor, "helpUri": page} if page else descriptor


def _results(section: Section, places: Mapping[str, int]) -> Iterator[Node]:
    for group in groups_of(section):
        for at, finding in enumerate(group.findings):
            # The failures of a rule are written once, with its first finding.
            yield _result(section, finding, places, () if at else group.failures)
    for waiver in section.verdict.waived_findings:
        yield {**_result(section, waiver.finding, places, ()), "suppressions": [_suppression(waiver)]}


def _result(
    section: Section, finding: Finding, places: Mapping[str, int], failures: Iterable[Failure]
) -> Node:
    flows = [_flow(failure, section.place) for failure in failures if failure.timeline]
    result = {
        "ruleId": finding.rule.id,
        "ruleIndex": places[finding.rule.id],
        "level": LEVELS[finding.rule.level],
        "message": {"text": _message(section, finding)},
        "locations": [_location(section.place)],
        "partialFingerprints": _fingerprints(finding),
        "properties": {
            "profile": section.title,
            "operation": finding.operation,
            "sort": finding.difference,
            "count": finding.count,
            "scenario": finding.scenario,
            "requests": list(finding.requests),
            "repeat": finding.repeat,
            "failures": [_failure_without_timeline(failure) for failure in failures],
        },
    }
    return {**result, "codeFlows": flows} if flows else result


def _failure_without_timeline(failure: Failure) -> Node:
    """Tell a failure without its timeline, which stands in the code flow."""
    return {name: value for name, value in failure_row(failure).items() if name != "timeline"}


def _message(section: Section, finding: Finding) -> str:
    where = ", ".join(filter(None, (finding.operation, finding.scenario)))
    times = f" ({finding.count} times)" if finding.count > 1 else ""
    evidence = f"Seen{' at ' + where if where else ''}{times}: {finding.evidence}."
    advice = f" What to do: {finding.rule.advice}" if finding.rule.advice else ""
    return f"{finding.rule.sentence} {evidence}{advice} Checked: {section.title}."


def _location(place: str, text: str = "") -> Node:
    path = Path(place)
    # What the config gives is from the repository's root already.
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    if path.is_absolute():
        artefact = {"uri": path.as_uri()}
    else:
        artefact = {"uri": quote(path.as_posix()), "uriBaseId": "%SRCROOT%"}
    location: Node = {"physicalLocation": {"artifactLocation": artefact, "region": {"startLine": 1}}}
    return {**location, "message": {"text": text}} if text else location


def _fingerprints(finding: Finding) -> Mapping[str, str]:
    """Identify a finding, the same in every run: no id, no time, no count goes in.

    The first is the only one GitHub reads; all findings share line 1, so it may not come from the line.
    """
    words = (finding.rule.id, finding.operation or "", finding.difference, finding.cause)
    same = "|".join(words if finding.cause else words[:-1])
    digest = hashlib.sha256(same.encode()).hexdigest()[:32]
    return {"primaryLocationLineHash": f"{digest}:1", "trendyolFinding/v1": digest}


def _flow(failure: Failure, place: str) -> Node:
    steps = [_step(at, moment, place) for at, moment in enumerate(failure.timeline, 1)]
    return {"message": {"text": failure.sentence or "What happened."}, "threadFlows": [{"locations": steps}]}


def _step(at: int, moment: Moment, place: str) -> Node:
    return {
        "location": _location(place, story.text(moment) or moment.what),
        "executionOrder": at,
        "executionTimeUtc": f"{story.day(moment)}T{story.clock(moment)}Z",
        "importance": "essential" if moment.emphasis else "important",
        "kinds": [moment.what],
    }


def _suppression(waiver: WaivedFinding) -> Node:
    why = f"{waiver.reason} (until {waiver.expires})"
    return {"kind": "external", "status": "accepted", "justification": why}
