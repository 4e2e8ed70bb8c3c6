"""Reports show one verdict in several forms."""

import io
import json
from dataclasses import replace
from xml.etree import ElementTree

from rich.console import Console

from contract_tests.consumer.recording import APPROVED, asked, recorded
from contract_tests.judge import verdict_on
from contract_tests.law import local_law
from contract_tests.reports.console import show
from contract_tests.reports.json import json_report
from contract_tests.reports.junit import junit_report
from contract_tests.reports.verdicts import Section, section_of_traffic


def section(query: str = "size=101", printed: str = "") -> Section:
    history = recorded(asked(APPROVED, query))
    found = section_of_traffic("traffic.har", history, verdict_on(history, local_law()))
    return replace(found, printed=printed)


def shown(*sections: Section) -> str:
    out = io.StringIO()
    show(Console(file=out, width=80), sections)
    return out.getvalue()


def test_console_tells_law_sight_source_and_how_to_repeat() -> None:
    text = shown(section())
    for told in (
        "MUST TY-CAT-001",
        "size=101",
        "product-filter-approved-product-v2",
        "documented",
        "curl -sS",
    ):
        assert told in text
    assert text.rstrip().endswith("FAILED 1 broken MUST rules")


def test_console_always_tells_the_coverage() -> None:
    text = shown(section("size=100"))
    assert "Rules exercised" in text
    assert "Rules never met" in text
    assert "PASSED" in text


def test_console_is_plain_where_nobody_sees_colours() -> None:
    assert "\x1b" not in shown(section())


def test_json_has_its_stable_keys() -> None:
    report = json.loads(json_report([section()]))
    (told,) = report["sections"]
    (finding,) = told["findings"]
    assert report["version"] == 1
    assert report["clean"] is False
    assert set(told) == {"title", "clean", "lines", "findings", "rules", "printed"}
    assert set(finding) == {
        "rule", "level", "law", "operation", "scenario", "sort", "seen", "count", "requests", "source",
        "repeat",
    }  # fmt: skip


def test_junit_counts_what_it_holds() -> None:
    suite = ElementTree.fromstring(junit_report([section(printed="odd \x00 bytes")])).find("testsuite")
    assert suite is not None
    cases = suite.findall("testcase")
    assert len(cases) == int(suite.attrib["tests"])
    assert len(suite.findall("testcase/failure")) == int(suite.attrib["failures"]) == 1
    assert len(suite.findall("testcase/skipped")) == int(suite.attrib["skipped"])
    assert suite.findtext("system-out") == "odd ? bytes"


def test_advice_fails_no_build() -> None:
    suite = ElementTree.fromstring(junit_report([section("approved=True")])).find("testsuite")
    assert suite is not None
    assert suite.attrib["failures"] == "0"
    assert "approved=True" in (suite.findtext("testcase/system-out") or "")
