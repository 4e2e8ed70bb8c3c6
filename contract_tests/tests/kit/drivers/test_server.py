"""Whatever the kit has started ends when the kit is done with it, in bounded time."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from contract_tests.drivers.command import command_driver
from contract_tests.stages import server
from contract_tests.stages.processes import end_session
from contract_tests.stages.server import ServerFailed, listening, serving
from contract_tests.tests.hangup import hangup_set_to
from contract_tests.tests.patience import is_done_within, wait_until

DEAF = """
import os, signal, socket, sys, time
leader_ignores, note = sys.argv[1] == "deaf", sys.argv[2]
listener = socket.create_server(("127.0.0.1", 0))
if os.fork() == 0:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(60)
signal.signal(signal.SIGTERM, signal.SIG_IGN if leader_ignores else signal.SIG_DFL)
open(note, "w").write(str(os.getpgid(0)))
print(f"Listening on http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
time.sleep(60)
"""


def alive(group: int) -> bool:
    """Tell whether anybody but the already dead is in a process group."""
    result = subprocess.run(["ps", "-A", "-o", "pgid=,stat="], capture_output=True, text=True, check=True)
    rows = (line.split() for line in result.stdout.splitlines())
    return any(int(pgid) == group and not state.startswith("Z") for pgid, state in rows)


@pytest.mark.parametrize("leader", ["ends", "deaf"])
def test_worker_that_outlives_its_parent_and_holds_the_pipe_is_ended(
    leader: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "STOP_S", 0.5)
    note = tmp_path / "group"

    def stop() -> float:
        with listening([sys.executable, "-c", DEAF, leader, str(note)], 10) as address:
            began = time.monotonic()
            assert address.startswith("http://127.0.0.1:")
        seconds = time.monotonic() - began
        wait_until(lambda: not alive(int(note.read_text())))
        return seconds

    assert is_done_within(3, stop)


def test_emulator_ends_within_a_second_when_the_block_does() -> None:
    def stop() -> float:
        with serving("--world", "empty"):
            began = time.monotonic()
        return time.monotonic() - began

    assert is_done_within(1, stop)


def test_server_that_ends_at_once_says_why() -> None:
    with pytest.raises(ServerFailed, match="no such luck"), listening(["echo", "no such luck"], 10):
        pass


def test_server_that_never_listens_is_given_up() -> None:
    with pytest.raises(ServerFailed, match="not listening after"), listening(["sleep", "60"], 0.2):
        pass


def test_what_a_client_leaves_behind_ends_with_it(tmp_path: Path) -> None:
    note = tmp_path / "group"
    leave = f"trap '' TERM; sleep 60 & ps -o pgid= -p $$ > {note}"
    assert command_driver(["sh", "-c", leave], 10)("sync", {}).exit == 0
    wait_until(lambda: not alive(int(note.read_text())))


@pytest.mark.parametrize("what", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_signal_to_the_kit_ends_its_emulator_too(what: signal.Signals) -> None:
    waiting = (
        "import time; from contract_tests.stages.server import serving\n"
        "with serving('--world', 'empty') as url: print(url, flush=True); time.sleep(60)"
    )
    with hangup_set_to(signal.SIG_DFL):
        kit = subprocess.Popen([sys.executable, "-c", waiting], stdout=subprocess.PIPE, text=True)
    assert kit.stdout is not None
    address = urlsplit(kit.stdout.readline().strip())
    kit.send_signal(what)
    kit.communicate(timeout=30)
    assert kit.returncode in {128 + what, -what}
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.hostname, address.port), timeout=1)


def test_session_that_has_ended_can_be_ended_again() -> None:
    process = subprocess.Popen(["true"], start_new_session=True)
    process.wait()
    end_session(process, 1)
    assert process.returncode == os.EX_OK
