"""Webhooks: how fast what waits is told to a subscriber, and what that does to requests meanwhile."""

from __future__ import annotations

import contextlib
import statistics
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import orjson

from benchmarks import contestants
from benchmarks.contestants import started
from benchmarks.figures import Figures, Told
from benchmarks.line import Line
from benchmarks.load import Broken
from benchmarks.processes import free_port, running
from benchmarks.workloads import HEADERS, SELLER, Workload

_WEBHOOKS = f"/integration/webhook/sellers/{SELLER}/webhooks"
_PATH = f"/integration/product/sellers/{SELLER}/products/approved?page=0&size=10"
_PROBE = Workload("probe", "", "", _PATH, b"")
_SUBSCRIPTIONS, _ORDERS = 15, 700
_RATE, _THREADS = 200, 4
_QUIET_S, _LONGEST_S = 5.0, 120.0


def webhooks(folder: Path, tell: Told) -> Figures:
    """Tell a subscriber of 700 orders, each to 15 webhooks, while 200 requests a second are answered.

    Units: calls a second; the 99th percentile of requests in milliseconds, from the moment at which each was
    to be sent.
    """
    port = free_port()
    receiver = [sys.executable, "-m", "benchmarks.receiver", str(port)]
    with contextlib.ExitStack() as stack:
        stack.enter_context(running(receiver, folder / "receiver.log"))
        database = f"sqlite:///{folder / 'webhooks.db'}"
        emulator = contestants.emulator("demo", "--database", database)
        server = stack.enter_context(started(emulator, _PROBE, folder))
        line = Line(server.port, HEADERS)
        tell("webhooks, 200 requests a second alone")
        end = time.monotonic() + _QUIET_S
        quiet = _paced(server.port, lambda: time.monotonic() < end)
        tell(f"webhooks, {_SUBSCRIPTIONS * _ORDERS:,} calls wait")
        _fill(line, port)
        tell("webhooks, calls and 200 requests a second")
        counter = Line(port, {})
        begin = time.monotonic()
        line.ask("/_emulator/webhooks/resume", "POST", b"")
        spans = _paced(server.port, lambda: _calls(counter) < _SUBSCRIPTIONS * _ORDERS)
        seconds = time.monotonic() - begin
    return {
        "calls.rate": [_SUBSCRIPTIONS * _ORDERS / seconds],
        "tail.quiet": [_tail(quiet)],
        "tail.calls": [_tail(spans)],
    }


def _fill(line: Line, port: int) -> None:
    """Subscribe, and have orders be placed while calls are paused."""
    body = {"url": f"http://127.0.0.1:{port}/hook", "authenticationType": "API_KEY", "apiKey": "k"}
    for _ in range(_SUBSCRIPTIONS):
        line.ask(_WEBHOOKS, "POST", orjson.dumps(body))
    line.ask("/_emulator/webhooks/pause", "POST", b"")
    move = orjson.dumps({"what": "order-placed", "seller": SELLER, "storefront": "RO", "quantity": 1})
    for _ in range(_ORDERS):
        line.ask("/_emulator/moves", "POST", move)
    waiting = line.read("/_emulator/health")["webhooks"]["waiting"]
    if waiting < _SUBSCRIPTIONS * _ORDERS:
        raise Broken(f"{waiting} calls wait")


def _calls(counter: Line) -> int:
    return int(counter.ask("/"))


def _tail(spans: list[float]) -> float:
    return statistics.quantiles(spans, n=100)[98]


def _paced(port: int, goes_on: Callable[[], bool]) -> list[float]:
    """Send 200 requests a second while that goes on; give how many milliseconds late each answer was."""
    spans: list[float] = []
    is_over = threading.Event()

    def send(place: int) -> None:
        line, period_s = Line(port, HEADERS), _THREADS / _RATE
        due = time.perf_counter() + place / _RATE
        while not is_over.is_set():
            time.sleep(max(due - time.perf_counter(), 0))
            line.ask(_PATH)
            spans.append((time.perf_counter() - due) * 1000)
            due += period_s

    threads = [threading.Thread(target=send, args=(place,)) for place in range(_THREADS)]
    for thread in threads:
        thread.start()
    last = time.monotonic() + _LONGEST_S
    while goes_on() and time.monotonic() < last:
        time.sleep(0.05)
    is_over.set()
    for thread in threads:
        thread.join()
    return spans
