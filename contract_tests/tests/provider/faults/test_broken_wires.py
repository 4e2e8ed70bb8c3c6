"""Trouble on a real wire, through both adapters: what an HTTP library sees, and what the journal keeps."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
import requests

from contract_tests.stages.host import open_stage
from contract_tests.stages.stage import Stage
from contract_tests.tests.patience import overtakes, wait_until
from contract_tests.tests.provider.conftest import INT
from contract_tests.tests.provider.support.control import PRODUCTS
from contract_tests.tests.provider.support.wires import ADAPTERS, listening

LONG_S = 10


@pytest.fixture(scope="module", params=ADAPTERS)
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    with listening(request.param) as address:
        yield address


@pytest.fixture
def stage(address: str) -> Iterator[Stage]:
    with open_stage(address, "empty") as stage:
        yield stage


def get(stage: Stage, session: requests.Session | None = None) -> requests.Response:
    asker: Any = session or requests
    answer: requests.Response = asker.get(stage.urls["trendyol"] + PRODUCTS, headers=INT, timeout=LONG_S)
    return answer


def rows(stage: Stage) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = stage.control("GET", "/_emulator/requests")["requests"]
    return listed


def effects(stage: Stage) -> list[str]:
    return [entry["effect"] for entry in stage.control("GET", "/_emulator/fault-log")["events"]]


@pytest.mark.parametrize("after", [False, True])
def test_reset_ends_the_connection_before_a_byte_of_the_answer(stage: Stage, *, after: bool) -> None:
    stage.add_fault({"operation": "*", "cut": "reset", "after": after})
    with pytest.raises(requests.ConnectionError, match="Remote end closed connection without response"):
        get(stage)
    (row,) = rows(stage)
    assert (row["status"], row["response_bytes"], row["fault"]) == (0, 0, 1)
    assert effects(stage) == ["connection reset after the work" if after else "connection reset"]


def test_truncated_answer_promises_all_and_brings_half(stage: Stage) -> None:
    whole = get(stage).content
    stage.add_fault({"operation": "*", "cut": "truncated"})
    with requests.get(stage.urls["trendyol"] + PRODUCTS, headers=INT, timeout=LONG_S, stream=True) as answer:
        assert (answer.status_code, answer.headers["Content-Length"]) == (200, str(len(whole)))
        with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
            _ = answer.content
    (kept,) = stage.har_entries(1)
    assert kept["response"]["content"]["text"].encode() == whole[: len(whole) // 2]
    assert {"name": "content-length", "value": str(len(whole))} in kept["response"]["headers"]
    assert kept["_emulator"]["fault"] == 1
    assert effects(stage) == ["answer cut short"]


def test_truncated_refusal_has_the_status_it_was_given(stage: Stage) -> None:
    stage.add_fault({"operation": "*", "cut": "truncated", "error": "token-invalid"})
    with requests.get(stage.urls["trendyol"] + PRODUCTS, headers=INT, timeout=LONG_S, stream=True) as answer:
        assert answer.status_code == 400
        with pytest.raises(requests.exceptions.ChunkedEncodingError):
            _ = answer.content


def test_empty_body_can_be_cut_too(stage: Stage) -> None:
    stage.add_fault({"operation": "*", "body": "", "cut": "truncated"})
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        get(stage)


def test_session_goes_on_after_each_cut(stage: Stage) -> None:
    stage.add_fault({"operation": "*", "at": 2, "cut": "reset"})
    stage.add_fault({"operation": "*", "at": 4, "cut": "truncated"})
    seen: list[int | type[Exception]] = []
    with requests.Session() as session:
        for _ in range(5):
            try:
                seen.append(get(stage, session).status_code)
            except requests.RequestException as broken:
                seen.append(type(broken))
    assert seen == [200, requests.ConnectionError, 200, requests.exceptions.ChunkedEncodingError, 200]


def test_cut_connection_leaves_the_others_alone(stage: Stage) -> None:
    with requests.Session() as neighbour:
        get(stage, neighbour)
        stage.add_fault({"operation": "*", "cut": "reset"})
        with pytest.raises(requests.ConnectionError):
            get(stage)
        assert get(stage, neighbour).status_code == 200
        assert connections_of(neighbour) == 1


def connections_of(session: requests.Session) -> int:
    """How many connections a session has opened to the one host it asked."""
    pools: Any = session.get_adapter("http://").poolmanager.pools  # type: ignore[attr-defined]  # requests' own
    (key,) = pools.keys()
    return int(pools[key].num_connections)


@pytest.mark.parametrize(
    ("fault", "status", "told"),
    [
        ({"error": "token-filter-changed"}, 400, ["answered 400"]),
        ({"status": 429, "retry_after": 1, "retry_after_as": "date"}, 429, ["answered 429"]),
        ({"status": 504, "after": True}, 504, ["answered 504 after the work"]),
        ({"delay_ms": 1}, 200, ["delayed 1 ms"]),
        ({"advance_ms": 60_000}, 200, ["clock moved on 60000 ms"]),
        ({"stale": True}, 200, ["stale answer"]),
        ({"expire_tokens": True}, 200, ["tokens expired"]),
        ({"hold": "alone", "hold_ms": 1}, 200, ["held as alone", "held as alone for all of its 1 ms"]),
        ({"release": "nobody"}, 200, ["released nobody: 0"]),
        ({"from_ms": 4_102_444_800_000, "status": 503}, 200, []),
    ],
    ids=str,
)
def test_adapters_meet_the_same_trouble(
    stage: Stage, fault: dict[str, Any], status: int, told: list[str]
) -> None:
    stage.add_fault({"operation": "*", **fault})
    answer = get(stage)
    assert (answer.status_code, effects(stage)) == (status, told)
    assert answer.headers.get("Retry-After", "GMT").endswith("GMT")


def test_slow_answer_comes_whole_in_pieces_over_its_time(stage: Stage) -> None:
    whole = get(stage).content
    url = stage.urls["trendyol"] + PRODUCTS

    def comes_in_pieces_and_in_time() -> bool:
        stage.add_fault({"operation": "*", "slow_ms": 300})
        began = time.monotonic()
        with requests.get(url, headers=INT, timeout=LONG_S, stream=True) as answer:
            pieces = list(iter(lambda: answer.raw.read1(1 << 20), b""))
        assert b"".join(pieces) == whole
        seconds = time.monotonic() - began
        assert seconds > 0.25
        return len(pieces) > 3 and seconds < 3

    wait_until(comes_in_pieces_and_in_time)
    assert set(effects(stage)) == {"body sent over 300 ms"}


def test_slow_answer_holds_back_no_other(stage: Stage) -> None:
    def delay(ms: int) -> Future[requests.Response]:
        stage.add_fault({"operation": "*", "slow_ms": ms})
        slow.append(pool.submit(get, stage))
        wait_until(lambda: len(effects(stage)) == len(slow))
        return slow[-1]

    def other() -> None:
        assert get(stage).status_code == 200

    slow: list[Future[requests.Response]] = []
    with ThreadPoolExecutor(1) as pool:
        assert overtakes(delay, other)
    assert {one.result().status_code for one in slow} == {200}


def test_answer_may_be_slow_and_cut(stage: Stage) -> None:
    stage.add_fault({"operation": "*", "slow_ms": 200, "cut": "truncated"})
    began = time.monotonic()
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        get(stage)
    assert time.monotonic() - began > 0.15


def test_request_without_an_answer_is_found_by_its_status(stage: Stage) -> None:
    stage.add_fault({"operation": "*", "cut": "reset"})
    with pytest.raises(requests.ConnectionError):
        get(stage)
    get(stage)
    assert stage.control("GET", "/_emulator/requests?status=0")["count"] == 1
