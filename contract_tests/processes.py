"""Ends what the kit has started: a process that leads a session of its own, and everything below it."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress


def end_session(process: subprocess.Popen[bytes] | subprocess.Popen[str], patience_s: float) -> None:
    """Ask a session to end; kill what is left of it once its leader has ended or patience is at its end.

    Shapes: ``process`` was started with ``start_new_session=True``.
    Units: ``patience_s`` real seconds.
    """
    _tell(process, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(patience_s)
    # A worker that outlives its leader would keep a port, and the pipe that somebody reads to its end.
    _tell(process, signal.SIGKILL)
    process.wait()


def _tell(process: subprocess.Popen[bytes] | subprocess.Popen[str], what: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, what)
