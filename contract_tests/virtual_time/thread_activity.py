"""Who in this process is at work: time may only jump when everybody else waits."""

from __future__ import annotations

import itertools
import sys
import threading
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
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
# The emulator calls the subscribers of webhooks in a thread of its own, which lives in real time and looks
# again and again whether the clock of a world has come to something: nobody waits for it.
OWN_THREADS = frozenset({"outbox"})
CLOCK = "contract_tests.virtual_time.clock"
# Where Linux tells of each thread whether it runs or could; other systems do not say it.
_TASKS = Path("/proc/self/task")

Work = frozenset[tuple[int, int, int]]

_announced_threads: set[tuple[int, int, int]] = set()
_numbers = itertools.count(1)
_standing_by: set[int] = set()


def announce() -> Callable[[], None]:
    """Count something as work that no look at the threads would find yet; the result ends it."""
    work = (0, 0, next(_numbers))
    _announced_threads.add(work)
    return lambda: _announced_threads.discard(work)


@contextmanager
def standing_by() -> Iterator[None]:
    """Have this thread count for nothing while it only waits, in real time, for what others do."""
    here = threading.get_ident()
    _standing_by.add(here)
    try:
        yield
    finally:
        _standing_by.discard(here)


def is_machinery(frame: FrameType | None) -> bool:
    """Say whether a frame belongs to the machinery of waiting."""
    return package_of(frame) in MACHINERY


def is_own_thread() -> bool:
    """Say whether this is a thread of the emulator's own that lives in real time."""
    return threading.current_thread().name in OWN_THREADS


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
    apart = {thread.ident for thread in threading.enumerate() if thread.name in OWN_THREADS}
    apart |= {threading.get_ident(), *_standing_by}
    others = {
        thread: frame
        for thread, frame in sys._current_frames().items()
        if thread not in apart and package_of(frame) not in RUNNING_TESTS
    }
    if not others and not _announced_threads:
        return None
    return frozenset(_announced_threads) | frozenset(
        (thread, id(frame), frame.f_lasti)
        for thread, frame in others.items()
        if thread not in waiting and is_busy(caller_of(frame))
    )


def at_rest() -> Work:
    """List the other threads that stand still, each with its place in the code, such as a server's own.

    For as long as one stays there, it has no part in what has begun since.
    """
    resting = {thread.ident for thread in threading.enumerate() if not is_runnable(thread)}
    return frozenset(place for place in at_work() or () if place[0] in resting)


def is_any_runnable(waiting: Container[int]) -> bool:
    """Say whether another thread runs or waits for its turn on a processor, by what the system says.

    The place of such a thread in the code may stand for as long as the machine is busy with others. Where the
    system does not say it, no thread is.
    Shapes: ``waiting`` are the threads that wait for the time.
    """
    frames = sys._current_frames()
    here = threading.get_ident()
    return any(
        is_runnable(thread)
        for thread in threading.enumerate()
        if thread.ident not in (here, None)
        and thread.ident not in _standing_by
        and thread.name not in OWN_THREADS
        and thread.ident not in waiting
        and is_part_of_this(frames.get(thread.ident))
    )


def is_part_of_this(frame: FrameType | None) -> bool:
    """Say whether a thread, by its frame, can have a part in what others wait for."""
    name = frame.f_globals.get("__name__") if frame else ""
    return package_of(frame) not in RUNNING_TESTS and name not in OURS


def is_runnable(thread: threading.Thread) -> bool:
    """Say whether a thread has a processor or wants one."""
    with suppress(OSError):
        stat = (_TASKS / str(thread.native_id) / "stat").read_bytes()
        return stat.rpartition(b")")[2].split()[0] == b"R"
    return False
