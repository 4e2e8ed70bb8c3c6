"""Who in this process is at work: time may only jump when everybody else waits."""

from __future__ import annotations

import itertools
import sys
import threading
from collections.abc import Callable, Container
from types import FrameType

# These wait for threads, processes and sockets that really work, or show people how far it is. What they wait
# for comes in real time, and a thread that is in them is not at work.
WAITING = frozenset({"multiprocessing", "queue", "selectors", "socketserver", "subprocess"})
# A worker of pytest-xdist listens in a thread that has no part in what the tests do.
RUNNING_TESTS = frozenset({"execnet"})
SHOWING = frozenset({"rich", "tqdm"})
# These run what they are given: a bare ``time.sleep`` called by them is somebody else's.
RUNNERS = frozenset({"concurrent", "threading"})
MACHINERY = WAITING | SHOWING | RUNNERS | RUNNING_TESTS
# What a served emulator prints is read in a thread that has no part in anything else.
OURS = frozenset({"contract_tests.stages.server"})
CLOCK = "contract_tests.virtual_time.clock"

Work = frozenset[tuple[int, int, int]]

_announced_threads: set[tuple[int, int, int]] = set()
_numbers = itertools.count(1)


def announce() -> Callable[[], None]:
    """Count something as work that no look at the threads would find yet; the result ends it."""
    work = (0, 0, next(_numbers))
    _announced_threads.add(work)
    return lambda: _announced_threads.discard(work)


def is_machinery(frame: FrameType | None) -> bool:
    """Say whether a frame belongs to the machinery of waiting."""
    return package_of(frame) in MACHINERY


def is_busy(frame: FrameType | None) -> bool:
    """Say whether a frame does work that others may wait for."""
    return not is_machinery(frame) and frame is not None and frame.f_globals.get("__name__") not in OURS


def package_of(frame: FrameType | None) -> str:
    """Name the package whose code a frame runs."""
    name: str = frame.f_globals.get("__name__", "") if frame else ""
    return name.partition(".")[0]


def caller_of(frame: FrameType | None) -> FrameType | None:
    """Find the code that called the clock where a frame is the clock's own; else the frame itself."""
    while frame and frame.f_globals.get("__name__") == CLOCK:
        frame = frame.f_back
    return frame


def at_work(waiting: Container[int] = ()) -> Work | None:
    """List the other threads that do not wait, each with its place in the code; None without any other.

    Shapes: ``waiting`` are the threads that wait for the time. One that the clock has let go is at work
    before it runs again: what it does next may be what others wait for.
    """
    here = threading.get_ident()
    others = {
        thread: frame
        for thread, frame in sys._current_frames().items()
        if thread != here and package_of(frame) not in RUNNING_TESTS
    }
    if not others and not _announced_threads:
        return None
    return frozenset(_announced_threads) | frozenset(
        (thread, id(frame), frame.f_lasti)
        for thread, frame in others.items()
        if thread not in waiting and is_busy(caller_of(frame))
    )
