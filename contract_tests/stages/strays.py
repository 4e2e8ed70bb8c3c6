"""Kills what would outlive a check: sessions, and processes that left theirs, known by a mark.

It is also a program: it reads from a pipe what is in use and kills that when the pipe ends, however the check
ended. So it imports nothing of this kit.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

# Windows has no SIGKILL, nor process groups.
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
SESSION, MARK = "session", "mark"
PROCESSES = Path("/proc")
_ROUNDS, _PAUSE_S = 20, 0.01


def kill_session(leader: int) -> None:
    """Kill all processes of a session that have not left its group."""
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(leader, KILL)
        else:
            os.kill(leader, KILL)


def kill_marked(mark: str) -> None:
    """Kill all processes with a mark, such as NAME=value, in their environment, where the system shows it."""
    for _ in range(_ROUNDS):
        process_ids = list(marked_processes(mark))
        if not process_ids:
            return
        for one in process_ids:
            with suppress(OSError):
                os.kill(one, KILL)
        time.sleep(_PAUSE_S)


def marked_processes(mark: str) -> Iterator[int]:
    """List the processes, other than this one, whose environment began with a mark in it."""
    pair = b"\0" + os.fsencode(mark) + b"\0"
    for place in PROCESSES.glob("[0-9]*/environ"):
        with suppress(OSError):
            is_marked = pair in b"\0" + place.read_bytes() + b"\0"
            if is_marked and place.parent.name != str(os.getpid()):
                yield int(place.parent.name)


def kill_all_in_use(lines: Iterable[str]) -> None:
    """Read what comes into use and goes out of it, one a line, and kill at the end what is left in use.

    Shapes: ``+session 123``, ``-session 123``, ``+mark NAME=value``.
    """
    in_use: dict[str, None] = {}
    for line in lines:
        sign, one = line[:1], line[1:].rstrip("\n")
        if sign == "+":
            in_use[one] = None
        else:
            in_use.pop(one, None)
    for one in in_use:
        kind, _, name = one.partition(" ")
        if kind == SESSION:
            kill_session(int(name))
        else:
            kill_marked(name)


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])):
        signal.signal(number, signal.SIG_IGN)
    kill_all_in_use(sys.stdin)
