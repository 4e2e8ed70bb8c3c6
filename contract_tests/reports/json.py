"""The report for programs; its keys are stable, and schemas/report.json describes them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson

from contract_tests.records.findings import finding_row
from contract_tests.records.printable import printable_json
from contract_tests.records.scenario import Moment, scenario_json
from contract_tests.records.story import Failure
from contract_tests.reports.verdicts import Section, State, clean, state_of

FORMAT_VERSION = 1


def json_report(sections: Iterable[Section]) -> bytes:
    """Write every section as one JSON document."""
    every = list(sections)
    document = {
        "version": FORMAT_VERSION,
        "clean": clean(every),
        "state": state_of(every),
        "complete": all(section.complete for section in every),
        "sections": [_section(section) for section in every],
    }
    return printable_json(orjson.dumps(document, option=orjson.OPT_INDENT_2)) + b"\n"


def _section(section: Section) -> dict[str, Any]:
    verdict = section.verdict
    return {
        "title": section.title,
        "clean": section.state is State.PASS,
        "state": section.state,
        "complete": section.complete,
        "stop": section.stop,
        "unplayed": list(section.unplayed_scenarios),
        "unjudged": section.gap,
        "place": section.place,
        "lines": list(section.lines),
        "findings": [finding_row(finding) for finding in verdict.findings],
        "waived": [
            {"finding": finding_row(one.finding), "reason": one.reason, "expires": one.expires}
            for one in verdict.waived_findings
        ],
        "failures": [failure_row(failure) for failure in section.failures],
        "rules": {
            "exercised": dict(verdict.counts),
            "never": verdict.unexercised_ids,
            "unjudgeable": dict(verdict.unjudgeable),
        },
        "printed": section.client_output,
    }


def failure_row(failure: Failure) -> dict[str, Any]:
    """Write a failure as a JSON row; these keys are stable."""
    return {
        "rules": list(failure.rules),
        "seen": failure.sentence,
        "scenario": orjson.loads(scenario_json(failure.scenario)),
        "timeline": [_moment_row(moment) for moment in failure.timeline],
        "folder": str(failure.folder) if failure.folder else None,
        "repeat": failure.repeat,
    }


def _moment_row(moment: Moment) -> dict[str, Any]:
    return {
        "at_ms": moment.at_ms,
        "what": moment.what,
        "text": moment.text,
        "request": moment.request,
        "grave": moment.emphasis,
    }
