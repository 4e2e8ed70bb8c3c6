"""A process beside this one that kills, should this one be killed, what it has started and not yet ended."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache

from contract_tests.stages import strays

# What Python may need to start; a mark in the environment of the guard itself would be its own end.
_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT")


@dataclass(slots=True)
class _Guard:
    """The guard and the pipe to it; None where the system cannot start one, and after a fork."""

    process: subprocess.Popen[str] | None
    owner: int = field(default_factory=os.getpid)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self, line: str) -> None:
        """Say what comes into use or goes out of it; a guard that somebody killed hears nothing."""
        if self.process is None or self.owner != os.getpid():
            return
        assert self.process.stdin is not None
        with self.lock, suppress(OSError, ValueError):
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()


_STARTING = threading.Lock()
_FAREWELL_S = 1.0


def _guard() -> _Guard:
    with _STARTING:
        return _start_guard()


@cache
def _start_guard() -> _Guard:
    environment = {name: os.environ[name] for name in _VARIABLES if name in os.environ}
    command = [sys.executable, "-I", "-S", strays.__file__]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            errors="surrogateescape",
            env=environment,
            start_new_session=True,
        )
    except OSError:
        return _Guard(None)
    atexit.register(_end_guard, process)
    return _Guard(process)


def _end_guard(process: subprocess.Popen[str]) -> None:
    """Let the guard end before this process does; it kills what is left in use."""
    assert process.stdin is not None
    with suppress(OSError, subprocess.TimeoutExpired):
        process.stdin.close()
        process.wait(_FAREWELL_S)


def prepare_guard() -> None:
    """Start the guard, so that what is started next is known at once."""
    _guard()


def guard_session(leader: int) -> None:
    """Have a session killed if this process is."""
    _guard().write(f"+{strays.SESSION} {leader}")


def release_session(leader: int) -> None:
    """A session has ended."""
    _guard().write(f"-{strays.SESSION} {leader}")


@contextmanager
def ending_marked(mark: str) -> Iterator[None]:
    """Kill at the end of a block, or if this process is killed, what has a mark in its environment."""
    _guard().write(f"+{strays.MARK} {mark}")
    try:
        yield
    finally:
        strays.kill_marked(mark)
        _guard().write(f"-{strays.MARK} {mark}")
