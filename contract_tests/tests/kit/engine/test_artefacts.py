"""What is kept of a failure can be read, run and judged again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from contract_tests.engine.artefacts import failure_of
from contract_tests.engine.check import Plan, play_directed
from contract_tests.engine.outcome import Outcome
from contract_tests.judge.verdict import judge_traffic
from contract_tests.mutation.catch import profile_run_with
from contract_tests.profiles.every import broken_client
from contract_tests.records.exchange_lines import describe_exchange
from contract_tests.records.har import read_archive
from contract_tests.records.scenario import read_scenario
from contract_tests.records.story import Failure, shorten
from contract_tests.stages.host import START_MS
from contract_tests.stages.processes import end_session
from contract_tests.stages.rulebook import installed_rulebook
from contract_tests.tests.places import ROOT

COMMAND = ("php", "my shop.php")


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    """A client that drops a refused window, and was caught at it."""
    profile_run = profile_run_with(broken_client("drops_429_window"))
    quiet, directed = profile_run.profile.scenarios[0], profile_run.profile.scenarios[1]
    plan = Plan(now_ms=START_MS)
    return play_directed(profile_run, directed, plan, play_directed(profile_run, quiet, plan))


@pytest.fixture(scope="module")
def failure(outcome: Outcome, tmp_path_factory: pytest.TempPathFactory) -> Failure:
    return failure_of(outcome, COMMAND, tmp_path_factory.mktemp("kept") / "finance-1")


def kept(failure: Failure, name: str) -> Path:
    assert failure.folder
    return failure.folder / name


def test_scenario_is_kept_as_it_was_played(outcome: Outcome, failure: Failure) -> None:
    assert read_scenario(kept(failure, "scenario.json").read_bytes()) == outcome.scenario


def test_traffic_is_kept_and_judged_alike_without_the_world(outcome: Outcome, failure: Failure) -> None:
    history = read_archive(kept(failure, "traffic.har").read_bytes(), installed_rulebook())
    assert len(history.exchanges) == len(outcome.recording.history.exchanges)
    values = {
        finding.rule.id
        for finding in judge_traffic(history, installed_rulebook()).findings
        if finding.blocking
    }
    assert values <= {finding.rule.id for finding in outcome.blocking}


def test_traffic_is_the_journal_without_a_secret(outcome: Outcome, failure: Failure) -> None:
    text = kept(failure, "traffic.har").read_text()
    assert json.loads(text)["log"]["entries"] == outcome.recording.entries
    assert "demo-int-secret" not in text


def test_requests_are_kept_as_shell_lines_without_a_secret(failure: Failure) -> None:
    text = kept(failure, "requests.sh").read_text()
    assert subprocess.run(["sh", "-n", str(kept(failure, "requests.sh"))], check=False).returncode == 0
    assert text.count("curl ") == text.count("getSettlements") + text.count("curl ")
    assert "$TRENDYOL_API_SECRET" in text
    assert "demo-int-secret" not in text


def test_test_is_kept_that_names_the_command(failure: Failure) -> None:
    text = kept(failure, "test_scenario.py").read_text()
    compile(text, "test_scenario.py", "exec")
    assert repr(list(COMMAND)) in text


def test_story_tells_what_struck_and_what_it_led_to(failure: Failure) -> None:
    lines = kept(failure, "timeline.md").read_text().splitlines()
    assert any("answered 429" in line for line in lines)
    assert any("sync 1 ends with exit 0" in line for line in lines)
    assert any("TY-PLT-008" in line and "**" in line for line in lines)
    grave = [moment for moment in failure.timeline if moment.emphasis]
    assert {moment.what for moment in grave} == {"request", "verdict"}
    assert [moment.at_ms for moment in failure.timeline] == sorted(one.at_ms for one in failure.timeline)


def run_in(folder: Path, *words: str, place: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command in a folder which is on the path, where our program is at a place in the folder."""
    program = folder / place / "trendyol-emulator"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m emulator "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    path = os.pathsep.join([str(folder), os.environ["PATH"]])
    port = {"TRENDYOL_EMULATOR_PORT": "0"}
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "NO_PROXY": "*", **port}
    return subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.mark.parametrize("place", ["", ".venv/bin"])
def test_requests_reach_the_world_that_they_open_themselves(
    failure: Failure, tmp_path: Path, place: str
) -> None:
    script = kept(failure, "requests.sh")
    first = [line for line in script.read_text().splitlines() if line.startswith("curl")][:1]
    head = script.read_text().partition("curl")[0]
    short = script.with_name("short.sh")
    short.write_text(head + first[0] + "\n")
    result = run_in(tmp_path, "sh", str(short), place=place)
    assert '"totalElements"' in result.stdout, result.stderr
    assert result.returncode == 0


def test_served_scenario_prints_curl_lines_that_reach_it(failure: Failure, tmp_path: Path) -> None:
    words = ["replay", str(kept(failure, "scenario.json")), "--serve"]
    serve = subprocess.Popen(
        [sys.executable, "-m", "emulator", *words, "--port", "0"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert serve.stdout
    try:
        exports: list[str] = []
        for line in serve.stdout:
            if line.startswith("curl"):
                break
            exports.append(line)
        result = run_in(tmp_path, "sh", "-c", "".join(exports) + line)
        assert '"totalElements"' in result.stdout, result.stderr
    finally:
        end_session(serve, 3)
        serve.stdout.close()


def test_replay_line_can_be_pasted(failure: Failure) -> None:
    assert failure.repeat.startswith("trendyol-emulator replay ")
    assert failure.repeat.endswith("scenario.json -- php 'my shop.php'")


def test_kept_scenario_is_played_again_where_hypothesis_is_not_installed(
    failure: Failure, tmp_path: Path
) -> None:
    (tmp_path / "hypothesis.py").write_text("raise ImportError('not here')")
    client = [sys.executable, "-m", "contract_tests.clients.broken", "drops_429_window", "finance"]
    words = [sys.executable, "-m", "emulator", "replay", str(kept(failure, "scenario.json")), "--", *client]
    root = str(ROOT)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), root])}
    result = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 1, result.stderr
    assert "TY-PLT-008" in result.stdout


def test_long_runs_of_like_requests_are_shortened_but_not_what_is_pointed_at(outcome: Outcome) -> None:
    alike = [one for one in outcome.recording.history.exchanges if one.operation == "getSettlements"]
    alike = [one for one in alike if one.status == 200][:9] * 3
    lines = list(shorten(alike, set()))
    assert sum(one[1] for one in lines if isinstance(one, tuple)) + 8 == len(alike)
    assert list(shorten(alike, {one.number for one in alike})) == alike


def test_request_is_told_with_its_rows(outcome: Outcome) -> None:
    text = describe_exchange(outcome.recording.history.exchanges[0])
    assert text.startswith("getSettlements transactionType=")
    assert " rows of " in text
