"""A check that a signal ends reports what it has, at once, and leaves no process behind."""

import json
import signal
import sys
import threading
import time
from concurrent.futures import Future
from pathlib import Path

import pytest

from contract_tests.engine.jobs import result_of
from contract_tests.stages import processes
from contract_tests.stages.interruption import Interrupted, interruptible
from contract_tests.stages.processes import end_session
from contract_tests.tests.hangup import hangup_set_to
from contract_tests.tests.kit.support.checks import (
    NEEDS_PROC,
    PROMISED_S,
    left_behind,
    start_check,
    wait_for_run,
)
from contract_tests.tests.patience import LONG_S, is_done_within, wait_until

FORMS = ("json", "junit", "sarif", "html", "markdown")
# The first run is a right client's; the later ones neither end by themselves nor by SIGTERM.
STUBBORN = """test "$1" = sync || exec {client} "$@"; echo "$1" >> runs
test $(wc -l < runs) = 1 && exec {client} "$@"; trap "" TERM; sleep 300; sleep 300"""


def test_signal_that_another_thread_is_given_interrupts_a_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_HURRY", threading.Event())
    future: Future[str] = Future()

    def send_to_this_thread() -> None:
        wait_until(lambda: future._waiters)
        signal.pthread_kill(threading.get_ident(), signal.SIGTERM)
        is_interrupted.wait(10)
        future.set_result("the wait is over")

    def wait_for_result() -> None:
        with interruptible():
            sender.start()
            result_of(future)

    is_interrupted = threading.Event()
    sender = threading.Thread(target=send_to_this_thread)
    with pytest.raises(Interrupted):
        wait_for_result()
    assert not future.done()
    is_interrupted.set()
    sender.join()


@NEEDS_PROC
@pytest.mark.parametrize(
    "what",
    [
        # The other tests send these two in the cut.
        pytest.param(signal.SIGINT, marks=pytest.mark.nightly),
        pytest.param(signal.SIGTERM, marks=pytest.mark.nightly),
        signal.SIGHUP,
    ],
)
def test_interrupted_check_of_a_right_client_passes_nowhere_and_ends_at_once(
    tmp_path: Path, what: signal.Signals
) -> None:
    folders = (tmp_path / name for name in "abcdefgh")

    def interrupt() -> float:
        folder = next(folders)
        folder.mkdir()
        seconds = interrupted_check(folder, what)
        passes_nowhere(folder)
        return seconds

    assert is_done_within(PROMISED_S, interrupt)


def interrupted_check(folder: Path, what: signal.Signals) -> float:
    """Interrupt the check of a client that works once and is stubborn then; give the seconds that it took."""
    client = f"{sys.executable} -m contract_tests.clients.reference catalog-pull"
    reports = [word for form in FORMS for word in ("--report", f"{form}=report.{form}")]
    words = ["--profile", "catalog-pull", "--no-long", "--examples", "0", *reports]
    with hangup_set_to(signal.SIG_DFL):
        check = start_check(folder, *words, "--", "sh", "-c", STUBBORN.format(client=client), "client")
    try:
        wait_for_run(folder, 3)
        assert len(left_behind(f"MARK={folder}")) > 3
        began = time.monotonic()
        check.send_signal(what)
        assert check.wait(LONG_S) == 128 + what
        seconds = time.monotonic() - began
        assert left_behind(f"MARK={folder}") == []
        return seconds
    finally:
        end_session(check, 1)


def passes_nowhere(folder: Path) -> None:
    """Hold that no report of an interrupted check says that anything passed."""
    for name in ("console", *(f"report.{form}" for form in FORMS)):
        text = (folder / name).read_text()
        assert "interrupted" in text.lower()
        assert not {"PASSED", "Passed", "✅"} & set(text.split())
        assert ">Passed<" not in text
        assert "slow body" in text
    report = json.loads((folder / "report.json").read_bytes())
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
        wait_for_run(tmp_path, 3)
        check.send_signal(signal.SIGINT)
        assert check.wait(LONG_S) == 130
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
        wait_until(lambda: "Checking" in (tmp_path / "console").read_text())
        check.send_signal(signal.SIGTERM)
        assert check.wait(LONG_S) == 143
        assert left_behind(f"MARK={tmp_path}") == []
    finally:
        end_session(check, 1)
    assert json.loads((tmp_path / "report.json").read_bytes())["complete"] is False
