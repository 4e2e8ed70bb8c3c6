"""The verbs on the command line, their exit codes and their reports."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from contract_tests.consumer.recording import APPROVED, asked
from contract_tests.server import serving
from emulator.cli import main

SHOP = ["--", sys.executable, "-m", "contract_tests.clients"]


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture
def traffic(tmp_path: Path) -> Any:
    def write(query: str) -> Path:
        entry = asked(APPROVED, query) | {"startedDateTime": "2026-11-22T09:00:00Z"}
        path = tmp_path / "traffic.har"
        path.write_text(json.dumps({"log": {"entries": [entry]}}))
        return path

    return write


def test_lint_of_clean_traffic_exits_0(traffic: Any) -> None:
    assert run("lint", traffic("size=100")).exit_code == 0


def test_lint_of_a_broken_must_exits_1(traffic: Any) -> None:
    assert run("lint", traffic("size=101")).exit_code == 1


def test_lint_of_broken_advice_exits_0_and_level_must_leaves_it_out(traffic: Any) -> None:
    assert "TY-PLT-014" in run("lint", traffic("approved=True")).output.split("Rules exercised")[0]
    silent = run("lint", traffic("approved=True"), "--level", "MUST")
    assert silent.exit_code == 0
    assert "TY-PLT-014" not in silent.output.split("Rules exercised")[0]


def test_lint_writes_several_reports(traffic: Any, tmp_path: Path) -> None:
    reports = tmp_path / "r.json", tmp_path / "r.xml"
    run("lint", traffic("size=101"), "--report", f"json={reports[0]}", "--report", f"junit={reports[1]}")
    assert json.loads(reports[0].read_bytes())["clean"] is False
    assert reports[1].read_bytes().startswith(b"<?xml")


@pytest.mark.parametrize(
    ("form", "start"),
    [
        ("json", b"{"),
        ("junit", b"<?xml"),
        ("sarif", b"{"),
        ("html", b"<!doctype html>"),
        ("markdown", "## ❌ Failed".encode()),
    ],
)
def test_report_is_written_in_every_form(traffic: Any, tmp_path: Path, form: str, start: bytes) -> None:
    assert run("lint", traffic("size=101"), "--report", f"{form}={tmp_path / 'report'}").exit_code == 1
    assert (tmp_path / "report").read_bytes().startswith(start)


def test_lint_prints_json(traffic: Any) -> None:
    assert json.loads(run("lint", traffic("size=100"), "--format", "json").output)["clean"] is True


def test_lint_of_something_else_exits_2(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("no archive")
    ended = run("lint", path)
    assert ended.exit_code == 2
    assert "Traceback" not in ended.output


def test_lint_of_a_missing_file_exits_4(tmp_path: Path) -> None:
    assert run("lint", tmp_path / "none.har").exit_code == 4


def test_lint_of_a_silent_url_exits_4() -> None:
    assert run("lint", "http://127.0.0.1:9").exit_code == 4


def test_unknown_report_format_exits_2(traffic: Any) -> None:
    assert run("lint", traffic("size=100"), "--report", "pdf=x").exit_code == 2


def test_option_can_come_from_the_environment(traffic: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRENDYOL_EMULATOR_FORMAT", "json")
    assert run("lint", traffic("size=100")).output.startswith("{")


def test_lint_reads_the_journal_of_a_running_emulator(url: str) -> None:
    assert "0 requests" in run("lint", url).output


def test_rules_are_listed_and_shown() -> None:
    assert "TY-CAT-005" in run("rules", "list").output
    assert "token_beyond_window" in run("rules", "show", "ty-cat-005").output
    assert json.loads(run("rules", "list", "--format", "json").output)["rules"]


def test_unknown_rule_exits_2() -> None:
    assert run("rules", "show", "TY-XXX-000").exit_code == 2


def test_check_without_a_command_exits_2() -> None:
    assert run("check", "--profile", "finance").exit_code == 2


def test_check_of_a_command_that_does_not_exist_exits_4(url: str) -> None:
    assert run("check", "--url", url, "--profile", "finance", "--", "/no/such/shop").exit_code == 4


def test_check_of_an_unknown_storefront_exits_2(url: str) -> None:
    assert run("check", "--url", url, "--storefront", "XX", "--", "true").exit_code == 2


def test_check_of_a_client_that_does_nothing_finds_everything_missing(url: str) -> None:
    ended = run("check", "--url", url, "--profile", "catalog-pull", "--world", "demo", "--", "true")
    assert ended.exit_code == 1
    assert "TY-CAT-901" in ended.output
    assert "TRENDYOL_BASE_URL" in ended.output


def test_check_of_a_client_without_an_end_is_told(url: str) -> None:
    command = ["--timeout", "0.3", "--", "sh", "-c", "sleep 60"]
    ended = run("check", "--url", url, "--profile", "finance", "--world", "demo", "--jobs", "3", *command)
    assert ended.exit_code == 1
    assert "TY-PLT-901" in ended.output


@pytest.mark.parametrize("edition", ["int", "tr"])
@pytest.mark.parametrize("profile", ["catalog-pull", "finance"])
def test_reference_client_is_clean(url: str, profile: str, edition: str) -> None:
    words = ["--url", url, "--profile", profile, "--edition", edition, "--world", "demo", "--jobs", "3"]
    client = [*SHOP[:-1], "contract_tests.clients.reference", profile]
    ended = run("check", *words, *client)
    assert ended.exit_code == 0, ended.output


@pytest.mark.parametrize(
    ("client", "rules"),
    [
        ("drops_429_window", {"TY-PLT-008"}),
        ("sixteen_day_windows", {"TY-FIN-001", "TY-PLT-901"}),
    ],
)
def test_broken_client_is_caught_by_the_right_rule(url: str, client: str, rules: set[str]) -> None:
    words = ["--url", url, "--profile", "finance", "--world", "demo", "--jobs", "3", "--format", "json"]
    ended = run("check", *words, *SHOP[:-1], f"contract_tests.clients.{client}", "finance")
    assert ended.exit_code == 1
    (section,) = json.loads(ended.stdout)["sections"]
    found = {finding["rule"] for finding in section["findings"]}
    assert rules <= found <= rules | {"TY-FIN-901", "TY-FIN-902"}


@pytest.mark.parametrize("profile", ["b2b-purchase", "pazarsync"])
def test_reference_client_of_another_system_is_clean(url: str, profile: str) -> None:
    client = [*SHOP[:-1], "contract_tests.clients.reference", profile]
    ended = run("check", "--url", url, "--profile", profile, "--jobs", "3", *client)
    assert ended.exit_code == 0, ended.output


@pytest.mark.parametrize(
    ("client", "profile", "rules"),
    [
        ("repeats_a_lost_purchase", "b2b-purchase", {"TY-B2B-010", "TY-B2B-902"}),
        ("takes_200_for_all", "b2b-purchase", {"TY-B2B-903"}),
        ("token_on_each_call", "pazarsync", {"TY-PSY-002"}),
        ("drops_batch_errors", "pazarsync", {"TY-PSY-015"}),
        ("ignores_the_quota", "pazarsync", {"TY-PSY-005"}),
    ],
)
def test_broken_client_of_another_system_is_caught(
    url: str, client: str, profile: str, rules: set[str]
) -> None:
    words = ["--url", url, "--profile", profile, "--jobs", "3", "--format", "json"]
    ended = run("check", *words, *SHOP[:-1], f"contract_tests.clients.{client}", profile)
    (section,) = json.loads(ended.stdout)["sections"]
    assert {finding["rule"] for finding in section["findings"]} == rules
