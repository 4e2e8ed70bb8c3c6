"""Long work leaves the loop that serves everybody: counted in processor time, callback by callback."""

from __future__ import annotations

import asyncio
import threading
import time
from asyncio.events import Handle
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import orjson
import pytest

from contract_tests.tests.provider.conftest import INT, NOW_MS
from contract_tests.tests.provider.support.control import SALES, SETTLEMENTS
from emulator import Settings
from emulator.adapters.asgi import asgi_application
from emulator.app import open_dispatcher
from emulator.contract import bodies
from emulator.contract.schemas import first_breach
from emulator.pipeline.dispatch import Dispatcher
from emulator.stage.journal import Exchange
from emulator.stage.judging import FEW, judge_exchanges
from emulator.stage.stages import Judge

LONGEST_S, TRIES = 0.05, 3
"""What a callback of the loop may take of the processor; a busy machine is forgiven two slow tries."""
LONGEST_TURN_S = 0.25
"""What one thread may take of the processor before others have their turn, over seconds on a busy machine."""
PUSH = "/integration/inventory/sellers/2748/products/price-and-inventory"
NUMBERS = count(1)


def push(rows: int) -> tuple[str, str, bytes]:
    """Push so many rows of stock."""
    return (
        "POST",
        PUSH,
        orjson.dumps({"items": [{"barcode": str(row), "quantity": 1} for row in range(rows)]}),
    )


RESET = ("POST", "/_emulator/reset", b"")
HALF_A_YEAR_ON = b'{"at_ms": %d}' % (NOW_MS + 180 * 86_400_000)
WORKS: dict[str, tuple[int, Callable[[], tuple[str, str, bytes]]]] = {
    "journal as HAR": (200, lambda: ("GET", "/_emulator/requests?format=har", b"")),
    "batch of 1,000": (200, lambda: push(1000)),
    "batch of 200,000": (400, lambda: push(200_000)),
    "world opened": (
        201,
        lambda: ("POST", "/_emulator/worlds", b'{"name": "new-%d", "world": "demo"}' % next(NUMBERS)),
    ),
    "world reset": (200, lambda: RESET),
    "clock over half a year": (200, lambda: ("POST", "/_emulator/clock/freeze", HALF_A_YEAR_ON)),
}


@pytest.fixture(scope="module")
def dispatcher() -> Iterator[Dispatcher]:
    """A world whose journal is long enough to be judged elsewhere."""
    opened_dispatcher = open_dispatcher(Settings(world="demo", now_ms=NOW_MS, limits="off"))
    query = "&".join(f"{name}={value}" for name, value in SALES.items())
    for _ in range(2 * FEW):
        assert asyncio.run(ask(opened_dispatcher, "GET", f"{SETTLEMENTS}?{query}", b"")) == 200
    yield opened_dispatcher
    opened_dispatcher.stages.close_all()


async def ask(dispatcher: Dispatcher, method: str, address: str, body: bytes) -> int:
    """Ask as a server hands a request on, and give the status."""
    path, _, query = address.partition("?")
    headers = INT | {
        "host": "localhost",
        "content-type": "application/json",
        "content-length": str(len(body)),
    }
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        statuses.append(message.get("status", 0))

    scope = {
        "type": "http", "method": method,
        "path": path, "raw_path": path.encode(), "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 5),
    }  # fmt: skip
    await asgi_application(dispatcher, lambda: pytest.fail("it is no page"))(scope, receive, send)
    return statuses[0]


@pytest.mark.parametrize("name", WORKS)
def test_long_work_leaves_the_loop(
    dispatcher: Dispatcher, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    status, work = WORKS[name]
    costs_s: list[float] = []
    run = Handle._run

    def run_and_note(handle: Handle) -> None:
        began_s = time.thread_time()
        run(handle)
        costs_s.append(time.thread_time() - began_s)

    monkeypatch.setattr(Handle, "_run", run_and_note)
    longest_s: list[float] = []
    while len(longest_s) < TRIES and min(longest_s, default=1) >= LONGEST_S:
        if name.startswith("clock"):
            assert asyncio.run(ask(dispatcher, *RESET)) == 200
        request = work()
        costs_s.clear()
        assert asyncio.run(ask(dispatcher, *request)) == status
        longest_s.append(max(costs_s))
    assert min(longest_s) < LONGEST_S


def longest_hold_s(work: Callable[[], object]) -> float:
    """Do work in a thread, and give the most processor time that went by before another thread had a turn."""
    thread = threading.Thread(target=work)
    thread.start()
    longest_s = 0.0
    while thread.is_alive():
        before_s = time.process_time()
        time.sleep(0.001)
        longest_s = max(longest_s, time.process_time() - before_s)
    thread.join()
    return longest_s


@pytest.mark.parametrize("world", ["demo", pytest.param("busy", marks=pytest.mark.nightly)])
def test_world_that_is_made_and_opened_lets_others_have_their_turn(tmp_path: Path, world: str) -> None:
    settings = Settings(world=world, now_ms=NOW_MS, cache=tmp_path)

    def open_and_close() -> None:
        open_dispatcher(settings).stages.close_all()

    holds_s = [longest_hold_s(open_and_close) for _ in range(TRIES + 1)]
    assert holds_s[0] < LONGEST_TURN_S, "while it was made"
    assert min(holds_s[1:]) < LONGEST_S, "while it was opened"


def test_journal_is_judged_while_the_loop_goes_on(
    dispatcher: Dispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[str] = []

    def judge_and_note(exchanges: Sequence[Exchange], judge: Judge) -> list[dict[str, Any]]:
        threads.append(threading.current_thread().name)
        return judge_exchanges(exchanges, judge)

    monkeypatch.setattr("emulator.stage.judging.judge_exchanges", judge_and_note)
    assert asyncio.run(ask(dispatcher, "GET", "/_emulator/findings", b"")) == 200
    assert [name.startswith("slow-work") for name in threads] == [True]


def test_rows_beyond_a_limit_are_not_looked_at(
    dispatcher: Dispatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: list[int] = []

    def look_and_note(checker: Any, value: Any) -> Any:
        counts.append(len(value["items"]))
        return first_breach(checker, value)

    monkeypatch.setattr(bodies, "first_breach", look_and_note)
    assert asyncio.run(ask(dispatcher, *push(200_000))) == 400
    assert counts == [bodies.LONGEST_LIST + 1]
