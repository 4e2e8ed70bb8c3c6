"""Two workers of one client in a chosen order: requests that wait for one another."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from flask import Flask

from contract_tests.stages.control_api import ControlClient, in_process_client
from contract_tests.stages.host import open_stage
from contract_tests.stages.server import serving
from contract_tests.tests.patience import is_done_within, wait_until
from contract_tests.tests.provider.conftest import Ask as World
from contract_tests.tests.provider.conftest import Opener
from contract_tests.tests.provider.support.control import PRODUCTS as APPROVED
from contract_tests.tests.provider.support.control import refusal
from contract_tests.tests.provider.support.pazarsync import PRINTED, PRODUCTS, TOKEN, credentials
from contract_tests.tests.provider.support.wires import ADAPTERS, listening
from emulator.stage.stages import Stages

LONG_S = 10
STOCK = f"{PRODUCTS}/prod_123456/stock"
Send = Callable[[str, str, dict[str, str], Any], Any]


class Workers:
    """Two workers of one PazarSync account; ``control`` asks the emulator's own API."""

    def __init__(self, control: ControlClient, send: Send) -> None:
        self.control = control
        self.send = send
        self.pool = ThreadPoolExecutor(2)
        answer = send("POST", TOKEN, {}, credentials(PRINTED))
        self.headers = {"Authorization": f"Bearer {answer['access_token']}"}

    def sets(self, stock: int) -> Any:
        """Have a worker set the stock; gives what it will be answered."""
        return self.pool.submit(self.send, "PUT", STOCK, self.headers, {"stock": stock})

    def stock(self) -> int:
        return int(self.send("GET", f"{PRODUCTS}/prod_123456", self.headers, None)["stock"])

    def plan(self, **fault: Any) -> None:
        self.control("POST", "/_emulator/faults", {"operation": "updateProductStock", **fault})

    def waiting(self) -> Any:
        """Wait until somebody is held."""
        wait_until(lambda: self.control("GET", "/_emulator/holds")["holds"])
        return self.control("GET", "/_emulator/holds")["holds"]

    def effects(self) -> list[str]:
        return [entry["effect"] for entry in self.control("GET", "/_emulator/fault-log")["events"]]


@pytest.fixture(scope="module", params=[*ADAPTERS, "in process"])
def address(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """The address of an emulator; None for the suite's own, without a socket."""
    if request.param == "in process":
        yield None
        return
    with listening(request.param) as address:
        yield address


@pytest.fixture
def workers(address: str | None, app: Flask) -> Iterator[Workers]:
    if address is not None:
        with open_stage(address, "samples") as stage:
            yield Workers(stage.control, over_a_socket(stage.urls["trendyol"]))
        return
    stages: Stages = app.extensions["stages"]
    path = f"/w/{stages.open('held', 'samples').name}"
    ask = in_process_client(app)

    def control(method: str, target: str, body: Any = None) -> Any:
        return ask(method, path + target, body)

    def send(method: str, target: str, headers: dict[str, str], body: Any) -> Any:
        return app.test_client().open(path + target, method=method, headers=headers, json=body).get_json()

    yield Workers(control, send)
    stages.close("held")


def over_a_socket(url: str) -> Send:
    def send(method: str, target: str, headers: dict[str, str], body: Any) -> Any:
        return requests.request(method, url + target, headers=headers, json=body, timeout=LONG_S).json()

    return send


@pytest.mark.parametrize(
    ("after", "left"), [(False, 5), (True, 9)], ids=["the second works first", "the first works first"]
)
def test_two_workers_meet_in_the_chosen_order(workers: Workers, *, after: bool, left: int) -> None:
    workers.plan(hold="pair", after=after)
    workers.plan(at=2, release="pair")
    first = workers.sets(5)
    (waiting,) = workers.waiting()
    assert (waiting["name"], waiting["waiting"]) == ("pair", 1)
    assert not first.done()
    second = workers.sets(9)
    assert second.result(LONG_S)["stock"] == 9
    assert first.result(LONG_S)["stock"] == 5
    assert workers.stock() == left
    assert workers.effects() == ["held as pair", "released pair: 1"]


def test_held_request_holds_back_no_other(workers: Workers) -> None:
    workers.plan(hold="pair")
    first = workers.sets(5)
    workers.waiting()
    before = workers.stock()
    assert not first.done()
    assert workers.control("POST", "/_emulator/holds/pair/release") == {"released": 1}
    assert first.result(LONG_S)["stock"] == 5
    assert before != 5
    assert workers.control("GET", "/_emulator/holds") == {"holds": []}


def test_hold_ends_by_itself_after_its_time(workers: Workers) -> None:
    def hold() -> float:
        workers.plan(hold="pair", hold_ms=150)
        began = time.monotonic()
        assert workers.sets(5).result(LONG_S)["stock"] == 5
        seconds = time.monotonic() - began
        assert seconds > 0.14
        return seconds

    assert is_done_within(3, hold)
    assert workers.effects()[:2] == ["held as pair", "held as pair for all of its 150 ms"]
    assert workers.control("GET", "/_emulator/holds") == {"holds": []}


def test_many_may_be_held_at_once(workers: Workers) -> None:
    workers.plan(hold="crowd", times=12)
    workers.pool = ThreadPoolExecutor(12)
    crowd = [workers.sets(number) for number in range(12)]
    wait_until(lambda: sum(held["waiting"] for held in workers.waiting()) == 12)
    assert workers.control("POST", "/_emulator/holds/crowd/release") == {"released": 12}
    assert sorted(one.result(LONG_S)["stock"] for one in crowd) == list(range(12))


@pytest.mark.parametrize("end", [("DELETE", "/_emulator/faults"), ("DELETE", "/_emulator/faults/1")])
def test_taking_a_fault_back_lets_go_what_it_holds(workers: Workers, end: tuple[str, str]) -> None:
    workers.plan(hold="pair", hold_ms=60_000)
    first = workers.sets(5)
    workers.waiting()
    workers.control(*end)
    assert first.result(LONG_S)["stock"] == 5


def test_reset_lets_go_what_is_held(workers: Workers) -> None:
    workers.plan(hold="pair", hold_ms=60_000, after=True)
    first = workers.sets(5)
    workers.waiting()
    workers.control("POST", "/_emulator/reset")
    assert first.result(LONG_S)["stock"] == 5
    assert workers.control("GET", "/_emulator/fault-log") == {"events": []}


def test_stopping_does_not_wait_for_what_is_held() -> None:
    def stop(pool: ThreadPoolExecutor) -> float:
        with serving("--world", "empty") as url:
            fault = {"operation": "*", "hold": "long", "hold_ms": 60_000}
            requests.post(f"{url}/_emulator/faults", json=fault, timeout=LONG_S).raise_for_status()
            held = pool.submit(requests.get, url + APPROVED, timeout=LONG_S)
            while not requests.get(f"{url}/_emulator/holds", timeout=LONG_S).json()["holds"]:
                assert not held.done()
            began = time.monotonic()
        seconds = time.monotonic() - began
        assert isinstance(held.exception(LONG_S), requests.ConnectionError)
        return seconds

    with ThreadPoolExecutor(1) as pool:
        assert is_done_within(3, lambda: stop(pool))


def test_releasing_where_nobody_waits_releases_none(ask: World) -> None:
    assert ask.control("POST", "/holds/nobody/release") == {"released": 0}
    assert refusal(ask, "POST", "/holds/no%20name/release") == (400, "invalid.parameter")


def test_request_that_lets_go_of_one_name_leaves_the_others(open_world: Opener) -> None:
    ask = open_world("empty")
    ask.control("POST", "/faults", {"operation": "*", "hold": "one", "hold_ms": 60_000})
    ask.control("POST", "/faults", {"operation": "*", "at": 2, "hold": "other", "hold_ms": 60_000})
    with ThreadPoolExecutor(2) as pool:
        pool.submit(ask, APPROVED)
        pool.submit(ask, APPROVED)
        wait_until(lambda: len(ask.control("GET", "/holds")["holds"]) == 2)
        ask.control("POST", "/holds/one/release")
        (held,) = ask.control("GET", "/holds")["holds"]
        ask.control("POST", "/holds/other/release")
    assert held["name"] == "other"
