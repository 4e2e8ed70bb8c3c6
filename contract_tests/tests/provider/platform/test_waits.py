"""What the server's own tasks wait for is let go, however often they wait."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
from collections.abc import Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

import pytest
from granian.server.embed import Server

from emulator.adapters.listeners import SERVER_OPTIONS, accepts, claim
from emulator.adapters.waits import Gate, result_of

HOST, REQUESTS, SLACK = "127.0.0.1", 300, 30
ASK = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello"
START = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}
POOL = ThreadPoolExecutor(1)
Wait = Callable[[Any], Awaitable[object]]


async def read(receive: Any) -> object:
    async def body() -> object:
        return await receive()

    return await result_of(body())


async def pause(receive: Any) -> object:
    return await result_of(asyncio.sleep(0.0001))


async def use_thread(receive: Any) -> object:
    async def work() -> int:
        return await asyncio.get_running_loop().run_in_executor(POOL, int, "7")

    return await result_of(work())


async def held_objects(wait: Wait) -> list[int]:
    """Serve an application that waits so, and count the objects before, between and after many requests."""

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await wait(receive)
        await send(START)
        await send({"type": "http.response.body", "body": b"ok"})

    port = claim(HOST, 0)
    server = Server(application, address=HOST, port=port, **SERVER_OPTIONS)
    task = asyncio.get_running_loop().create_task(server.serve())
    while not await asyncio.to_thread(accepts, HOST, port):
        await asyncio.sleep(0.01)
    reader, writer = await asyncio.open_connection(HOST, port)
    counts = []
    for _ in range(3):
        for _ in range(REQUESTS):
            writer.write(ASK)
            await reader.readuntil(b"\r\n\r\nok")
        gc.collect()
        counts.append(len(gc.get_objects()))
    writer.close()
    server.stop()  # type: ignore[no-untyped-call]  # granian says nothing of it
    await task
    return counts


def serve(wait: Wait) -> list[int]:
    return asyncio.new_event_loop().run_until_complete(held_objects(wait))


@pytest.mark.parametrize("wait", [read, pause, use_thread])
def test_wait_leaves_nothing_behind(wait: Wait) -> None:
    context = multiprocessing.get_context("spawn")  # an ended server leaves its mark on a process's loops
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        _, before, after = pool.submit(serve, wait).result()
    assert after - before < SLACK


def test_work_gives_its_result_or_its_fault() -> None:
    async def fail() -> None:
        raise ValueError("no")

    assert asyncio.run(result_of(asyncio.sleep(0, "yes"))) == "yes"
    with pytest.raises(ValueError, match="no"):
        asyncio.run(result_of(fail()))


def test_gate_opens_for_one_after_another() -> None:
    opened: list[Gate] = []
    gate = Gate()
    for _ in range(2):
        gate.add_done_callback(opened.append)
        gate.open(None)
    assert opened == [gate, gate]
