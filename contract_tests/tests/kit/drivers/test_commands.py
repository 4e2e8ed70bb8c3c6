"""The verbs on the command line, their exit codes and their reports."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from contract_tests.cli import readiness
from contract_tests.profiles.every import PROFILES
from contract_tests.stages.server import serving
from contract_tests.tests.kit.support.recording import APPROVED, asked
from emulator.cli import main

PYTHON = [sys.executable, "-m"]


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
    result = run("lint", path)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


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
    result = run("lint", url)
    assert "0 requests" in result.output
    assert result.exit_code == 4


def test_rules_are_listed_and_shown() -> None:
    assert "TY-CAT-005" in run("rules", "list").output
    assert "token_beyond_window" in run("rules", "show", "ty-cat-005").output
    assert json.loads(run("rules", "list", "--format", "json").output)["rules"]


def test_rules_are_listed_by_profile_and_level() -> None:
    output = run("rules", "list", "--profile", "finance", "--level", "MUST").output
    assert "TY-FIN-001" in output
    assert "TY-CAT-005" not in output
    assert "TY-PLT-002" not in output


def test_unknown_rule_exits_2() -> None:
    assert run("rules", "show", "TY-XXX-000").exit_code == 2


def test_check_without_a_command_exits_2() -> None:
    assert run("check", "--profile", "finance").exit_code == 2


def test_check_of_a_command_that_does_not_exist_exits_4(url: str) -> None:
    assert run("check", "--url", url, "--profile", "finance", "--", "/no/such/shop").exit_code == 4


def test_check_of_a_command_that_a_shell_does_not_find_ends_with_one_sentence(url: str) -> None:
    result = run("check", "--url", url, "--profile", "finance", "--", "sh", "-c", "no-such-shop")
    assert result.exit_code == 4
    assert "not found" in result.output
    assert "MUST" not in result.output


def test_check_of_an_unknown_storefront_exits_2(url: str) -> None:
    assert run("check", "--url", url, "--storefront", "XX", "--", "true").exit_code == 2


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Play only some directed scenarios of a profile."""

    def keep(profile: str, *names: str) -> None:
        monkeypatch.setitem(PROFILES, profile, PROFILES[profile].part(*names))

    return keep


def run_check(profile: str, folder: Path, *words: str | Path) -> Result:
    artifacts = str(folder / "kept")
    return run("check", "--profile", profile, "--examples", "0", "--artifacts", artifacts, *words)


def test_check_of_a_client_that_does_nothing_finds_everything_missing(
    url: str, tmp_path: Path, only: Callable[..., None]
) -> None:
    only("catalog-pull", "quiet")
    result = run_check("catalog-pull", tmp_path, "--url", url, "--", "true")
    assert result.exit_code == 1
    assert "TY-CAT-901" in result.output
    assert "TRENDYOL_BASE_URL" in result.output


def test_check_stops_after_a_quiet_run_that_gets_nowhere_unless_it_is_to_keep_going(
    url: str, tmp_path: Path, only: Callable[..., None]
) -> None:
    only("catalog-pull", "quiet", "slow body")
    client = ["--", "sh", "-c", "echo no such file shop.py; exit 2"]
    result = run_check("catalog-pull", tmp_path, "--url", url, *client)
    assert result.exit_code == 1
    assert "it ended with exit 2 (--keep-going plays on); not played: slow body" in result.output
    assert "no such file shop.py" in result.output
    assert (
        "slow body: exit 2"
        in run_check("catalog-pull", tmp_path, "--url", url, "--keep-going", *client).output
    )


def test_check_of_a_client_that_asks_nothing_is_not_judged_where_only_traffic_counts(
    url: str, tmp_path: Path, only: Callable[..., None]
) -> None:
    only("catalog-pull", "quiet")
    words = ("--url", url, "--level", "L0")
    silent = run_check("catalog-pull", tmp_path, *words, "--", "true")
    assert silent.exit_code == 4
    assert "NOT JUDGED" in silent.output
    assert (
        run_check("catalog-pull", tmp_path, *words, "--keep-going", "--allow-empty", "--", "true").exit_code
        == 0
    )


def test_quick_check_plays_the_quiet_run_and_five_troubles_and_draws_nothing(
    url: str, tmp_path: Path
) -> None:
    name = "b2b-purchase"
    client = [*PYTHON, "contract_tests.clients.reference", name]
    result = run("check", "--profile", name, "--quick", "--url", url, "--artifacts", tmp_path, "--", *client)
    assert result.exit_code == 0, result.output
    names = ("quiet", *PROFILES[name].quick)
    assert [line for line in names if f"  {line}: exit " not in result.output] == []
    assert "drawn" not in result.output


def test_findings_of_two_checks_stand_side_by_side(
    url: str, tmp_path: Path, only: Callable[..., None]
) -> None:
    only("catalog-pull", "quiet")
    for _ in range(2):
        run_check("catalog-pull", tmp_path, "--url", url, "--", "true")
    assert {path.name for path in (tmp_path / "kept").iterdir()} == {"catalog-pull-1", "catalog-pull-2"}


def test_unwritable_places_are_refused_before_anything_is_driven(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for words in (["--report", f"json={tmp_path}/file/r.json"], ["--artifacts", f"{tmp_path}/file/kept"]):
        result = run("check", "--profile", "finance", *words, "--", "touch", tmp_path / "driven")
        assert result.exit_code == 2
        assert f"{tmp_path}/file" in result.output
        assert "Traceback" not in result.output
    assert not (tmp_path / "driven").exists()


def test_folders_of_reports_are_made(traffic: Any, tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "r.json"
    assert run("lint", traffic("size=100"), "--report", f"json={path}").exit_code == 0
    assert path.exists()


def test_report_that_cannot_be_written_loses_no_other(traffic: Any, tmp_path: Path) -> None:
    words = ["--report", "json=/dev/full", "--report", f"junit={tmp_path / 'r.xml'}"]
    result = run("lint", traffic("size=100"), *words)
    assert result.exit_code == 4
    assert "the json report was not written to /dev/full" in result.output
    assert (tmp_path / "r.xml").read_bytes().startswith(b"<?xml")


def test_missing_package_is_named_before_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "find_spec", lambda _: None)
    result = run("check", "--profile", "finance", "--", "touch", tmp_path / "driven")
    assert result.exit_code == 4
    assert "hypothesis is not installed" in result.output
    assert not (tmp_path / "driven").exists()


def test_lint_of_a_recording_without_the_vendor_exits_4_unless_that_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "elsewhere.har"
    entry = asked("/shop/index.html") | {"startedDateTime": "2026-11-22T09:00:00Z"}
    entry["request"] = {**entry["request"], "url": "https://www.example.org/shop/index.html"}
    path.write_text(json.dumps({"log": {"entries": [entry]}}))
    result = run("lint", path)
    assert result.exit_code == 4
    assert "no request to the vendor" in result.output
    assert "PASSED" not in result.output
    assert run("lint", path, "--allow-empty").exit_code == 0


def test_check_of_a_client_without_an_end_is_told(
    url: str, tmp_path: Path, only: Callable[..., None]
) -> None:
    only("finance", "quiet")
    result = run_check("finance", tmp_path, "--url", url, "--timeout", "0.3", "--", "sh", "-c", "sleep 60")
    assert result.exit_code == 1
    assert "TY-PLT-901" in result.output


def test_check_of_the_reference_is_clean_and_keeps_nothing(
    url: str, tmp_path: Path, only: Callable[..., None]
) -> None:
    only("b2b-purchase", "quiet", "answer lost after the purchase", "fewer in stock than wanted")
    client = [*PYTHON, "contract_tests.clients.reference", "b2b-purchase"]
    result = run_check("b2b-purchase", tmp_path, "--url", url, "--jobs", "3", "--", *client)
    assert result.exit_code == 0, result.output
    assert "fewer in stock than wanted: exit " in result.output
    assert not (tmp_path / "kept").exists()


def test_failure_that_was_kept_is_replayed_to_the_byte(
    url: str, tmp_path: Path, only: Callable[..., None]
) -> None:
    only("catalog-pull", "quiet")
    client = ["--", *PYTHON, "contract_tests.clients.broken", "first_page_only", "catalog-pull"]
    assert run_check("catalog-pull", tmp_path, "--url", url, *client).exit_code == 1
    (folder,) = (tmp_path / "kept").iterdir()
    values = [run("replay", folder / "scenario.json", "--url", url, *client) for _ in range(2)]
    assert [one.exit_code for one in values] == [1, 1]
    assert all("MUST TY-CAT-901" in one.output for one in values)
    (digest,) = {digest for one in values for digest in re.findall(r"^ *traffic (\w{16})$", one.output, re.M)}
    assert f"`{digest}`" in (folder / "timeline.md").read_text()


def test_kept_folder_holds_what_the_page_says(url: str, tmp_path: Path, only: Callable[..., None]) -> None:
    only("catalog-pull", "quiet")
    run_check("catalog-pull", tmp_path, "--url", url, "--", "true")
    names = {path.name for path in (tmp_path / "kept" / "catalog-pull-1").iterdir()}
    texts = {"scenario.json", "traffic.har", "requests.sh", "timeline.md", "story.json"}
    assert names == {*texts, "test_scenario.py"}


@pytest.mark.parametrize("verb", ["check", "replay", "lint"])
def test_every_option_has_a_variable_that_a_shell_can_set(verb: str) -> None:
    command = main.get_command(click.Context(main), verb)
    assert command is not None
    values = [one for one in command.params if isinstance(one, click.Option) and one.name != "help"]
    assert all(re.fullmatch(r"TRENDYOL_EMULATOR_[A-Z_]+", str(one.envvar)) for one in values)
