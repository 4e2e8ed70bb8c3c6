"""The emulator, or its database, is killed while buyers and accounts write: nothing is lost or doubled."""

from __future__ import annotations

import os
import random
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from contract_tests.tests.attack.served import Served
from contract_tests.tests.attack.wire import Answer
from contract_tests.tests.coverage import Coverage
from contract_tests.tests.effort import is_nightly
from contract_tests.tests.patience import wait_until
from contract_tests.tests.postgres_server import kill_and_restart, server_in
from contract_tests.tests.provider.support.b2b import BUYER, ITEMS, STOCK
from contract_tests.tests.provider.support.pazarsync import PRODUCTS, TOKEN, credentials

pytestmark = pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs POSIX processes")
KILLS, KILLS_OF_DATABASE = 20 if is_nightly() else 1, 5
NO_ANSWER = Answer(0, {}, b"", 0)
TRUTH = "GET /_emulator/truth/purchases?seller=2738&storefront=TR"
OPTIONS = ("--world", "demo", "--limits", "off", "--database")


@dataclass(slots=True)
class Writers:
    """A buyer and an account that write until they are stopped, and what they were answered.

    Shapes: ``stocks`` are the values that were sent to a product, ``last_stock`` the last that was answered.
    """

    emulator: Served
    barcode: str
    product_id: str
    requests: list[str] = field(default_factory=list)
    stocks: list[int] = field(default_factory=lambda: [0])
    last_stock: int = 0
    stop: Event = field(default_factory=Event)

    def buy(self) -> None:
        body = [{"barcode": self.barcode, "requestedQuantity": 1}]
        while not self.stop.is_set():
            answer = ask(self.emulator, f"POST {ITEMS}", body, BUYER)
            if 200 <= answer.status < 300:
                self.requests.append(answer.json["requestNumber"])

    def set_stock(self, headers: dict[str, str]) -> None:
        while not self.stop.is_set():
            self.stocks.append(self.stocks[-1] + 1)
            line = f"PUT {PRODUCTS}/{self.product_id}/stock"
            if ask(self.emulator, line, {"stock": self.stocks[-1]}, headers).status == 200:
                self.last_stock = self.stocks[-1]


def ask(emulator: Served, line: str, body: Any, headers: dict[str, str]) -> Answer:
    """Ask a server that may be gone."""
    try:
        return emulator.target.ask(line, body, **headers)
    except OSError:
        return NO_ANSWER


def bearer(emulator: Served) -> dict[str, str]:
    token = ask(emulator, f"POST {TOKEN}", credentials(), {}).json["access_token"]
    return {"Authorization": f"Bearer {token}"}


def stocks_of(emulator: Served) -> dict[str, int]:
    rows = ask(emulator, f"GET {STOCK}", None, BUYER).json
    return {row["barcode"]: row["availableQuantity"] for row in rows}


def product_stock(emulator: Served, product_id: str) -> int:
    answer = ask(emulator, f"GET {PRODUCTS}/{product_id}", None, bearer(emulator))
    return int(answer.json["stock"])


def check(emulator: Served, writers: Writers, before: int) -> None:
    """Compare what was answered with what is there."""
    rows = [row for row in emulator.target.ask(TRUTH).json["rows"] if row["barcode"] == writers.barcode]
    numbers = [row["requestNumber"] for row in rows]
    assert len(numbers) == len(set(numbers))
    assert set(writers.requests) <= set(numbers)
    assert sum(row["reservedQuantity"] for row in rows) + stocks_of(emulator)[writers.barcode] == before
    assert writers.last_stock <= product_stock(emulator, writers.product_id) <= writers.stocks[-1]


def begin(emulator: Served) -> tuple[Writers, int]:
    stocks = stocks_of(emulator)
    barcode = max(stocks, key=lambda each: stocks[each])
    products = ask(emulator, f"GET {PRODUCTS}", None, bearer(emulator)).json["data"]
    product = next(each for each in products if each.get("barcode") != barcode)
    return Writers(emulator, barcode, product["id"]), stocks[barcode]


def write_until(writers: Writers, end: Callable[[], object]) -> None:
    """Have both write for a while, and go on while something ends."""
    writers.stop.clear()
    # Who sets stock has its token before anything is killed.
    set_stock = partial(writers.set_stock, bearer(writers.emulator))
    threads = [Thread(target=work, daemon=True) for work in (writers.buy, set_stock)]
    for thread in threads:
        thread.start()
    wait_until(lambda: writers.requests and writers.last_stock)  # on a busy machine the first take a while
    time.sleep(random.random() * 0.5)
    end()
    writers.stop.set()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("store", [pytest.param("sqlite", marks=pytest.mark.nightly), "postgresql"])
def test_killed_emulator_loses_and_doubles_nothing_answered(coverage: Coverage, database_url: str) -> None:
    emulator = Served(coverage, *OPTIONS, database_url)
    writers, before = begin(emulator)
    for _ in range(KILLS):
        write_until(writers, partial(emulator.end, signal.SIGKILL))
        coverage.add_attack(kills=1)
        emulator = writers.emulator = Served(coverage, *OPTIONS, database_url)
        check(emulator, writers, before)
    assert emulator.end(signal.SIGTERM)
    assert writers.requests
    assert writers.last_stock


@pytest.fixture
def safe_server() -> Iterator[Any]:
    """A server with all its safeguards, for this test alone."""
    with ExitStack() as stack, tempfile.TemporaryDirectory(prefix="trendyol-emulator-crash-") as folder:
        yield stack.enter_context(server_in(Path(folder) / "data"))


@pytest.mark.nightly
def test_killed_database_loses_and_doubles_nothing_answered(coverage: Coverage, safe_server: Any) -> None:
    emulator = Served(coverage, *OPTIONS, safe_server.get_uri())
    writers, before = begin(emulator)
    for _ in range(KILLS_OF_DATABASE):
        write_until(writers, partial(kill_and_restart, safe_server))
        coverage.add_attack(kills=1)
        check(emulator, writers, before)
    assert emulator.end(signal.SIGTERM)
    assert writers.requests
    assert writers.last_stock
