"""However a check ends, neither its server nor its client stays, nor what its client has let go of."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.drivers.command import STOP_S, command_driver
from contract_tests.profiles.every import PROFILES
from contract_tests.stages.guard import ending_marked
from contract_tests.stages.processes import end_session
from contract_tests.tests.attack.wire import Target
from contract_tests.tests.coverage import Coverage
from contract_tests.tests.kit.support.checks import (
    NEEDS_PROC,
    PROMISED_S,
    left_behind,
    start_check,
    wait_for_run,
)
from contract_tests.tests.patience import LONG_S, is_done_within, wait_until

pytestmark = NEEDS_PROC
# It leaves a process in another session, hears no signal that it can leave unheard, and never ends.
STUBBORN = """test "$1" = sync || exit 0; trap "" TERM INT HUP; setsid sleep 300 &
echo "$1" >> runs; sleep 300; sleep 300"""
LEAVING = 'test "$1" = sync || exit 0; setsid sleep 300 & echo "$1" >> runs'


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    for words in left_behind(f"MARK={tmp_path}"):
        raise AssertionError(f"it is still there: {words}")


def started_check(folder: Path) -> subprocess.Popen[bytes]:
    check = start_check(
        folder, "--profile", "finance", "--timeout", "200", "--", "sh", "-c", STUBBORN, "client"
    )
    wait_for_run(folder, 1)
    wait_until(lambda: sum("sleep" in one for one in left_behind(f"MARK={folder}")) > 1)
    assert any("serve" in one for one in left_behind(f"MARK={folder}"))
    return check


def test_killed_check_leaves_neither_server_nor_client(folder: Path, coverage: Coverage) -> None:
    check = started_check(folder)
    check.kill()
    check.wait(LONG_S)
    coverage.add_attack(kills=1)
    wait_until(lambda: left_behind(f"MARK={folder}") == [])


def test_one_interruption_ends_a_client_that_hears_no_signal_and_what_it_left(tmp_path: Path) -> None:
    folders = (tmp_path / name for name in "abcdefgh")

    def interrupt() -> float:
        folder = next(folders)
        folder.mkdir()
        check = started_check(folder)
        began = time.monotonic()
        check.send_signal(signal.SIGINT)
        assert check.wait(LONG_S) == 128 + signal.SIGINT
        wait_until(lambda: left_behind(f"MARK={folder}") == [])
        return time.monotonic() - began

    assert is_done_within(PROMISED_S, interrupt)


def test_what_a_client_leaves_in_another_session_ends_with_the_scenario(folder: Path, target: Target) -> None:
    words = ["--profile", "finance", "--quick", "--url", target.address, "--report", "json=report.json"]
    check = start_check(folder, *words, "--", "sh", "-c", LEAVING, "client")
    try:
        assert check.wait(LONG_S) != 0
    finally:
        end_session(check, 1)
    assert left_behind(f"MARK={folder}") == []


def test_marked_process_ends_with_its_block(tmp_path: Path) -> None:
    mark = f"CLIENT_STORE={tmp_path}"
    with ending_marked(mark):
        process = subprocess.Popen(
            ["setsid", "sleep", "300"], env={**os.environ, "CLIENT_STORE": str(tmp_path)}
        )
        wait_until(lambda: left_behind(mark))
    assert process.wait(LONG_S) == -signal.SIGKILL


def test_client_that_hears_no_signal_is_killed_and_the_next_verb_is_driven(tmp_path: Path) -> None:
    drive = command_driver(
        ["sh", "-c", 'test "$1" = sync || exit 3; trap "" TERM; sleep 300; :', "client"], 0.5
    )

    def seconds_of_sync() -> float:
        run = drive("sync", {})
        assert run.exit is None
        assert drive("reset", {}).exit == 3
        return run.seconds

    assert is_done_within(0.5 + STOP_S + 1, seconds_of_sync)


def test_command_that_does_nothing_passes_in_no_profile(target: Target, tmp_path: Path) -> None:
    names = [word for name in PROFILES for word in ("--profile", name)]
    words = ["--quick", "--keep-going", "--url", target.address, "--report", "json=report.json"]
    check = start_check(tmp_path, *names, *words, "--", "true")
    try:
        assert check.wait(5 * LONG_S) in {1, 4}
    finally:
        end_session(check, 1)
    report = json.loads((tmp_path / "report.json").read_bytes())
    states = {section["title"].partition(" ")[0]: section["state"] for section in report["sections"]}
    assert set(states) == set(PROFILES)
    assert set(states.values()) <= {"broken", "not judged"}
