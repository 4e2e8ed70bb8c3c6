"""Reports show one verdict in several forms: the console, JSON and JUnit."""

import io
import json
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from rich.console import Console
from rich.text import Text

from contract_tests.judge.verdict import judge_traffic
from contract_tests.records.findings import Verdict, blocking_first
from contract_tests.records.history import History
from contract_tests.records.scenario import Moment, read_scenario, schema
from contract_tests.reports.console import show
from contract_tests.reports.html import html_report
from contract_tests.reports.json import json_report
from contract_tests.reports.junit import junit_report
from contract_tests.reports.markdown import markdown_report
from contract_tests.reports.sarif import sarif_report
from contract_tests.reports.verdicts import Section, section_of_traffic
from contract_tests.stages.rulebook import installed_rulebook
from contract_tests.tests.kit.support.sections import (
    AGENT,
    DROPPED,
    LOST,
    broken,
    clean_one,
    failure,
    lint_output,
)


def text_of(*sections: Section, terminal: bool = False, width: int = 80) -> str:
    out = io.StringIO()
    show(Console(file=out, width=width, soft_wrap=not terminal, force_terminal=terminal), sections)
    return out.getvalue()


def test_console_counts_rules_that_are_too_many_to_be_read() -> None:
    rules = tuple(installed_rulebook().rules)
    text = text_of(Section("everything", (), Verdict(rules=rules)))
    finance_count = len({rule.id for rule in rules if rule.id.startswith("TY-FIN-")})
    assert f"TY-FIN {finance_count}," in text
    assert "TY-FIN-001" not in text


def suite_of(section: Section) -> ElementTree.Element:
    suite = ElementTree.fromstring(junit_report([section])).find("testsuite")
    assert suite is not None
    return suite


def case_of(suite: ElementTree.Element, rule_id: str) -> ElementTree.Element:
    (case,) = (case for case in suite.findall("testcase") if case.attrib["name"].startswith(rule_id))
    return case


def test_console_tells_law_sight_source_and_how_to_repeat() -> None:
    text = text_of(lint_output())
    for told in (
        "MUST TY-CAT-001",
        "size=101",
        "https://developers.trendyol.com/v3.0/docs/product-filter-approved-product-v2",
        "documented",
        "curl -sS",
    ):
        assert told in text
    assert text.rstrip().endswith("FAILED 1 MUST rule broken")


def test_console_tells_a_rule_broken_in_two_places_once() -> None:
    text = text_of(broken())
    assert text.count("MUST TY-PLT-008 (3 times)") == 1
    assert text.count("A read that was refused for the moment") == 1
    assert text.count("never read again") == 2
    assert "timeline  with TY-CAT-901" in text


def test_console_tells_the_end_of_the_story_and_how_to_play_it_again() -> None:
    text = text_of(broken())
    assert "> 00:00:00.905  request  #3 filterApprovedProducts size=20 page=2 -> 429" in text
    assert "6 lines after" in text
    assert f"replay    {failure().repeat}" in text
    assert f"artefacts {failure().folder}" in text


def test_console_shortens_a_long_story_to_what_led_to_the_last_mark() -> None:
    calm = [Moment(at, "event", f"event {at}") for at in range(30)]
    marked = (*calm[:20], replace(calm[20], emphasis=True), *calm[21:])
    text = text_of(replace(broken(), failures=(replace(failure(), timeline=marked),)))
    assert "15 lines before" in text
    assert "event 15" in text
    assert "event 14" not in text
    assert "7 lines after" in text


def test_console_shortens_an_unmarked_story_to_what_struck_last() -> None:
    calm = [Moment(at, "sync", f"calm {at}") for at in range(30)]
    struck = (*calm[:20], replace(calm[20], what="event", text="a product left"), *calm[21:])
    text = text_of(replace(broken(), failures=(replace(failure(), timeline=struck),)))
    assert "18 lines before" in text
    assert "a product left" in text
    assert "calm 25" in text
    assert "4 lines after" in text


def test_console_names_a_timeline_shown_elsewhere_once() -> None:
    text = text_of(replace(broken(), failures=(failure(), failure())))
    assert "timeline  with TY-CAT-901\n" in text


def test_what_a_client_did_goes_before_what_came_of_it() -> None:
    findings_in_order = blocking_first(broken().verdict.findings)
    assert [one.rule.id for one in findings_in_order] == [DROPPED, DROPPED, LOST, AGENT]


def test_console_tells_what_is_waived_apart_and_does_not_count_it() -> None:
    text = text_of(broken())
    assert "waived MUST TY-PLT-007 until 2027-01-31" in text
    assert "see SHOP-112" in text
    assert text.rstrip().endswith("2 MUST rules broken, 1 SHOULD rule not followed, 1 waived")


def test_console_shows_a_failure_whose_rule_is_waived() -> None:
    alone = replace(broken(), verdict=Verdict(waived_findings=broken().verdict.waived_findings))
    assert failure().repeat in text_of(alone)


def test_console_always_tells_the_coverage() -> None:
    text = text_of(lint_output("size=100"))
    assert "Rules exercised" in text
    assert "Rules never met" in text
    assert "PASSED" in text


def test_console_is_plain_where_nobody_sees_colours() -> None:
    assert "\x1b" not in text_of(broken())


def test_console_has_colours_on_a_terminal_unless_they_are_unwanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert "\x1b[1;31mMUST" in text_of(broken(), terminal=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[1;31m" not in text_of(broken(), terminal=True)


def test_console_breaks_no_line_that_is_to_be_copied() -> None:
    lines = Text.from_ansi(text_of(broken(), terminal=True, width=60)).plain.splitlines()
    assert any(line.endswith(failure().repeat) for line in lines)
    assert "    law       Every product the seller has was delivered to" in lines


def test_json_has_its_stable_keys() -> None:
    report = json.loads(json_report([broken()]))
    (body,) = report["sections"]
    assert report["version"] == 1
    assert report["clean"] is False
    assert set(body) == {
        "title", "clean", "state", "complete", "stop", "unplayed", "unjudged",
        "place", "lines", "findings", "waived", "failures", "rules", "printed",
    }  # fmt: skip
    assert set(body["findings"][0]) == {
        "rule", "level", "law", "advice", "operation", "scenario", "sort", "seen", "count", "scenarios",
        "requests", "source", "repeat",
    }  # fmt: skip
    assert set(body["failures"][0]) == {"rules", "seen", "scenario", "timeline", "folder", "repeat"}
    assert set(body["failures"][0]["timeline"][0]) == {"at_ms", "what", "text", "request", "grave"}
    assert set(body["waived"][0]) == {"finding", "reason", "expires"}


def interrupted_one() -> Section:
    """A clean section that a signal ended."""
    return replace(
        clean_one(),
        is_interrupted=True,
        stop="interrupted by SIGTERM",
        unplayed_scenarios=("slow body", "search"),
    )


def empty() -> Section:
    """A recording with nothing in it that could be judged."""
    return section_of_traffic("traffic.har", History(), judge_traffic(History(), installed_rulebook()))


REPORTS = (json_report, junit_report, sarif_report, html_report, markdown_report)


@pytest.mark.parametrize("report", REPORTS)
def test_report_of_an_interrupted_check_says_so_and_what_was_not_played(report: Any) -> None:
    text = report([interrupted_one()]).decode()
    assert "interrupted" in text.lower()
    assert "slow body" in text
    assert ">Passed<" not in text
    assert "Passed:" not in text


@pytest.mark.parametrize("report", REPORTS)
def test_report_of_nothing_says_that_nothing_was_judged(report: Any) -> None:
    text = report([empty()]).decode()
    assert "there is no request to the vendor in it" in text
    assert ">Passed<" not in text
    assert "Passed:" not in text


def test_console_neither_passes_nor_calls_clean_what_was_interrupted_or_empty() -> None:
    for section, word in ((interrupted_one(), "INTERRUPTED"), (empty(), "NOT JUDGED")):
        text = text_of(section)
        assert "PASSED" not in text
        assert "clean" not in text
        assert word in text


def test_console_says_once_that_nothing_was_judged_and_then_why() -> None:
    assert text_of(empty()).splitlines()[-1] == "NOT JUDGED there is no request to the vendor in it"


def test_json_of_an_interrupted_check_is_not_complete_though_another_profile_was() -> None:
    report = json.loads(json_report([clean_one(), interrupted_one()]))
    assert (report["clean"], report["complete"], report["state"]) == (False, False, "interrupted")
    assert report["sections"][1]["unplayed"] == ["slow body", "search"]
    assert report["sections"][0]["clean"] is True


def test_junit_of_an_interrupted_check_has_an_error() -> None:
    suite = suite_of(interrupted_one())
    assert suite.attrib["errors"] == "1"
    assert len(suite.findall("testcase")) == int(suite.attrib["tests"])
    assert suite.find("testcase/error") is not None


def test_sarif_of_an_interrupted_check_was_not_successful() -> None:
    (invocation,) = json.loads(sarif_report([interrupted_one()]))["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    assert "interrupted by SIGTERM" in invocation["toolExecutionNotifications"][0]["message"]["text"]


@pytest.mark.parametrize("section", [broken, clean_one, lint_output, interrupted_one, empty])
def test_json_keeps_to_its_published_schema(section: object) -> None:
    assert callable(section)
    jsonschema.Draft202012Validator(schema("report")).validate(json.loads(json_report([section()])))


def test_json_schema_refuses_what_is_no_report() -> None:
    report = json.loads(json_report([broken()]))
    del report["sections"][0]["findings"][0]["seen"]
    assert not jsonschema.Draft202012Validator(schema("report")).is_valid(report)


def test_json_holds_the_scenario_as_it_can_be_played() -> None:
    body = json.loads(json_report([broken()]))["sections"][0]["failures"][0]["scenario"]
    assert read_scenario(json.dumps(body)) == failure().scenario


def test_json_counts_nothing_that_is_waived() -> None:
    waived = replace(broken(), verdict=Verdict(waived_findings=broken().verdict.waived_findings))
    assert json.loads(json_report([waived]))["clean"] is True


def test_junit_counts_what_it_holds() -> None:
    suite = suite_of(lint_output(printed="odd \x00 bytes"))
    cases = suite.findall("testcase")
    assert len(cases) == int(suite.attrib["tests"])
    assert len(suite.findall("testcase/failure")) == int(suite.attrib["failures"]) == 1
    assert len(suite.findall("testcase/skipped")) == int(suite.attrib["skipped"])
    assert suite.findtext("system-out") == "odd ? bytes"


def test_junit_tells_the_story_with_the_rule_it_was_shrunk_for() -> None:
    body = case_of(suite_of(broken()), "TY-CAT-901").findtext("failure") or ""
    assert "#2 filterApprovedProducts size=20 page=1 -> 429" in body
    assert failure().repeat in body
    assert '"retry_after": 1' in body


def test_junit_skips_what_is_waived_and_says_why() -> None:
    suite = suite_of(broken())
    skipped = case_of(suite, "TY-PLT-007").find("skipped")
    assert skipped is not None
    assert "waived until 2027-01-31: the vendor's SDK" in skipped.attrib["message"]
    assert len(suite.findall("testcase/skipped")) == int(suite.attrib["skipped"])


def test_junit_fails_a_rule_that_is_broken_beside_what_is_waived() -> None:
    section = broken()
    both = (*section.verdict.findings, section.verdict.waived_findings[0].finding)
    case = case_of(suite_of(replace(section, verdict=replace(section.verdict, findings=both))), "TY-PLT-007")
    assert case.find("failure") is not None
    assert case.find("skipped") is None


def test_advice_fails_no_build() -> None:
    suite = suite_of(lint_output("approved=True"))
    assert suite.attrib["failures"] == "0"
    assert "approved=True" in (suite.findtext("testcase/system-out") or "")
