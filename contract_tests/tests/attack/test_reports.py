"""What a client prints, sends or exports steers nobody who reads a report, and no report is lost."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace

import pytest
from rich.console import Console

from contract_tests.records.findings import Finding
from contract_tests.reports.console import show
from contract_tests.reports.html import html_report
from contract_tests.reports.json import json_report
from contract_tests.reports.junit import junit_report
from contract_tests.reports.markdown import markdown_report
from contract_tests.reports.verdicts import Section
from contract_tests.tests.kit.support.sections import lint_output

STEERING = {
    "ESC": "\x1b[2J\x1b[1;1H",
    "OSC": "\x1b]0;title\x07\x1b]8;;http://evil.example\x1b\\",
    "CR": "failed\rpassed",
    "CSI of one character": "\x9b1;1H",
    "backspace": "failed\b\b\b\b\b\bpassed",
    "direction": "\u202eevil",
    "half a character": "\ud800",
}
STEERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def section_with(text: str) -> Section:
    """A broken section that holds a text wherever a client's text may stand."""
    section = lint_output(printed=f"line one {text}\nline two")
    findings = tuple(with_text(one, text) for one in section.verdict.findings)
    return replace(
        section,
        title=f"traffic {text}",
        lines=(f"what was run {text}",),
        stop=f"it stopped {text}",
        verdict=replace(section.verdict, findings=findings),
    )


def with_text(finding: Finding, text: str) -> Finding:
    return replace(
        finding,
        evidence=f"{finding.evidence} {text}",
        requests=tuple(f"{line} {text}" for line in finding.requests),
        repeat=f"{finding.repeat} {text}",
    )


def console_report(section: Section) -> str:
    console = Console(file=io.StringIO(), width=100, color_system=None)
    show(console, [section])
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("name", STEERING)
def test_text_of_a_client_steers_no_reader(name: str) -> None:
    section = section_with(STEERING[name])
    for text in (
        console_report(section),
        markdown_report([section]).decode(),
        html_report([section]).decode(),
        junit_report([section]).decode(),
    ):
        assert "line two" in text
        assert STEERS.search(text) is None


@pytest.mark.parametrize("name", [name for name in STEERING if name != "half a character"])
def test_json_says_all_and_steers_no_reader(name: str) -> None:
    data = json_report([section_with(STEERING[name])])
    assert STEERS.search(data.decode()) is None
    assert STEERING[name] in json.loads(data)["sections"][0]["printed"]
