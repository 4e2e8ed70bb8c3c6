"""In travelled time waiting costs nothing, all clocks agree, and real work is still waited for."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import itertools
import queue
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from time import monotonic as kept_monotonic
from time import sleep as kept_sleep
from typing import Any

import httpx
import pytest
import urllib3

from contract_tests.inprocess.reaching import reached
from contract_tests.pytest_plugin.hosting import Emulator
from contract_tests.tests.kit.support.callers import CALLERS, failure
from contract_tests.tests.patience import wait_until
from contract_tests.virtual_time.c_patch import swap_function
from contract_tests.virtual_time.clock import VirtualClock, calm_enough, travelled
from contract_tests.virtual_time.thread_activity import is_runnable, package_of
from emulator import Settings, create_app

NOW_MS = 1_795_305_600_123
LIMIT_S = 10.0
"""Less than any wait of these tests, more than a busy machine needs."""


@pytest.fixture
def travel() -> Iterator[VirtualClock]:
    """A time that starts at a known moment; no test takes long in reality."""
    began = time.perf_counter()
    with travelled(NOW_MS) as travel:
        yield travel
    assert time.perf_counter() - began < LIMIT_S


@dataclass(frozen=True)
class Client:
    """A client that took its sleep when its class was made."""

    sleep: Callable[[float], None] = time.sleep


def passed_s(travel: VirtualClock) -> float:
    return round(travel.now() - NOW_MS / 1000, 6)


def busy(seconds: float) -> None:
    """Work, in real time."""
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        pass


def test_clocks_stand_at_the_same_moment(travel: VirtualClock) -> None:
    assert time.time_ns() == NOW_MS * 1_000_000
    assert dt.datetime.now(dt.UTC) == dt.datetime(2026, 11, 22, 0, 0, 0, 123_000, tzinfo=dt.UTC)
    assert travel.now() == time.time()
    assert time.monotonic() == time.monotonic()


def test_time_starts_at_present_unless_told() -> None:
    before = time.time()
    with travelled() as travel:
        assert before - 0.002 < travel.now() < before + LIMIT_S


@pytest.mark.parametrize(
    "sleep", [time.sleep, kept_sleep, Client().sleep], ids=["named", "kept", "in a field"]
)
def test_sleep_moves_every_clock_at_once(travel: VirtualClock, sleep: Callable[[float], None]) -> None:
    before = kept_monotonic(), time.monotonic_ns()
    sleep(3600)
    assert passed_s(travel) == 3600
    assert round(time.monotonic() - before[0], 3) == 3600
    assert time.monotonic_ns() - before[1] == 3_600_000_000_000


def test_shift_moves_the_time(travel: VirtualClock) -> None:
    travel.shift(1_500)
    assert passed_s(travel) == 1.5
    assert time.time_ns() == (NOW_MS + 1_500) * 1_000_000


@pytest.mark.parametrize(("seconds", "error"), [(-1, ValueError), ("1", TypeError)])
def test_wrong_sleep_fails_as_it_always_does(
    travel: VirtualClock, seconds: float, error: type[Exception]
) -> None:
    with pytest.raises(error):
        time.sleep(seconds)


def test_event_nobody_sets_is_waited_for_at_once(travel: VirtualClock) -> None:
    assert not threading.Event().wait(60)
    assert passed_s(travel) == 60


def is_in_a_socket(thread: threading.Thread) -> bool:
    return thread.ident is not None and package_of(sys._current_frames().get(thread.ident)) == "socket"


def test_thread_that_was_silent_before_holds_no_wait_up() -> None:
    here, there = socket.socketpair()
    silent = threading.Thread(target=lambda: there.makefile("rb").readline())
    with here, there:
        silent.start()
        wait_until(lambda: is_in_a_socket(silent) and not is_runnable(silent))
        began = time.perf_counter()
        with travelled(NOW_MS) as travel:
            assert not threading.Event().wait(60)
            assert passed_s(travel) == 60
        assert time.perf_counter() - began < LIMIT_S
        here.sendall(b"\n")
        silent.join()


# In a process of its own: other tests leave threads behind.
SCENARIO_OF_ANOTHER_THREAD = """
from concurrent.futures import ThreadPoolExecutor
from contract_tests.engine.jobs import result_of
from contract_tests.tests.patience import wait_until
from contract_tests.virtual_time.thread_activity import at_work

with ThreadPoolExecutor(1) as pool:
    result_of(pool.submit(wait_until, lambda: at_work() is None))
"""


def test_whoever_waits_for_a_scenario_of_another_thread_is_not_looked_at() -> None:
    subprocess.run([sys.executable, "-c", SCENARIO_OF_ANOTHER_THREAD], check=True)


def test_event_another_thread_works_for_is_waited_for(travel: VirtualClock) -> None:
    done = threading.Event()

    def work() -> None:
        busy(0.1)
        done.set()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(work)
        assert done.wait(30)
    assert passed_s(travel) == 0


def test_machinery_of_threads_waits_in_real_time(travel: VirtualClock) -> None:
    with ThreadPoolExecutor(2) as pool:
        assert not wait([pool.submit(busy, 0.05) for _ in range(2)], timeout=30).not_done
    with pytest.raises(queue.Empty):
        queue.Queue[int]().get(timeout=0.01)
    ran = subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True, timeout=30, check=True)
    assert ran.stdout == b"1\n"
    assert passed_s(travel) == 0


def test_thread_of_the_emulator_that_looks_at_the_clock_again_and_again_holds_no_jump_up() -> None:
    looks, is_over = [0], threading.Event()

    async def look() -> None:
        while not is_over.is_set():
            looks[0] += 1
            await asyncio.sleep(0.02)

    outbox = threading.Thread(target=asyncio.run, args=(look(),), name="outbox")
    with travelled():
        outbox.start()
        began, count = time.perf_counter(), looks[0]
        time.sleep(3600)
        assert time.perf_counter() - began < 5
        wait_until(lambda: looks[0] > count + 2)
        is_over.set()
    outbox.join()


def test_sleepers_of_several_threads_wake_in_their_order(travel: VirtualClock) -> None:
    woken: list[float] = []
    start = threading.Barrier(3)

    def sleeper(seconds: float) -> None:
        start.wait(5)
        time.sleep(seconds)
        woken.append(seconds)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(sleeper, (300, 100, 200)))
    assert woken == [100, 200, 300]
    assert 300 <= passed_s(travel) <= 600


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says which threads could run")
def test_thread_that_computes_or_is_short_of_a_processor_is_waited_for(travel: VirtualClock) -> None:
    """Its place in the code stands still, like that of a thread that waits."""
    woken: list[float] = []
    is_computing = threading.Event()

    def compute_and_sleep() -> None:
        is_computing.set()
        hashlib.pbkdf2_hmac("sha256", b"secret", b"salt", 200_000)
        time.sleep(30)
        woken.append(30)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(compute_and_sleep)
        is_computing.wait()
        time.sleep(60)
        woken.append(60)
    assert woken == [30, 60]
    assert passed_s(travel) == 60


def test_what_a_woken_sleeper_did_is_seen_before_the_next_jump(travel: VirtualClock) -> None:
    """The sleeper wakes, works and ends between a look that saw nothing and the look at the threads."""
    work_done, numbers = threading.Event(), itertools.count()

    def sleep_and_work() -> None:
        time.sleep(60)
        work_done.set()

    sleeper = threading.Thread(target=sleep_and_work)

    def occurs(_: float) -> bool:
        number, is_done = next(numbers), work_done.is_set()
        sleeper.join(0.0002 if number < 40 else 5)
        return is_done

    sleeper.start()
    while not travel._until:
        sleeper.join(0.0002)
    assert travel.wait(90, occurs, calm=calm_enough)
    assert passed_s(travel) == 60


def test_asyncio_sleeps_together(travel: VirtualClock) -> None:
    async def all_at_once() -> None:
        await asyncio.gather(*(asyncio.sleep(seconds) for seconds in range(1, 100)))

    asyncio.run(all_at_once())
    assert passed_s(travel) == pytest.approx(99, abs=1e-3)


def test_asyncio_timeout_comes_before_what_is_later(travel: VirtualClock) -> None:
    async def impatient() -> None:
        await asyncio.wait_for(asyncio.sleep(1000), 30)

    with pytest.raises(TimeoutError):
        asyncio.run(impatient())
    assert passed_s(travel) == pytest.approx(30, abs=1e-3)


def test_asyncio_waits_for_a_thread_at_work(travel: VirtualClock) -> None:
    async def patient() -> None:
        await asyncio.wait_for(asyncio.to_thread(busy, 0.1), 5)

    asyncio.run(patient())
    assert passed_s(travel) == 0


def test_asyncio_timeout_comes_before_a_thread_that_sleeps_longer(travel: VirtualClock) -> None:
    async def impatient() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.to_thread(time.sleep, 100), 30)
        assert 30 <= passed_s(travel) < 31

    asyncio.run(impatient())


def test_asyncio_waits_for_an_answer_from_a_socket(travel: VirtualClock) -> None:
    async def talk() -> bytes:
        async def late(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await asyncio.to_thread(busy, 0.02)
            writer.write(b"hello\n")
            writer.close()

        server = await asyncio.start_server(late, "127.0.0.1", 0)
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            try:
                return await asyncio.wait_for(reader.readline(), 5)
            finally:
                writer.close()

    assert asyncio.run(talk()) == b"hello\n"


def test_block_within_a_block_is_refused(travel: VirtualClock) -> None:
    with pytest.raises(RuntimeError, match="end that block first"), travelled():
        pass


def test_time_is_real_again_after_the_block() -> None:
    before = time.monotonic(), time.time()
    kinds = [dict(vars(kind)) for kind in (threading.Event, asyncio.BaseEventLoop)]
    with travelled(NOW_MS):
        time.sleep(3600)
    assert time.monotonic() - before[0] < LIMIT_S
    assert time.time() - before[1] < LIMIT_S
    assert [dict(vars(kind)) for kind in (threading.Event, asyncio.BaseEventLoop)] == kinds
    began = time.perf_counter()
    kept_sleep(0.02)
    assert time.perf_counter() - began >= 0.02


def test_local_time_keeps_its_zone() -> None:
    zone = time.tzname
    with travelled(NOW_MS):
        assert time.tzname == zone


def test_back_off_costs_nothing_and_the_world_agrees_on_the_time(travel: VirtualClock) -> None:
    emulator = Emulator(create_app(Settings(world="empty")))
    stage = emulator.open("demo")
    path = "/integration/product/sellers/2748/products/approved"
    fault = {"operation": "*", "status": 429, "retry_after": 60, "times": 3}
    stage.control("POST", "/faults", fault)
    began_ms = stage.control("GET", "/clock")["now_ms"]
    retry = urllib3.Retry(5, status_forcelist=[429])
    with reached(emulator.app, stage.path), urllib3.PoolManager(headers=stage.headers) as pool:
        answer = pool.request("GET", f"https://apigw.trendyol.com{path}", retries=retry)
    assert answer.status == 200
    assert stage.control("GET", "/clock")["now_ms"] - began_ms == 180_000
    assert passed_s(travel) == 180
    emulator.stop()


def late(_: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer after a minute."""
    time.sleep(60)
    start_response("200 OK", [])
    return [b"late"]


@pytest.mark.parametrize("name", CALLERS)
def test_late_answer_costs_nothing(travel: VirtualClock, name: str) -> None:
    with reached(late):
        assert CALLERS[name]("GET", "https://apigw.trendyol.com", None, 90).text == "late"
    assert passed_s(travel) == 60


@pytest.mark.parametrize("name", CALLERS)
def test_late_answer_is_not_waited_for_longer_than_the_client_wants(travel: VirtualClock, name: str) -> None:
    with reached(late):
        assert any("Timeout" in kind for kind in failure(CALLERS[name], "https://apigw.trendyol.com", 30))


def test_async_client_gives_up_when_its_time_is_over(travel: VirtualClock) -> None:
    async def impatient() -> None:
        async with httpx.AsyncClient(timeout=30) as client:
            with pytest.raises(httpx.ReadTimeout):
                await client.get("https://apigw.trendyol.com")
        assert passed_s(travel) == pytest.approx(30, abs=1e-3)
        await asyncio.sleep(40)
        assert passed_s(travel) == pytest.approx(70, abs=1e-3)

    with reached(late):
        asyncio.run(impatient())


def test_what_is_no_builtin_function_is_not_swapped() -> None:
    with pytest.raises(TypeError, match="no function of CPython's own"), swap_function(busy, busy):
        pass
