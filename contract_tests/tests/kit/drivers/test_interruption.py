"""A check that a signal ends reports what it has, at once, and leaves no process behind."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path

import pytest

from contract_tests.engine.jobs import result_of
from contract_tests.stages import processes
from contract_tests.stages.interruption import Interrupted, interruptible
from contract_tests.stages.processes import end_session
from contract_tests.tests.places import ROOT

PYTHON = [sys.executable, "-m"]
NEEDS_PROC = pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="processes cannot be looked at here"
)
FORMS = ("json", "junit", "sarif", "html", "markdown")
# The first run is a right client's; the later ones neither end by themselves nor by SIGTERM.
STUBBORN = """test "$1" = sync || exec {client} "$@"; echo "$1" >> runs
test $(wc -l < runs) = 1 && exec {client} "$@"; trap "" TERM; sleep 300; sleep 300"""
# More than that is the machine's fault, not the check's: two seconds are promised on a quiet one.
PROMISED_S, SLACK_S = 2.0, 2.0


def has_begun(runs: Path, number: int) -> bool:
    """Wait until the client has begun that often."""
    for _ in range(600):
        if runs.exists() and len(runs.read_text().splitlines()) >= number:
            return True
        time.sleep(0.05)
    return False


def left_behind(mark: str) -> list[str]:
    """The processes that bear a mark in their environment."""
    lines = []
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark.encode() in (path / "environ").read_bytes():
                lines.append((path / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return lines


def start_check(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    with (folder / "console").open("wb") as console:
        return subprocess.Popen(
            [*PYTHON, "emulator", "check", *words],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "MARK": str(folder)},
            stdout=console,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def test_signal_that_another_thread_is_given_interrupts_a_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_HURRY", threading.Event())
    future: Future[str] = Future()

    def send_to_this_thread() -> None:
        time.sleep(0.2)
        signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
        time.sleep(3)
        future.set_result("the wait was not interrupted")

    threading.Thread(target=send_to_this_thread, daemon=True).start()
    with pytest.raises(Interrupted), interruptible():
        result_of(future)
    assert not future.done()


@NEEDS_PROC
@pytest.mark.parametrize("what", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupted_check_of_a_right_client_passes_nowhere(tmp_path: Path, what: signal.Signals) -> None:
    client = f"{sys.executable} -m contract_tests.clients.reference catalog-pull"
    reports = [word for form in FORMS for word in ("--report", f"{form}=report.{form}")]
    words = ["--profile", "catalog-pull", "--no-long", "--examples", "0", *reports]
    check = start_check(tmp_path, *words, "--", "sh", "-c", STUBBORN.format(client=client), "client")
    try:
        assert has_begun(tmp_path / "runs", 3), (tmp_path / "console").read_text()
        assert len(left_behind(f"MARK={tmp_path}")) > 3
        asked_at = time.monotonic()
        check.send_signal(what)
        assert check.wait(20) == 128 + what
        assert time.monotonic() - asked_at < PROMISED_S + SLACK_S
        assert left_behind(f"MARK={tmp_path}") == []
    finally:
        end_session(check, 1)
    for name in ("console", *(f"report.{form}" for form in FORMS)):
        text = (tmp_path / name).read_text()
        assert "interrupted" in text.lower()
        assert not {"PASSED", "Passed", "✅"} & set(text.split())
        assert ">Passed<" not in text
        assert "slow body" in text
    report = json.loads((tmp_path / "report.json").read_bytes())
    assert (report["clean"], report["complete"], report["state"]) == (False, False, "interrupted")
    (section,) = report["sections"]
    assert [line.partition(" after")[0] for line in section["lines"]] == ["quiet: exit 0"]
    assert "quiet" not in section["unplayed"]


@NEEDS_PROC
def test_check_that_is_interrupted_keeps_its_findings(tmp_path: Path) -> None:
    endless = 'test "$1" = sync || exit 0; echo "$1" >> runs; test $(wc -l < runs) = 1 || exec sleep 300'
    words = ["--profile", "catalog-pull", "--no-long", "--keep-going", "--report", "json=report.json"]
    check = start_check(tmp_path, *words, "--", "sh", "-c", endless, "client")
    try:
        assert has_begun(tmp_path / "runs", 3), (tmp_path / "console").read_text()
        check.send_signal(signal.SIGINT)
        assert check.wait(20) == 130
        assert left_behind(f"MARK={tmp_path}") == []
    finally:
        end_session(check, 1)
    (section,) = json.loads((tmp_path / "report.json").read_bytes())["sections"]
    assert [line.partition(" after")[0] for line in section["lines"]] == ["quiet: exit 0"]
    assert {finding["rule"] for finding in section["findings"]} == {"TY-CAT-901"}


@NEEDS_PROC
def test_interruption_before_the_first_scenario_is_reported(tmp_path: Path) -> None:
    words = ["--profile", "finance", "--report", "json=report.json"]
    check = start_check(tmp_path, *words, "--", "sleep", "300")
    try:
        for _ in range(400):
            if "Checking" in (tmp_path / "console").read_text():
                break
            time.sleep(0.02)
        check.send_signal(signal.SIGTERM)
        assert check.wait(20) == 143
        assert left_behind(f"MARK={tmp_path}") == []
    finally:
        end_session(check, 1)
    assert json.loads((tmp_path / "report.json").read_bytes())["complete"] is False
