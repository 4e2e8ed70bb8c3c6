"""The control API belongs to its owner: no web page and no name of others reaches it."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from contract_tests.stages.server import serving
from contract_tests.tests.attack.wire import Target, request
from contract_tests.tests.coverage import Coverage
from emulator.contract.contract import load_contract
from emulator.pipeline.gates.control_host import is_own_host

PAGE = "http://evil.example"
FOREIGN: tuple[dict[str, str | None], ...] = (
    {"Origin": PAGE},
    {"Origin": "null"},
    {"Origin": "https://localhost"},
    {"Origin": "http://localhost:1"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://["},
    {"Origin": ""},
    {"Sec_Fetch_Site": "cross-site"},
    {"Sec_Fetch_Site": "same-site"},
)
SIMPLE = (
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "TEXT/Plain ;a=b",
)
VALUES = {"name": "nobody", "faultId": "1", "requestId": "1", "seller": "2748", "kind": "products"}
OPERATIONS = [
    (entry.method, "/_emulator" + entry.path.removeprefix("/_emulator"))
    for entry in load_contract().operations
    if entry.family == "control"
]


def line_of(method: str, path: str) -> str:
    for name, value in {**VALUES, "operationId": "getSettlements"}.items():
        path = path.replace(f"{{{name}}}", value)
    return f"{method} {path}"


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_no_operation_answers_a_page_of_another_origin(target: Target, method: str, path: str) -> None:
    for headers in FOREIGN[:1] + FOREIGN[-2:]:
        answer = target.ask(line_of(method, path), **headers)
        assert (answer.status, answer.rule) == (403, "control-origin-foreign"), headers


@pytest.mark.parametrize("headers", FOREIGN)
def test_page_of_another_origin_resets_nothing(target: Target, headers: dict[str, str | None]) -> None:
    answer = target.ask("POST /_emulator/reset", b"{}", Content_Type="text/plain", **headers)
    assert (answer.status, answer.rule) == (403, "control-origin-foreign")
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("kind", [*SIMPLE, None])
@pytest.mark.parametrize(
    "line", ["POST /_emulator/reset", "POST /_emulator/clock/run", "DELETE /_emulator/faults"]
)
def test_body_that_any_page_may_send_never_acts(target: Target, line: str, kind: str | None) -> None:
    answer = target.ask(line, b"{}", Content_Type=kind)
    assert (answer.status, answer.rule) == (415, "media-type-unsupported")


def test_empty_body_acts_as_curl_sends_it(target: Target) -> None:
    assert target.ask("POST /_emulator/clock/run").status == 200
    assert target.ask("POST /_emulator/clock/run", b"", Content_Type=SIMPLE[1]).status == 200


def test_own_pages_may_ask(target: Target) -> None:
    own = {"Origin": "http://localhost:8080", "Host": "LocalHost:8080", "Sec_Fetch_Site": "same-origin"}
    answer = target.ask("GET /_emulator/clock", None, **own)
    assert answer.status == 200
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "host",
    [None, "", "evil.example", "evil.example:80", "10.0.0.5", "localhost.evil.example", "localhost@evil.test",
     "localhost, evil.example", "127.0.0.1.evil.example", "[::2]", "0", "localhost:99999999"],
)  # fmt: skip
def test_control_answers_to_its_own_names_alone(target: Target, host: str | None) -> None:
    for path in ("GET /_emulator/clock", "POST /_emulator/reset", "GET /_emulator/health"):
        assert target.ask(path, None, Host=host).status in {400, 403}
    assert target.ask("GET /_emulator/metrics", None, Host=host).status in {400, 403}


def test_readiness_says_one_word_to_every_name_and_to_no_page(target: Target) -> None:
    answer = target.ask("GET /_emulator/ready", None, Host="evil.example")
    assert (answer.status, answer.body) == (200, b'{"ready":true}')
    assert "access-control-allow-origin" not in answer.headers
    assert target.ask("GET /readyz", None, Host="evil.example", Origin=PAGE + ":81").status == 403


@pytest.mark.parametrize("hosts", [b"evil.example\r\nHost: localhost", b"localhost\r\nHost: evil.example"])
def test_doubled_host_is_refused(target: Target, hosts: bytes) -> None:
    data = request("POST /_emulator/reset").replace(b"Host: localhost", b"Host: " + hosts)
    assert target.send(data).status in {400, 403}


def test_vendor_paths_take_any_host(target: Target) -> None:
    path = "GET /integration/product/sellers/2748/products/approved"
    assert target.ask(path, Host="apigw.trendyol.com").rule == "credentials-missing"


@pytest.mark.parametrize(
    ("host", "bound", "names", "is_own"),
    [
        ("emulator:8080", "0.0.0.0", ("Emulator",), True),
        ("emulator:8080", "0.0.0.0", (), False),
        ("172.17.0.2:8080", "0.0.0.0", (), True),
        ("172.17.0.2:8080", "127.0.0.1", (), False),
        ("172.17.0.2:8080", "172.17.0.2", (), True),
        ("[::1]:8080", "::1", (), True),
        ("a.localhost", "127.0.0.1", (), True),
        ("127.1.2.3", "127.0.0.1", (), True),
    ],
)
def test_names_of_an_emulator(host: str, bound: str, names: tuple[str, ...], *, is_own: bool) -> None:
    assert is_own_host(host, bound, names) == is_own


@pytest.fixture(scope="module")
def token_target(coverage: Coverage) -> Iterator[Target]:
    options = (
        "--control-token",
        "right",
        "--allow-origin",
        "http://app.example",
        "--control-host",
        "emulator",
    )
    with serving("--world", "empty", "--limits", "off", "--strict", *options) as address:
        yield Target(address, coverage)


@pytest.mark.parametrize(
    "sent", ["", "*", "Bearer", "Bearer *", "Bearer wrong", "Basic right", "right", "Bearer right2"]
)
def test_wrong_token_is_none(token_target: Target, sent: str) -> None:
    for path in ("/_emulator/clock", "/_emulator/metrics", "/_emulator/metrics?findings=true"):
        assert token_target.ask(f"GET {path}", Authorization=sent).rule == "control-token-required"


@pytest.mark.parametrize(
    "query", ["control_token=right", "token=right", "access_token=right", "authorization=Bearer%20right"]
)
def test_token_counts_in_the_header_alone(token_target: Target, query: str) -> None:
    answer = token_target.ask(f"POST /_emulator/reset?{query}", None, Cookie=query)
    assert answer.rule == "control-token-required"


def test_allowed_page_and_name_may_ask(token_target: Target) -> None:
    page: dict[str, Any] = {
        "Origin": "http://app.example",
        "Host": "emulator:8080",
        "Sec_Fetch_Site": "cross-site",
    }
    answer = token_target.ask("GET /_emulator/clock", Authorization="Bearer right", **page)
    assert answer.status == 200
    assert answer.headers["access-control-allow-origin"] == "http://app.example"
    preflight = token_target.ask("OPTIONS /_emulator/reset", **page)
    assert (preflight.status, preflight.headers["access-control-allow-methods"]) == (204, "POST")
    other = token_target.ask("OPTIONS /_emulator/reset", Origin=PAGE)
    assert other.status == 405
    assert "access-control-allow-origin" not in other.headers


@pytest.mark.parametrize("token", ["*", ""])
def test_star_is_no_token(token: str) -> None:
    command = [sys.executable, "-m", "emulator", "serve", "--port", "0", "--control-token", token]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, "is no token" in done.stderr) == (2, True)


def test_name_is_given_to_one_of_many(target: Target) -> None:
    def open_one(_: int) -> int:
        return target.ask("POST /_emulator/worlds", {"name": "many", "world": "empty"}).status

    with ThreadPoolExecutor(16) as pool:
        statuses = sorted(pool.map(open_one, range(16)))
    assert statuses == [201] + [409] * 15
    assert target.ask("DELETE /_emulator/worlds/many").status == 200


def test_closing_under_load_is_no_fault(target: Target) -> None:
    lines = ["GET /w/busy/_emulator/clock", "POST /w/busy/_emulator/reset", "GET /w/busy/_emulator/sellers",
             "GET /w/busy/integration/product/sellers/2748/products/approved"]  # fmt: skip
    token = base64.b64encode(b"demo-int-key:demo-int-secret").decode()
    headers = {
        "Authorization": f"Basic {token}",
        "User_Agent": "2748 - SelfIntegration",
        "storeFrontCode": "RO",
    }

    def ask(number: int) -> int:
        if number % 10 == 0:
            return target.ask("POST /_emulator/worlds", {"name": "busy", "world": "empty"}).status
        if number % 10 == 5:
            return target.ask("DELETE /_emulator/worlds/busy").status
        return target.ask(lines[number % len(lines)], None, **headers).status

    with ThreadPoolExecutor(16) as pool:
        statuses = set(pool.map(ask, range(400)))
    assert statuses <= {200, 201, 404, 409}
    target.ask("DELETE /_emulator/worlds/busy")
