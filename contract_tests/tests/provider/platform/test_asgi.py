"""How the ASGI adapter reads a body that comes in pieces, or does not, and what it does beside its loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from emulator import Settings
from emulator.adapters import asgi
from emulator.app import open_dispatcher
from emulator.exchange import Reply
from emulator.pipeline import responses
from emulator.pipeline.dispatch import Dispatcher

LIMIT = 10


def piece(size: int, *, more: bool = True) -> dict[str, Any]:
    """A part of a body as the server hands it on."""
    return {"type": "http.request", "body": b"x" * size, "more_body": more}


def read(
    messages: Sequence[dict[str, Any]], count: list[int] | None = None, timeout_s: float = 30
) -> tuple[bytes, str | None]:
    """Read a body from messages; after the last of them nothing comes any more."""
    waiting = iter(messages)

    async def receive() -> dict[str, Any]:
        message = next(waiting, None)
        if message is None:
            await asyncio.sleep(3600)
            raise AssertionError
        if count is not None:
            count.append(len(message.get("body", b"")))
        return message

    settings = Settings(body_bytes=LIMIT, body_timeout_s=timeout_s)
    return asyncio.run(asgi.read_body(receive, settings))


@pytest.mark.parametrize(
    ("messages", "body", "error"),
    [
        ([piece(0, more=False)], 0, None),
        ([piece(4), piece(6), piece(0, more=False)], 10, None),
        ([piece(10, more=False)], 10, None),
        ([piece(4), piece(7, more=False)], 0, "body-too-large"),
        ([piece(4), {"type": "http.disconnect"}], 0, "body-incomplete"),
    ],
)
def test_body_is_whole_or_none(messages: list[dict[str, Any]], body: int, error: str | None) -> None:
    assert read(messages) == (b"x" * body, error)


def test_endless_body_costs_no_more_than_twice_the_limit() -> None:
    pieces: list[int] = []
    assert read([piece(5)] * 1000, pieces) == (b"", "body-too-large")
    assert sum(pieces) <= 2 * LIMIT + 5


def test_body_that_does_not_come_is_not_waited_for() -> None:
    assert read([piece(4)], timeout_s=0.01) == (b"", "body-late")


def test_world_that_is_busy_holds_back_no_other_work() -> None:
    lock, order = threading.RLock(), []
    busy, end = threading.Event(), threading.Event()

    def move_clock() -> None:
        with lock:
            busy.set()
            end.wait(5)
            order.append("clock moved")

    async def both() -> None:
        same_world = asyncio.ensure_future(asgi.in_turn(lock, lambda: order.append("same world")))
        await asyncio.sleep(0.05)
        await asgi.in_turn(threading.RLock(), lambda: order.append("other world"))
        await asgi.in_turn(None, lambda: order.append("health"))
        end.set()
        await same_world

    thread = threading.Thread(target=move_clock)
    thread.start()
    busy.wait(5)
    asyncio.run(both())
    thread.join()
    assert order == ["other world", "health", "clock moved", "same world"]


def test_long_answer_is_written_in_pieces_between_which_others_are_served() -> None:
    parts, sent, others = (b"x", b"y" * (5 * 2**20), b"z" * 10), [], []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def other() -> None:
        while True:
            others.append(len(sent))
            await asyncio.sleep(0)

    async def both() -> None:
        task = asyncio.get_running_loop().create_task(other())
        await asgi.send_reply(Reply(parts), send)
        task.cancel()

    asyncio.run(both())
    start, *bodies = sent
    assert (b"content-length", b"%d" % sum(map(len, parts))) in start["headers"]
    assert b"".join(message["body"] for message in bodies) == b"".join(parts)
    assert max(len(message["body"]) for message in bodies) < 2**20
    assert [message.get("more_body", False) for message in bodies][-2:] == [True, False]
    assert len(others) > 10


@pytest.mark.parametrize(("size", "strict", "checks"), [(10, False, 1), (2**23, False, 0), (2**23, True, 1)])
def test_long_answer_is_held_to_its_schema_in_strict_mode_alone(
    monkeypatch: pytest.MonkeyPatch, size: int, *, strict: bool, checks: int
) -> None:
    bodies: list[bytes] = []
    monkeypatch.setattr(responses, "response_breach", lambda *parts, **_: bodies.append(parts[-1]))
    context: Any = SimpleNamespace(
        stage=SimpleNamespace(answers={}, world=SimpleNamespace(unusual=False)),
        operation=SimpleNamespace(id="listRequests"),
        stages=SimpleNamespace(settings=Settings(check_answers=strict)),
    )
    responses.schema_violation(context, Reply((b"x" * size,)))
    assert len(bodies) == checks


def test_operation_is_loaded_once_and_not_on_the_loop() -> None:
    dispatcher = open_dispatcher(Settings(world="empty"))
    threads: list[str] = []

    async def receive() -> dict[str, Any]:
        raise AssertionError("there is no body")

    async def send(message: dict[str, Any]) -> None:
        threads.append(message["type"])

    def loading(method: str, path: str) -> Any:
        load = dispatcher.loading(method, path)

        def load_and_note() -> None:
            threads.append(threading.current_thread().name)
            assert load is not None
            load()

        return load and load_and_note

    path = "/integration/product/sellers/{}/products/approved"
    watched: Any = Watched(dispatcher, loading)
    application = asgi.asgi_application(watched, lambda: pytest.fail("it is no page"))
    try:
        for seller in (2748, 2748, 2738):
            asyncio.run(application(scope_of(path.format(seller)), receive, send))
    finally:
        dispatcher.stages.close_all()
    assert threads[0].startswith("slow-work")
    assert threads[1:] == ["http.response.start", "http.response.body"] * 3


def test_page_is_made_beside_the_loop() -> None:
    dispatcher = open_dispatcher(Settings(world="empty"))
    threads: list[str] = []

    def pages(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        threads.append(threading.current_thread().name)
        start_response("200 OK", [("Content-Type", "text/html")])
        return [b"<h1>a page</h1>"]

    async def receive() -> dict[str, Any]:
        return piece(0, more=False)

    async def send(message: dict[str, Any]) -> None:
        threads.append(threading.current_thread().name)

    try:
        application = asgi.asgi_application(dispatcher, lambda: pages)
        asyncio.run(application(scope_of("/_emulator/ui/traffic"), receive, send))
    finally:
        dispatcher.stages.close_all()
    page_thread, *loop_threads = threads
    assert (set(loop_threads), page_thread != "MainThread") == ({"MainThread"}, True)


def scope_of(path: str) -> dict[str, Any]:
    """A request without a body, as a server hands it on."""
    return {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": b"",
        "headers": [(b"host", b"localhost")], "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 5),
    }  # fmt: skip


class Watched:
    """A dispatcher of which one sees what it loads."""

    def __init__(self, dispatcher: Dispatcher, loading: Any) -> None:
        self.dispatcher, self.loading = dispatcher, loading

    def __getattr__(self, name: str) -> Any:
        return getattr(self.dispatcher, name)
