"""Both adapters, the WSGI one of the tests and the ASGI one of `serve`, give the same answers."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from contract_tests.stages.server import serving
from contract_tests.tests.patience import overtakes, wait_until
from contract_tests.tests.provider.conftest import INT, NOW_MS, TR, Opener, emulator_on

SELLER = "/integration/product/sellers/2748"
FINANCE = "/integration/finance/che/sellers/2738"
WINDOW = f"startDate={NOW_MS - 86_400_000}&endDate={NOW_MS}"
JSON = {"Content-Type": "application/json"}
VARYING = {"date", "server", "connection", "content-length", "x-emulator-request"}
REQUESTS: list[tuple[str, str, dict[str, str], bytes | None]] = [
    ("GET", f"{SELLER}/products/approved?size=3", INT, None),
    ("GET", f"{SELLER}/products/approved?barcode=%C3%87i%C3%A7ek+1&stockCode=%ff", INT, None),
    ("GET", f"{SELLER}/products/approved?size=101", INT, None),
    ("GET", f"{SELLER}/products/approved", {}, None),
    ("GET", f"{SELLER}/products/approved", {**INT, "Authorization": "Basic ???"}, None),
    ("POST", f"{SELLER}/products/approved", INT, b"{}"),
    ("GET", f"{FINANCE}/settlements?transactionType=Sale&{WINDOW}", TR, None),
    ("GET", "/integration/nowhere", INT, None),
    ("GET", "/w/nowhere/integration/product", INT, None),
    ("GET", "/_emulator/rules", {}, None),
    ("GET", "/healthz", {}, None),
    ("POST", "/_emulator/clock/freeze", JSON, json.dumps({"at_ms": NOW_MS}).encode()),
    ("POST", "/_emulator/clock/freeze", JSON, b"{"),
    ("POST", "/_emulator/clock/advance", {"Content-Type": "text/plain"}, b'{"ms": 1}'),
    ("POST", "/_emulator/clock/advance", JSON, b" " * (11 * 2**20)),
    ("GET", "/_emulator/docs/", {}, None),
]


@pytest.fixture(scope="module")
def app() -> Iterator[Flask]:
    """The emulator in this process, its worlds in files like those of the server."""
    with emulator_on(None) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    """Serve the suite's world on a real port."""
    with serving("--now", str(NOW_MS), "--limits", "off", "--strict") as base_url:
        yield base_url


def over_the_wire(base_url: str, method: str, path: str, headers: dict[str, str], body: Any) -> Any:
    """Ask with nothing added: (status, headers, body)."""
    connection = HTTPConnection(urlsplit(base_url).netloc, timeout=90)
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def faults(base_url: str) -> list[dict[str, Any]]:
    """The planned faults of a served world, with how often each was met."""
    planned: list[dict[str, Any]] = json.loads(
        over_the_wire(base_url, "GET", "/_emulator/faults", {}, None)[2]
    )["faults"]
    return planned


def settled(text: bytes) -> bytes:
    """Take out of a body what is new in each answer."""
    try:
        body = json.loads(text)
    except ValueError:
        return text
    for name in ("timestamp", "correlationId", "clock", "now_ms"):
        if isinstance(body, dict):
            body.pop(name, None)
    return json.dumps(body).encode()


@pytest.mark.parametrize("asked", REQUESTS, ids=lambda asked: f"{asked[0]} {asked[1]}"[:60])
def test_adapters_answer_alike(
    served: str, app: Flask, asked: tuple[str, str, dict[str, str], bytes | None]
) -> None:
    method, path, headers, body = asked
    status, told, text = over_the_wire(served, method, path, headers, body)
    inside = app.test_client().open(path, base_url=served, method=method, headers=headers, data=body)
    assert status == inside.status_code
    assert settled(text) == settled(inside.data)
    by_name = {name.lower(): value for name, value in inside.headers.items() if name.lower() not in VARYING}
    assert {name.lower(): value for name, value in told.items() if name.lower() not in VARYING} == by_name


def test_body_in_chunks_is_read(served: str) -> None:
    connection = HTTPConnection(urlsplit(served).netloc, timeout=20)
    parts = iter([b'{"at', b'_ms": ', str(NOW_MS).encode(), b"}"])
    connection.request("POST", "/_emulator/clock/freeze", parts, JSON, encode_chunked=True)
    assert json.loads(connection.getresponse().read()) == {"now_ms": NOW_MS, "mode": "frozen"}
    connection.close()


def test_answer_held_back_holds_back_no_other(served: str) -> None:
    def delay(ms: int) -> Future[Any]:
        fault = json.dumps({"operation": "getProductBase", "delay_ms": ms}).encode()
        assert over_the_wire(served, "POST", "/_emulator/faults", JSON, fault)[0] == 201
        late.append(pool.submit(over_the_wire, served, "GET", f"{SELLER}/product/nothing", INT, None))
        wait_until(lambda: faults(served)[-1]["matches"])
        return late[-1]

    def other() -> None:
        assert over_the_wire(served, "GET", f"{SELLER}/products/approved", INT, None)[0] == 200

    late: list[Future[Any]] = []
    with ThreadPoolExecutor(1) as pool:
        assert overtakes(delay, other)
    assert {one.result()[0] for one in late} == {404}


def test_clock_that_moves_over_years_holds_back_no_other_world(served: str) -> None:
    assert over_the_wire(served, "POST", "/_emulator/worlds", JSON, b'{"name": "years"}')[0] == 201
    assert over_the_wire(served, "POST", "/_emulator/worlds", JSON, b'{"name": "beside"}')[0] == 201
    far = json.dumps({"at_ms": NOW_MS + 2 * 365 * 86_400_000}).encode()
    spans: list[float] = []
    move_began = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        move = pool.submit(over_the_wire, served, "POST", "/w/years/_emulator/clock/freeze", JSON, far)
        while not move.done():
            for path, headers in (("/healthz", {}), (f"/w/beside{SELLER}/products/approved?size=1", INT)):
                began = time.monotonic()
                assert over_the_wire(served, "GET", path, headers, None)[0] == 200
                spans.append(time.monotonic() - began)
        assert move.result()[0] == 200
    assert len(spans) > 10
    assert max(spans) < (time.monotonic() - move_began) / 2


def test_held_back_world_does_not_hold_back_another(open_world: Opener) -> None:
    ask, other = open_world("empty"), open_world("empty")

    def delay(ms: int) -> Future[Any]:
        ask.control("POST", "/faults", {"operation": "*", "delay_ms": ms})
        late.append(pool.submit(ask, f"{SELLER}/products/approved"))
        wait_until(lambda: ask.control("GET", "/faults")["faults"][-1]["matches"])
        return late[-1]

    def answer() -> None:
        assert other(f"{SELLER}/products/approved").status_code == 200

    late: list[Future[Any]] = []
    with ThreadPoolExecutor(1) as pool:
        assert overtakes(delay, answer)
    assert {one.result().status_code for one in late} == {200}
