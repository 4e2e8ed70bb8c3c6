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
    trio: Any = import_module("trio")
    with trio.move_on_after(math.inf if limit_s is None else limit_s):
        result: T = await trio.to_thread.run_sync(work, abandon_on_cancel=True)
        return result
    raise TimeoutError("timed out")


async def _run_beside_asyncio(work: Callable[[], T]) -> T:
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if future.cancelled():
            return
        if error is None:
            future.set_result(result)  # type: ignore[arg-type]  # without an error there is a result
        else:
            future.set_exception(error)

    begin_work, end_wait = announce(), announce()

    def run() -> None:
        begin_work()
        try:
            outcome = (work(), None)
        except BaseException as error:
            outcome = (None, error)  # type: ignore[assignment]  # one of the two
        with suppress(RuntimeError):  # the loop was closed: nobody waits any more
            loop.call_soon_threadsafe(settle, *outcome)

    threading.Thread(target=run, daemon=True).start()
    end_wait()
    return await future
