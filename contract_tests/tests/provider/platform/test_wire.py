"""What only raw bytes can show: bodies that break off, odd letters in headers and addresses, long heads."""

from __future__ import annotations

import base64
import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from contract_tests.stages.server import serving
from contract_tests.tests.patience import is_done_within
from contract_tests.tests.provider.conftest import INT
from contract_tests.tests.provider.support.wires import ADAPTERS, listening

PRODUCTS = "/integration/product/sellers/2748/products/approved"
ADVANCE = "/_emulator/clock/advance"
JSON = "Content-Type: application/json"
HALF_REQUESTS = 1100
HOUR = b'{"ms": 3600000}'
CHUNKS = f"{JSON}\r\nTransfer-Encoding: chunked"


class RawAnswer(NamedTuple):
    """An answer as it came: status, rule and body."""

    status: int
    rule: str
    body: bytes


@pytest.fixture(scope="module", params=ADAPTERS)
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty world on a real port, through each adapter."""
    with listening(request.param) as base_url:
        yield base_url


def head(line: str, *more: str | bytes, **other: str | bytes) -> bytes:
    """The head of a request with the suite's credentials, some of them replaced."""
    headers = {
        "Host": b"localhost",
        "Connection": b"close",
        **{name: value.encode() for name, value in INT.items()},
    }
    for name, value in other.items():
        headers[name.replace("_", "-")] = value.encode() if isinstance(value, str) else value
    lines = [
        line.encode() + b" HTTP/1.1",
        *(name.encode() + b": " + value for name, value in headers.items()),
    ]
    lines += [each.encode() if isinstance(each, str) else each for each in more]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def ask(address: str, data: bytes, *, whole: bool = True) -> RawAnswer:
    """Send bytes, end the sending side where they are not ``whole``, and read to the end."""
    where = urlsplit(address)
    with socket.create_connection((where.hostname, where.port), timeout=20) as connection:
        connection.sendall(data)
        if not whole:
            connection.shutdown(socket.SHUT_WR)
        text = b""
        while piece := connection.recv(65_536):
            text += piece
    top, _, body = text.partition(b"\r\n\r\n")
    lines = top.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in lines[1:])}
    return RawAnswer(int(lines[0].split()[1]), headers.get("x-emulator-rule", ""), body)


def journal(address: str) -> list[tuple[str, int, str]]:
    """Target, status and refusal of each exchange so far."""
    answer = ask(address, head("GET /_emulator/requests"))
    return [(row["target"], row["status"], row["refusal"]) for row in json.loads(answer.body)["requests"]]


def clock(address: str) -> int:
    """The world's time."""
    now_ms: int = json.loads(ask(address, head("GET /_emulator/clock")).body)["now_ms"]
    return now_ms


@pytest.mark.parametrize(
    "data",
    [
        head(f"POST {ADVANCE}", JSON, "Content-Length: 100") + HOUR,
        head(f"POST {ADVANCE}", CHUNKS) + b"f\r\n" + HOUR + b"\r\n",
        head(f"POST {ADVANCE}", CHUNKS) + b"ff\r\n" + HOUR,
        head(f"POST {ADVANCE}", CHUNKS) + b"f\r\n" + HOUR + b"\r\nzz\r\n",
    ],
    ids=["shorter than its length", "no last chunk", "a chunk cut short", "a chunk without size"],
)
def test_body_that_breaks_off_is_not_acted_on(address: str, data: bytes) -> None:
    before = clock(address)
    answer = ask(address, data, whole=False)
    assert (answer.status, answer.rule) == (400, "body-incomplete")
    assert clock(address) - before < 60_000


def test_body_that_breaks_off_is_counted(address: str) -> None:
    path = f"{PRODUCTS}?page=7"
    assert ask(address, head(f"GET {path}", "Content-Length: 9") + b"{}", whole=False).status == 400
    assert (path, 400, "body-incomplete") in journal(address)


@pytest.mark.parametrize("name", ["2748 - Mağaza".encode(), b"2748 - Ma\xf0aza"], ids=["utf-8", "latin-1"])
def test_agent_with_turkish_letters_is_read(address: str, name: bytes) -> None:
    # Only one of the two is strict, and the documented form has ASCII letters only.
    answer = ask(address, head(f"GET {PRODUCTS}", User_Agent=name))
    assert answer.rule in {"", "user-agent-malformed"}
    number = json.loads(ask(address, head("GET /_emulator/requests")).body)["requests"][-1]["id"]
    exchange = json.loads(ask(address, head(f"GET /_emulator/requests/{number}")).body)
    assert "2748 - Mağaza" in str(exchange) or "2748 - Maðaza" in str(exchange)


def test_storefront_with_turkish_letters_is_not_dropped(address: str) -> None:
    answer = ask(address, head(f"GET {PRODUCTS}", storeFrontCode="TÜ"))
    assert (answer.status, answer.rule) == (400, "storefront-invalid")
    assert "TÜ" in answer.body.decode()


@pytest.mark.parametrize("value", ["Basic şifre", b"Basic \xfeifre"])
def test_authorization_with_turkish_letters_is_not_missing(address: str, value: str | bytes) -> None:
    answer = ask(address, head(f"GET {PRODUCTS}", Authorization=value))
    assert (answer.status, answer.rule) == (401, "credentials-undecodable")


@pytest.mark.parametrize("length", [33_000, 60_000])
def test_address_without_end_is_refused_and_counted(address: str, length: int) -> None:
    answer = ask(address, head(f"GET {PRODUCTS}?barcode=" + "a" * length))
    assert (answer.status, answer.rule) == (414, "address-too-long")
    target, status, refusal = journal(address)[-1]
    assert (status, refusal) == (414, "address-too-long")
    assert len(target) == 200


def test_head_without_end_is_refused_and_counted(address: str) -> None:
    more = [f"X-Filler-{number}: {'a' * 30_000}" for number in range(3)]
    answer = ask(address, head(f"GET {PRODUCTS}", *more))
    assert (answer.status, answer.rule) == (431, "head-too-large")
    assert journal(address)[-1][1:] == (431, "head-too-large")


def test_refusal_shows_the_beginning_of_what_was_sent(address: str) -> None:
    answer = ask(address, head(f"GET {PRODUCTS}?size=" + "9" * 20_000))
    assert answer.status == 400
    assert b"9" * 200 in answer.body
    assert len(answer.body) < 1000


@pytest.mark.parametrize("query", ["barcode=Çiçek&page=0", "barcode={a}|b", "barcode=%ff%fe", "barcode=%zz%"])
def test_odd_query_is_answered_by_its_operation(address: str, query: str) -> None:
    answer = ask(address, head(f"GET {PRODUCTS}?{query}"))
    assert (answer.status, answer.rule) == (200, "")


def test_secret_with_colons_is_a_secret(address: str) -> None:
    seller = {"id": 2750, "name": "Colons", "edition": "int", "storefronts": ["RO"], "key": "colon-key",
              "secret": "a:b::c:", "tier": "50k"}  # fmt: skip
    body = json.dumps(seller).encode()
    answer = ask(address, head("POST /_emulator/sellers", JSON, f"Content-Length: {len(body)}") + body)
    assert answer.status == 201
    token = base64.b64encode(b"colon-key:a:b::c:").decode()
    answer = ask(
        address, head(f"GET {PRODUCTS.replace('2748', '2750')}", Authorization=f"Basic {token}",
                      User_Agent="2750 - SelfIntegration")
    )  # fmt: skip
    assert answer.status == 200


def test_half_requests_keep_nobody_waiting() -> None:
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 4 * HALF_REQUESTS:
        pytest.skip("this machine opens too few files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (4 * HALF_REQUESTS, hard))
    halves = [head(f"POST {ADVANCE}", JSON, "Content-Length: 100") + b"{", b"GET / HTTP/1.1\r\nHost: "]

    def answer_beside_halves() -> float:
        with ExitStack() as stack, serving("--world", "empty", "--body-timeout", "2") as address:
            where = urlsplit(address)
            for number in range(HALF_REQUESTS):
                connection = socket.create_connection((where.hostname, where.port), timeout=20)
                stack.enter_context(connection).sendall(halves[number % 2])
                if number == 0:
                    first = connection
            began = time.monotonic()
            assert ask(address, head("GET /healthz")).status == 200
            seconds = time.monotonic() - began
            assert first.recv(100).startswith(b"HTTP/1.1 408 ")
            return seconds if time.monotonic() - began < 5 else 5

    assert is_done_within(1, answer_beside_halves)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
