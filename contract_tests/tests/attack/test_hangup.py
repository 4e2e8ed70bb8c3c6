"""What nohup has started goes on when its terminal closes."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from contract_tests.tests.attack.served import Served
from contract_tests.tests.coverage import Coverage
from contract_tests.tests.hangup import hangup_set_to

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no SIGHUP")
CHECK = ("check", "--profile", "catalog-pull", "--quick")


def test_server_goes_on(coverage: Coverage) -> None:
    with hangup_set_to(signal.SIG_IGN):
        server = Served(coverage)
    server.process.send_signal(signal.SIGHUP)
    assert server.target.ask("GET /healthz").status == 200
    assert server.end(signal.SIGTERM)


@pytest.mark.parametrize(
    ("words", "handler", "code"),
    [(("exec",), signal.SIG_IGN, 7), (CHECK, signal.SIG_IGN, 1), (("exec",), signal.SIG_DFL, 129)],
    ids=["exec under nohup", "check under nohup", "exec in a terminal"],
)
def test_hangup_ends_a_command_unless_it_is_ignored(
    tmp_path: Path, words: tuple[str, ...], handler: signal.Handlers, code: int
) -> None:
    hang_up = ["sh", "-c", "kill -HUP $PPID; sleep 0.3; exit 7"]
    command = [sys.executable, "-m", "emulator", *words, "--", *hang_up]
    with hangup_set_to(handler):
        process = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60)
    assert process.returncode == code
