"""Ends what the kit has started: a process that leads a session of its own, and everything below it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

ENDINGS = (signal.SIGTERM, signal.SIGHUP)
_RUNNING: set[subprocess.Popen[bytes]] = set()


@contextmanager
def track_process(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Know a session while the block waits for it, so that ``end_all`` can end it."""
    _RUNNING.add(process)
    try:
        yield
    finally:
        _RUNNING.discard(process)


def end_all() -> None:
    """End every session that somebody waits for."""
    for process in tuple(_RUNNING):
        _tell(process, signal.SIGTERM)


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


@contextmanager
def ending_in_order() -> Iterator[None]:
    """End a block by an exit when a signal asks for it, so that what the block has started ends too.

    A session of its own hears neither the terminal nor the group's signals. Only the main thread can listen.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {what: signal.signal(what, _leave) for what in ENDINGS}
    try:
        yield
    finally:
        for what, handler in before.items():
            signal.signal(what, handler)


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def _tell(process: subprocess.Popen[bytes] | subprocess.Popen[str], what: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, what)
