"""Work done beside an event loop, which goes on: an answer may be late, or held back for another one."""

from __future__ import annotations

import asyncio
import math
import threading
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Any, TypeVar

from contract_tests.virtual_time.thread_activity import announce

T = TypeVar("T")
# What came of some work: its result, or the error it ended with.
Outcome = tuple[Any, BaseException | None]


async def run_in_thread(work: Callable[[], T], limit_s: float | None = None) -> T:
    """Do something in a thread of its own; when the caller is cancelled it is done all the same.

    Units: ``limit_s`` seconds that the caller waits for it, for ever when None.
    Errors: TimeoutError.
    """
    if not _on_asyncio():
        return await _run_beside_trio(work, limit_s)
    async with asyncio.timeout(limit_s):
        return await _run_beside_asyncio(work)


def _on_asyncio() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


async def _run_beside_trio(work: Callable[[], T], limit_s: float | None) -> T:
    """Do it in a thread of our own: those that trio keeps for later would look as if they were at work."""
    trio: Any = import_module("trio")
    token, ending = trio.lowlevel.current_trio_token(), trio.Event()
    outcomes: list[Outcome] = []

    def settle(outcome: Outcome) -> None:
        outcomes.append(outcome)
        with suppress(RuntimeError):  # the loop has ended: nobody waits any more
            token.run_sync_soon(ending.set)

    _start_thread(work, settle)
    with trio.move_on_after(math.inf if limit_s is None else limit_s):
        await ending.wait()
    if not outcomes:
        raise TimeoutError("timed out")
    result, error = outcomes[0]
    if error is not None:
        raise error
    value: T = result
    return value


async def _run_beside_asyncio(work: Callable[[], T]) -> T:
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(outcome: Outcome) -> None:
        with suppress(RuntimeError):  # the loop was closed: nobody waits any more
            loop.call_soon_threadsafe(_hand_over, future, outcome)

    end_wait = announce()
    _start_thread(work, settle)
    end_wait()
    return await future


def _hand_over(future: asyncio.Future[T], outcome: Outcome) -> None:
    if future.cancelled():
        return
    result, error = outcome
    if error is None:
        future.set_result(result)
    else:
        future.set_exception(error)


def _start_thread(work: Callable[[], Any], settle: Callable[[Outcome], None]) -> None:
    """Do something in a thread, and hand over what came of it."""
    begin_work = announce()

    def run() -> None:
        begin_work()
        try:
            outcome: Outcome = (work(), None)
        except BaseException as error:
            outcome = (None, error)
        settle(outcome)

    threading.Thread(target=run, daemon=True).start()
