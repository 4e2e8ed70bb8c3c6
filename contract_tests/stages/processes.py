"""Ends what the kit has started: a process that leads a session of its own, and everything below it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from contract_tests.stages.guard import guard_session, prepare_guard, release_session
from contract_tests.stages.strays import KILL

# Windows has no SIGHUP.
ENDINGS = (signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else []))
_RUNNING: set[subprocess.Popen[bytes]] = set()
_HURRY = threading.Event()
HURRIED_PATIENCE_S = 0.4


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


def kill_all() -> None:
    """Kill every session that somebody waits for."""
    for process in tuple(_RUNNING):
        _tell(process, KILL)


def hurry() -> None:
    """Be patient with nobody from now on: this process was asked to end."""
    _HURRY.set()


def in_a_hurry() -> bool:
    """Tell whether this process was asked to end."""
    return _HURRY.is_set()


def start_session(command: Sequence[str], **options: Any) -> subprocess.Popen[Any]:
    """Start a process that leads a session of its own; whatever kills this process, that session ends.

    Shapes: ``options`` are those of Popen.
    Errors: OSError.
    """
    prepare_guard()
    process = subprocess.Popen(command, start_new_session=True, **options)
    guard_session(process.pid)
    return process


def end_session(process: subprocess.Popen[bytes] | subprocess.Popen[str], patience_s: float) -> None:
    """Ask a session to end; kill what is left of it once its leader has ended or patience is at its end.

    Shapes: ``process`` leads a session of its own.
    Units: ``patience_s`` real seconds.
    """
    _tell(process, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(min(patience_s, HURRIED_PATIENCE_S) if in_a_hurry() else patience_s)
    # A worker that outlives its leader would keep a port, and the pipe that somebody reads to its end.
    _tell(process, KILL)
    process.wait()
    release_session(process.pid)


@contextmanager
def ending_in_order() -> Iterator[None]:
    """End a block by an exit when a signal asks for it, so that what the block has started ends too.

    A session of its own hears neither the terminal nor the group's signals. Only the main thread can listen.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # Where somebody above listens already, the block ends by what that one raises.
    unheard = [what for what in ENDINGS if signal.getsignal(what) is signal.SIG_DFL]
    for what in unheard:
        signal.signal(what, _leave)
    try:
        yield
    finally:
        for what in unheard:
            signal.signal(what, signal.SIG_DFL)


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def _tell(process: subprocess.Popen[bytes] | subprocess.Popen[str], what: signal.Signals) -> None:
    if not hasattr(os, "killpg"):
        process.send_signal(what)
        return
    with suppress(ProcessLookupError):
        os.killpg(process.pid, what)
