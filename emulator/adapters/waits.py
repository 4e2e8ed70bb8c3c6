"""Waiting without leaving anything behind.

The server's own tasks never let go of what they have waited for. So each wait is a task of the event loop,
and what the server's task waits for is a gate, which serves for one wait after another.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from typing import Any, TypeVar

T = TypeVar("T")
_FREE_GATES: list[Gate] = []


class Gate:
    """What a task waits for until it is opened; in place of a future, which serves once.

    Shapes: ``_asyncio_future_blocking`` is how asyncio tells an awaited future from other values.
    """

    __slots__ = ("_asyncio_future_blocking", "_wake")

    def __await__(self) -> Generator[Gate, None, None]:
        self._asyncio_future_blocking = True
        yield self

    def add_done_callback(self, wake: Callable[[Gate], object], *, context: object = None) -> None:
        """Take note of who waits."""
        self._wake = wake

    def open(self, _: object) -> None:
        """Let the one who waits go on."""
        self._wake(self)

    def result(self) -> None:
        """Give nothing: a gate has no result."""

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """Give the loop that runs."""
        return asyncio.get_running_loop()


async def result_of(work: Coroutine[Any, Any, T]) -> T:
    """Wait for work that may wait itself, and give its result."""
    task = asyncio.get_running_loop().create_task(work)
    gate = _FREE_GATES.pop() if _FREE_GATES else Gate()
    task.add_done_callback(gate.open)
    await gate
    _FREE_GATES.append(gate)
    return task.result()
