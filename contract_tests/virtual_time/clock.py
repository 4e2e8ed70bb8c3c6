"""Time that stands still until somebody waits, and then has already passed."""

from __future__ import annotations

import asyncio
import datetime as dt
import math
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import time_machine

from contract_tests.virtual_time.c_patch import swap_function, twin
from contract_tests.virtual_time.thread_activity import (
    MACHINERY,
    RUNNERS,
    Work,
    at_rest,
    at_work,
    is_any_runnable,
    is_machinery,
    is_own_thread,
    package_of,
)

SLICE_S = 0.001
CALM_LOOKS = 10
SILENT_LOOKS = 100
MOST_DELAYS = 200
"""So many times a jump is put off for a thread that is short of a processor; then it computes for long."""
NS = 1_000_000_000
_ACTIVE = threading.Lock()
_really_sleep: Callable[[float], None] = twin(time.sleep)
_really_monotonic: Callable[[], float] = twin(time.monotonic)
_really_monotonic_ns: Callable[[], int] = twin(time.monotonic_ns)

Occurs = Callable[[float], bool]
Calm = Callable[[Work | None], int | None]


@dataclass(frozen=True, slots=True)
class State:
    """What a thread that waits sees of all threads; the time may jump when it has not changed for a while.

    Shapes: ``waiters`` are pairs of a thread and the moment it waits for.
    Units: moments in nanoseconds since the block began.
    """

    waiters: frozenset[tuple[int, int]]
    work: Work | None

    def is_first(self, due: int) -> bool:
        """Say whether nobody waits for less."""
        return due <= min(until for _, until in self.waiters)

    def is_anyone_runnable(self) -> bool:
        """Say whether a thread that does not wait is only short of a processor."""
        return self.work is not None and is_any_runnable(dict(self.waiters))


class VirtualClock:
    """The time of a block: where it stands, and who waits until when."""

    __slots__ = ("_began_ns", "_lock", "_monotonic_ns", "_moved_ns", "_resting", "_traveller", "_until")

    def __init__(self, traveller: time_machine.Traveller) -> None:
        self._traveller = traveller
        self._began_ns = traveller.time_ns()
        self._monotonic_ns = _really_monotonic_ns()
        self._moved_ns = 0
        self._until: dict[int, int] = {}
        self._resting = at_rest()
        self._lock = threading.Lock()

    def now(self) -> float:
        """Tell the time in epoch seconds UTC."""
        return (self._began_ns + self._moved_ns) / NS

    def monotonic_ns(self) -> int:
        """Tell the time of the clock that only runs forward, in nanoseconds."""
        return self._monotonic_ns + self._moved_ns

    def shift(self, ms: float) -> None:
        """Move the time on by so many milliseconds."""
        self._move_to(self._moved_ns + round(ms * 1e6))

    def wait(self, seconds: float, occurs: Occurs, *, calm: Calm) -> bool:
        """Wait until something happens, which gives True, or until the time has come.

        The time jumps there when nobody else waits for less and all other threads have come to rest, and is
        never waited for longer than it would really take.
        Shapes: ``occurs`` waits so many real seconds for it and says whether it happened; ``calm`` says
        how many looks at an unchanged state are enough, None where no number is.
        """
        due = self._moved_ns + math.ceil(seconds * NS)
        thread = threading.get_ident()
        self._until[thread] = due
        try:
            return self._wait(due, time.perf_counter() + seconds, occurs, calm)
        finally:
            del self._until[thread]

    def _wait(self, due: int, latest: float, occurs: Occurs, calm: Calm) -> bool:
        state, looks, delays = self._state(), 0, 0
        while self._moved_ns < due and time.perf_counter() < latest:
            enough = calm(state.work)
            if enough is not None and looks >= enough and state.is_first(due):
                if delays == MOST_DELAYS or not state.is_anyone_runnable():
                    break
                looks, delays = 0, delays + 1
            if occurs(SLICE_S):
                return True
            before, state = state, self._state()
            looks = looks + 1 if state == before else 0
        # What a thread did right after the last look, which is gone by now, came before the jump.
        if occurs(0):
            return True
        self._move_to(due)
        return occurs(0)

    def _state(self) -> State:
        """Tell who waits until when, and who is at work; whoever stops waiting changes it."""
        waiters = dict(self._until)
        work = at_work(waiters)
        return State(frozenset(waiters.items()), work and work - self._resting)

    def _move_to(self, moved_ns: int) -> None:
        with self._lock:
            further = moved_ns - self._moved_ns
            if further > 0:
                self._traveller.shift(further / NS)
                self._moved_ns = moved_ns


@contextmanager
def travelled(now_ms: int | None = None) -> Iterator[VirtualClock]:
    """Stop the time of this process; waiting moves it on at once.

    Within the block time.time, datetime and time.monotonic stand still. They move when ``time.sleep``,
    ``asyncio.sleep`` and all timers of asyncio's own event loops, or ``threading.Event.wait`` with a timeout
    wait: then by as much as they would have waited, without waiting, as soon as no other thread is at work
    that could end the wait or that waits for less. An emulator in the same process goes by the same time.

    These stay real: time.perf_counter, waits for locks, queues, threads, futures and child processes and
    their timeouts, ``threading.Timer``. These know nothing of the block: child processes, code in C that
    sleeps or asks the system for the time, uvloop, trio, gevent. While asyncio holds open sockets, a tenth of
    a real second of silence comes before each jump. A loop that waits for the time without sleeping never
    ends. CPython only.

    Units: ``now_ms`` where the time starts, epoch milliseconds UTC; the present when None.
    Errors: RuntimeError within another such block.
    """
    if not _ACTIVE.acquire(blocking=False):
        raise RuntimeError("the time of this process already travels; end that block first")
    with ExitStack() as after:
        after.callback(_ACTIVE.release)
        # A whole second is a destination without a time zone: the process keeps its own.
        start_ms = time.time_ns() // 1_000_000 if now_ms is None else now_ms
        traveller = after.enter_context(time_machine.travel(start_ms // 1000, tick=False))
        traveller.shift(dt.timedelta(milliseconds=start_ms % 1000))
        travel = VirtualClock(traveller)
        after.enter_context(swap_function(time.sleep, sleeping(travel)))
        after.enter_context(swap_function(time.monotonic, lambda: monotonic(travel) / NS))
        after.enter_context(swap_function(time.monotonic_ns, lambda: monotonic(travel)))
        after.enter_context(replace_method(threading.Event, "wait", event_waiting(travel)))
        after.enter_context(replace_method(asyncio.BaseEventLoop, "_run_once", looping(travel)))
        yield travel


@contextmanager
def replace_method(owner: Any, name: str, make: Callable[[Any], Any]) -> Iterator[None]:
    """Replace a method by what ``make`` makes of it."""
    before = vars(owner)[name]
    setattr(owner, name, make(before))
    try:
        yield
    finally:
        setattr(owner, name, before)


def monotonic(travel: VirtualClock) -> int:
    """Tell the monotonic time of whoever asks: the machinery of waiting lives in real time."""
    is_real = is_machinery(sys._getframe(2)) or is_own_thread()
    return _really_monotonic_ns() if is_real else travel.monotonic_ns()


def sleeping(travel: VirtualClock) -> Callable[[float], None]:
    """Make a ``time.sleep``. A thread that stands still, in whatever it waits for, does not hold it up."""

    def nothing(seconds: float) -> bool:
        if seconds:  # a sleep of no time would wait for a processor on a busy machine
            _really_sleep(seconds)
        return False

    def sleep(seconds: float) -> None:
        plain = isinstance(seconds, int | float) and seconds > 0
        if not plain or package_of(sys._getframe(1)) in MACHINERY - RUNNERS:
            _really_sleep(seconds)
        else:
            travel.wait(seconds, nothing, calm=lambda work: 0 if work is None else CALM_LOOKS)

    return sleep


def event_waiting(travel: VirtualClock) -> Callable[[Any], Any]:
    """Make a ``threading.Event.wait``."""

    def make(really: Callable[..., bool]) -> Callable[..., bool]:
        def wait(self: threading.Event, timeout: float | None = None) -> bool:
            if timeout is None or timeout <= 0 or self.is_set() or is_machinery(sys._getframe(1)):
                return really(self, timeout)
            return travel.wait(timeout, lambda seconds: really(self, seconds), calm=calm_enough)

        return wait

    return make


def calm_enough(work: Work | None) -> int | None:
    """Say how long others must rest before they count as waiting: one that was just woken may not run yet."""
    if work is None:
        return 0
    return None if work else CALM_LOOKS


def looping(travel: VirtualClock) -> Callable[[Any], Any]:
    """Make an event loop's ``_run_once`` that jumps to the next timer when there is nothing else to do."""

    def make(really: Callable[[Any], None]) -> Callable[[Any], None]:
        def run_once(loop: Any) -> None:
            if not loop._ready and not loop._stopping and not is_own_thread():
                timers = [handle.when() for handle in loop._scheduled if not handle.cancelled()]
                ahead = min(timers) - loop.time() if timers else 0
                if ahead > 0:
                    travel.wait(ahead, lambda s: bool(loop._selector.select(s)), calm=calm_of(loop))
            really(loop)

        return run_once

    return make


def calm_of(loop: Any) -> Calm:
    """Say how long a loop waits for others: longer when it holds sockets besides the one that wakes it."""
    sockets = loop._selector.get_map() if hasattr(loop._selector, "get_map") else ()
    return calm_enough if len(sockets) < 2 else lambda work: None if work else SILENT_LOOKS
