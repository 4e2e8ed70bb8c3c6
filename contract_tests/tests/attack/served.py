"""A `serve` that can be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from urllib.parse import urlsplit

from contract_tests.stages.processes import start_session
from contract_tests.stages.server import LISTENING
from contract_tests.tests.attack.wire import Target
from contract_tests.tests.coverage import Coverage
from contract_tests.virtual_time.ports import accepts


class Served:
    """A `serve` that can be killed; where a test fails before that, it ends with the tests."""

    def __init__(self, coverage: Coverage, *options: str) -> None:
        command = [sys.executable, "-m", "emulator", "serve", "--port", "0", "--world", "empty", *options]
        self.process = start_session(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        match = LISTENING.search(self.process.stdout.readline())
        assert match, "it does not listen"
        self.target = Target(match[1], coverage)
        where = urlsplit(match[1])
        self.place = (where.hostname or "", where.port or 0)

    def end(self, what: signal.Signals) -> bool:
        """Send a signal to the main process alone; tell whether soon nobody listens any more."""
        os.kill(self.process.pid, what)
        self.process.wait(10)
        until = time.monotonic() + 5
        while accepts(*self.place) and time.monotonic() < until:
            time.sleep(0.05)
        is_gone = not accepts(*self.place)
        if not is_gone:
            os.killpg(self.process.pid, signal.SIGKILL)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return is_gone
