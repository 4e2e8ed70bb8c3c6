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


@pytest.mark.parametrize(("words", "code"), [(("exec",), 7), (CHECK, 1)], ids=["exec", "check"])
@pytest.mark.parametrize("handler", [signal.SIG_IGN, signal.SIG_DFL], ids=["nohup", "terminal"])
def test_hangup_ends_a_command_unless_it_is_ignored(
    tmp_path: Path, words: tuple[str, ...], code: int, handler: signal.Handlers
) -> None:
    hang_up = ["sh", "-c", "kill -HUP $PPID; sleep 1; exit 7"]
    command = [sys.executable, "-m", "emulator", *words, "--", *hang_up]
    with hangup_set_to(handler):
        process = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60)
    assert process.returncode == (code if handler is signal.SIG_IGN else 128 + signal.SIGHUP)
