"""Calls to the vendor's hosts are answered in this process, whatever library makes them."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import httpcore
import httpx
import pytest
import requests
import urllib3

from contract_tests.inprocess.hosts import HostRefused
from contract_tests.inprocess.reaching import reached
from contract_tests.pytest_plugin.hosting import Emulator
from contract_tests.tests.effort import is_nightly
from contract_tests.tests.kit.support.callers import CALLERS, Caller, failure
from contract_tests.tests.kit.support.wires import LATE_S, StartResponse, breaking, cut, late, reset
from contract_tests.virtual_time.clock import travelled
from emulator import Settings, create_app, vendor_hosts

STAGE = "https://stageapigw.trendyol.com"
APPROVED = "/integration/product/sellers/2748/products/approved"
NOW_MS = 1_795_305_600_123
TROUBLES = {"reset": reset, "cut": cut}


def mirror(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Answer with what was asked."""
    by_name = {name: value for name, value in environ.items() if isinstance(value, str)}
    by_name["body"] = environ["wsgi.input"].read().decode()
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(by_name).encode()]


@pytest.fixture(params=CALLERS)
def caller(request: pytest.FixtureRequest) -> Caller:
    """Every library in turn."""
    return CALLERS[request.param]


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    opened_host = Emulator(create_app(Settings(world="empty", limits="off")))
    yield opened_host
    opened_host.stop()


def request_seen_by_mirror(
    caller: Caller, url: str, method: str = "GET", body: bytes | None = None
) -> dict[str, str]:
    """What the application was asked."""
    answer: dict[str, str] = json.loads(caller(method, url, body, 5).text)
    return answer


@pytest.mark.parametrize("host", vendor_hosts())
def test_vendor_host_is_answered_here(caller: Caller, host: str) -> None:
    with reached(mirror, "/w/one"):
        answer = request_seen_by_mirror(caller, f"https://{host}/integration/x")
    assert (answer["HTTP_HOST"], answer["PATH_INFO"]) == (host, "/w/one/integration/x")
    assert answer["REMOTE_ADDR"] == "127.0.0.1"


def test_query_arrives_as_it_was_sent(caller: Caller) -> None:
    with reached(mirror):
        answer = request_seen_by_mirror(caller, f"{STAGE}/a%20b/%C5%9F?q=%2B+%25&date=1,2&empty=")
    assert answer["QUERY_STRING"] == "q=%2B+%25&date=1,2&empty="
    assert answer["PATH_INFO"].encode("latin-1").decode() == "/a b/ş"


def test_body_arrives_whole(caller: Caller) -> None:
    with reached(mirror):
        answer = request_seen_by_mirror(caller, STAGE, "POST", "ş".encode() * 100_000)
    assert answer["REQUEST_METHOD"] == "POST"
    assert answer["CONTENT_LENGTH"] == "200000"
    assert answer["body"] == "ş" * 100_000


def test_body_in_chunks_is_put_together() -> None:
    with reached(mirror):
        answer = requests.post(STAGE, data=iter([b"one", b"two"]), timeout=5).json()
    assert (answer["body"], answer["HTTP_TRANSFER_ENCODING"]) == ("onetwo", "chunked")


def test_page_of_a_world_is_read(caller: Caller, emulator: Emulator) -> None:
    stage = emulator.open("demo")
    with reached(emulator.app, stage.path):
        answer = caller("GET", f"{STAGE}{APPROVED}?size=5", None, 5)
        assert answer.status == 401
        page = requests.get(f"{STAGE}{APPROVED}?size=5", headers=stage.headers, timeout=5)
    assert len(page.json()["content"]) == 5


def test_head_has_no_body(caller: Caller) -> None:
    with reached(mirror):
        answer = caller("HEAD", STAGE, None, 5)
    assert (answer.status, answer.text) == (200, "")


def test_answer_bears_the_date_by_which_clients_reckon_a_wait(caller: Caller) -> None:
    with travelled(NOW_MS), reached(mirror):
        answer = caller("GET", STAGE, None, 5)
    headers = {name.lower(): value for name, value in answer.headers.items()}
    assert parsedate_to_datetime(headers["date"]).timestamp() == NOW_MS // 1000


def test_other_host_is_refused_with_a_sentence(caller: Caller) -> None:
    with reached(mirror), pytest.raises(HostRefused, match=r"^example\.org is not called.*allow=\['example"):
        caller("GET", "https://example.org/", None, 5)


@pytest.mark.parametrize("pattern", ["shop.invalid", "*.invalid"])
def test_allowed_host_is_really_called(caller: Caller, pattern: str) -> None:
    with reached(mirror, allow=[pattern]):
        assert "gaierror" in failure(caller, "http://shop.invalid/")


def test_this_machine_is_really_called(caller: Caller, emulator: Emulator) -> None:
    with emulator.listening(emulator.open("empty")) as origin, reached(mirror):
        assert caller("GET", f"{origin}/healthz", None, 5).status == 200


def test_proxies_of_the_environment_do_not_matter(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    for scheme in ("http", "https"):
        monkeypatch.setenv(f"{scheme}_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    with reached(mirror):
        for scheme in ("http", "https"):
            assert (
                request_seen_by_mirror(caller, f"{scheme}://apigw.trendyol.com/x?y")["REQUEST_URI"] == "/x?y"
            )
            with pytest.raises(HostRefused, match=r"^example\.org"):
                caller("GET", f"{scheme}://example.org/", None, 5)


@pytest.mark.parametrize("kind", TROUBLES)
def test_trouble_looks_as_it_does_on_a_socket(caller: Caller, kind: str) -> None:
    with breaking(kind) as port:
        really = failure(caller, port)
    with reached(TROUBLES[kind]):
        assert failure(caller, "http://apigw.trendyol.com") == really


def test_late_answer_is_a_timeout_as_it_is_on_a_socket(caller: Caller) -> None:
    with breaking("late") as port:
        *really, _ = failure(caller, port, LATE_S / 4)
    with reached(late):
        *here, _ = failure(caller, "http://apigw.trendyol.com", LATE_S / 4)
        assert caller("GET", STAGE, None, 5).status == 204
    assert here == really


def test_fault_of_the_application_is_not_taken_for_trouble_on_the_wire(caller: Caller) -> None:
    def wrong(_: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        raise LookupError

    with reached(wrong):
        assert failure(caller, STAGE)[0] == "LookupError"


def test_parallel_calls_get_their_own_answers(caller: Caller) -> None:
    numbers = range(40 if is_nightly() else 16)
    with reached(mirror), ThreadPoolExecutor(8) as pool:
        answer = list(pool.map(lambda number: request_seen_by_mirror(caller, f"{STAGE}/{number}"), numbers))
    assert [one["PATH_INFO"] for one in answer] == [f"/{number}" for number in numbers]


def test_calls_of_one_loop_are_answered_beside_each_other() -> None:
    meeting = threading.Barrier(8)

    def meet(_: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        meeting.wait(5)
        start_response("200 OK", [])
        return [b"met"]

    async def ask() -> list[str]:
        async with aiohttp.ClientSession() as session, httpx.AsyncClient() as client:

            async def by_session() -> str:
                async with session.get(STAGE) as answer:
                    return await answer.text()

            async def by_client() -> str:
                return (await client.get(STAGE)).text

            return await asyncio.gather(*(ask() for ask in (by_session, by_client) for _ in range(4)))

    with reached(meet):
        assert asyncio.run(ask()) == ["met"] * 8


def test_long_answer_is_read_slowly_by_aiohttp() -> None:
    def long(_: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        yield from (bytes(1_000_000) for _ in range(5))

    async def ask() -> int:
        async with aiohttp.ClientSession() as session, session.get(STAGE) as answer:
            size = 0
            async for piece in answer.content.iter_chunked(100_000):
                await asyncio.sleep(0)
                size += len(piece)
            return size

    with reached(long):
        assert asyncio.run(ask()) == 5_000_000


def test_transport_of_the_clients_own_stays_its_own() -> None:
    own = httpx.MockTransport(lambda _: httpx.Response(418))
    with reached(mirror), httpx.Client(transport=own) as client:
        assert client.get(STAGE).status_code == 418


def test_redirects_and_retries_are_the_librarys_own() -> None:
    statuses = iter(["503 Service Unavailable", "302 Found", "200 OK"])

    def moody(_: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        start_response(next(statuses), [("Location", f"{STAGE}/there"), ("Retry-After", "0")])
        return [b"done"]

    with reached(moody), urllib3.PoolManager() as pool:
        retries = urllib3.Retry(3, status_forcelist=[503])
        assert pool.request("GET", STAGE, retries=retries).data == b"done"


def test_connection_made_before_the_block_is_not_used_in_it() -> None:
    ours, theirs = socket.socketpair()
    connection = http.client.HTTPConnection("apigw.trendyol.com")
    connection.sock = ours
    with theirs, ours, reached(mirror):
        connection.request("GET", "/x")
        assert json.load(connection.getresponse())["PATH_INFO"] == "/x"


def test_block_within_a_block_is_refused() -> None:
    with reached(mirror), pytest.raises(RuntimeError, match="end that block first"), reached(mirror):
        pass


def test_nothing_is_left_after_the_block() -> None:
    kinds: tuple[type, ...] = (
        *(http.client.HTTPConnection, http.client.HTTPSConnection),
        *(urllib3.connection.HTTPConnection, urllib3.connection.HTTPSConnection),
        *(httpcore.ConnectionPool, httpcore.AsyncConnectionPool, aiohttp.TCPConnector),
    )
    before = [dict(vars(kind)) for kind in kinds]
    finders = list(sys.meta_path)
    with reached(mirror):
        assert not any(dict(vars(kind)) in before for kind in kinds)
    assert [dict(vars(kind)) for kind in kinds] == before
    assert sys.meta_path == finders


LATE = """
import sys
from contract_tests.inprocess.reaching import reached
def app(environ, start_response):
    start_response("200 OK", [])
    return [b"here"]
with reached(app):
    late = ("urllib3", "httpx", "aiohttp", "emulator.app", "emulator.world")
    print([name for name in late if name in sys.modules])
    import requests, httpx, aiohttp, asyncio
    print(requests.get("https://apigw.trendyol.com").text, httpx.get("https://apigw.trendyol.com").text)
    async def ask():
        async with aiohttp.ClientSession() as session, session.get("https://apigw.trendyol.com") as answer:
            return await answer.text()
    print(asyncio.run(ask()))
"""


def test_library_imported_within_the_block_is_caught_and_none_is_imported_for_it() -> None:
    ran = subprocess.run([sys.executable, "-c", LATE], capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == ("[]\nhere here\nhere\n", "")
