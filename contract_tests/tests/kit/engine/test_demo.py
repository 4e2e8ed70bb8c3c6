"""The demo tells the truth: about the right client, about the broken ones, and about itself."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from rich.console import Console

from contract_tests.cli.demo import demo_driver, judge, progress, show
from contract_tests.cli.demo_cases import DEMO_CASES, DemoCase, Result, summary
from contract_tests.engine.check import ProfileOutcome
from contract_tests.records.findings import Finding, Verdict
from contract_tests.records.run import Run
from contract_tests.stages.rulebook import installed_rulebook
from contract_tests.stages.server import serving

BROKEN = {case.client: case for case in DEMO_CASES if case.caught_by}
REFERENCE = DEMO_CASES[0]
MOST_S, A_MINUTE_S = 60, 60


def result(case: DemoCase, *judges: str) -> Result:
    """A demo case whose client broke the rules of these judges."""
    law = installed_rulebook()
    own = law.for_operations(case.part.operations, case.edition)
    rules = (
        next(rule for rule in (*own.rules, *law.rules) if (rule.judge, rule.level) == (judge, "MUST"))
        for judge in judges
    )
    findings = tuple(Finding(rule, "getSettlements", "seen", 1, (), "") for rule in rules)
    return Result(case, cast(ProfileOutcome, SimpleNamespace(verdict=Verdict(findings), outcomes=())))


@pytest.mark.nightly
def test_demo_finds_the_reference_clean_and_catches_each_broken_client() -> None:
    began = time.monotonic()
    command = [sys.executable, "-m", "emulator", "demo"]
    process = subprocess.run(command, capture_output=True, text=True, timeout=MOST_S + 30, check=False)
    assert process.returncode == 0, process.stdout + process.stderr
    assert time.monotonic() - began < MOST_S
    assert process.stdout.splitlines()[-1] == summary([
        result(case, *[case.caught_by] if case.caught_by else []) for case in DEMO_CASES
    ])  # fmt: skip


def test_demo_judges_clients_side_by_side() -> None:
    names = ["sixteen_day_windows", "takes_200_for_all", "token_on_each_call"]
    part = [REFERENCE, *(BROKEN[name] for name in names)]
    with serving() as url:
        results = judge(url, part)
    runs = [
        sync.run for one in results for outcome in one.outcome.outcomes for sync in outcome.recording.syncs
    ]
    assert max(run.seconds for run in runs) < A_MINUTE_S
    assert summary(results) == summary([
        result(case, *[case.caught_by] if case.caught_by else []) for case in part
    ])  # fmt: skip


def test_demo_starts_a_process_for_each_sync_and_for_nothing_else(tmp_path: Path) -> None:
    verbs: list[str] = []

    def sync(verb: str, environment: Mapping[str, str]) -> Run:
        verbs.append(verb)
        return Run(0, 0.0)

    with progress(1) as bar:
        drive = demo_driver(REFERENCE, sync, bar)
        environment = {"CLIENT_STORE": str(tmp_path / "client.db")}
        runs = [drive(verb, environment) for verb in ("reset", "sync", "export products")]
    assert verbs == ["sync"]
    assert (runs[2].exit, runs[2].rows) == (0, [])


def test_summary_names_the_client_and_the_rule() -> None:
    broken_result = result(BROKEN["sixteen_day_windows"], "window_within")
    assert summary([result(REFERENCE), broken_result]) == (
        "demo: reference clean; caught: sixteen_day_windows=TY-FIN-001"
    )


def test_broken_client_is_not_caught_for_a_wrong_reason() -> None:
    wrong = result(BROKEN["stops_at_the_wall"], "window_within")
    assert not wrong.as_expected
    assert summary([wrong]).endswith("stops_at_the_wall=NOT CAUGHT")


def test_broken_client_is_not_caught_by_advice() -> None:
    broken_result = result(BROKEN["sixteen_day_windows"], "window_within")
    (finding,) = broken_result.outcome.verdict.findings
    advice = replace(finding, rule=replace(finding.rule, level="SHOULD"))
    outcome: Any = SimpleNamespace(verdict=Verdict((advice,)), outcomes=())
    assert not Result(broken_result.case, outcome).as_expected


def test_reference_that_breaks_a_rule_is_not_clean() -> None:
    reference_result = result(REFERENCE, "window_within")
    assert not reference_result.as_expected
    assert summary([reference_result]) == "demo: reference NOT clean; caught: "


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN)
def test_demo_shows_law_source_and_how_to_repeat(case: DemoCase) -> None:
    console = Console(record=True, width=110, file=StringIO())
    assert case.caught_by
    show(console, [result(case, case.caught_by)])
    text = console.export_text()
    assert f"-- python {' '.join(case.arguments)}" in text
    assert "docs" in text
    assert "MUST TY-" in text
