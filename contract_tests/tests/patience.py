"""Waits and bounds of real time that hold on a busy machine as well."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

LONG_S = 30.0
TRIES = 5
LOOK_S = 0.005
DELAYS_MS = (500, 2_000, 8_000)


def wait_until(condition: Callable[[], object], most_s: float = LONG_S) -> None:
    """Wait until a condition is true, instead of for a time that it should take.

    Errors: AssertionError when it is still false after ``most_s`` real seconds.
    """
    until = time.monotonic() + most_s
    while not condition():
        assert time.monotonic() < until, f"not after {most_s:g} s"
        time.sleep(LOOK_S)


def is_done_within(seconds: float, work: Callable[[], float]) -> bool:
    """Tell whether a work that measures itself keeps to its time once in a few tries.

    A machine that others use is slow now and then; what is slow by itself is slow each time.
    """
    return any(work() < seconds for _ in range(TRIES))


def overtakes(delay: Callable[[int], Future[Any]], other: Callable[[], object]) -> bool:
    """Tell whether a request is answered while another one is delayed.

    Shapes: ``delay`` asks with an answer that is late by so many milliseconds, and is back once the wait has
    begun; a busy machine gets a longer one. What the delayed request raises is raised here.
    """
    for delay_ms in DELAYS_MS:
        late = delay(delay_ms)
        began = time.monotonic()
        other()
        is_first = not late.done() and time.monotonic() - began < delay_ms / 1000
        late.result(LONG_S)
        if is_first:
            return True
    return False
