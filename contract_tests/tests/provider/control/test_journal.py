"""The journal is bounded, in order, and exports what happened without the secrets."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.stage.har import archive
from emulator.stage.journal import Exchange, Journal
from emulator.stage.masking import masked_headers


def exchange(number: int, **changed: Any) -> Exchange:
    told: dict[str, Any] = {
        "id": number,
        "operation": "getSettlements",
        "document": "trendyol/finance/int",
        "edition": "int",
        "seller_id": 2748,
        "api_key": "demo-int-key",
        "method": "GET",
        "target": "/integration/finance/che/sellers/2748/settlements?page=0&size=500",
        "request_headers": (("host", "127.0.0.1:8080"), ("authorization", "Basic c2VjcmV0OnNlY3JldA==")),
        "request_body": b"",
        "started_at": 1_795_305_600.25,
        "now_ms": 1_795_305_600_250,
        "duration_ns": 1_500_000,
        "status": 200,
        "response_headers": (("content-type", "application/json"),),
        "parts": (b'{"content":[', b"]}"),
    }
    return Exchange(**{**told, **changed})


def journal_of(*exchanges: Exchange, max_entries: int = 100, max_body_bytes: int = 1_000_000) -> Journal:
    journal = Journal(max_entries, max_body_bytes)
    for entry in exchanges:
        journal.close(entry)
    return journal


def entries_of(journal: Journal) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = orjson.loads(b"".join(archive(journal.select())))["log"]["entries"]
    return found


def test_ids_rise_over_clear() -> None:
    journal = Journal()
    first = journal.open()
    journal.clear()
    assert journal.open() == first + 1


def test_oldest_exchange_goes_first_when_the_ring_is_full() -> None:
    journal = journal_of(*(exchange(number) for number in range(1, 6)), max_entries=3)
    assert [entry.id for entry in journal.select()] == [3, 4, 5]


def test_oldest_bodies_go_first_when_there_is_no_room() -> None:
    big = (b"x" * 400,)
    journal = journal_of(*(exchange(number, parts=big) for number in (1, 2, 3)), max_body_bytes=1000)
    assert [entry.body_dropped for entry in journal.select()] == [True, False, False]


def test_exchange_without_its_body_still_says_how_long_it_was() -> None:
    journal = journal_of(exchange(1, parts=(b"x" * 400,)), exchange(2), max_body_bytes=100)
    dropped = journal.find(1)
    assert dropped is not None
    assert (list(dropped.parts), dropped.response_bytes) == ([], 400)


def test_newest_exchange_keeps_its_body_however_long() -> None:
    journal = journal_of(exchange(1, parts=(b"x" * 400,)), max_body_bytes=100)
    assert not journal.select()[0].body_dropped


@given(st.lists(st.integers(0, 60), max_size=40), st.integers(1, 8), st.integers(0, 150))
def test_held_bytes_are_those_of_the_bodies_kept(sizes: list[int], most: int, room: int) -> None:
    kept = journal_of(
        *(exchange(number, parts=(b"x" * size,)) for number, size in enumerate(sizes, 1)),
        max_entries=most,
        max_body_bytes=room,
    )
    bodies = [len(b"".join(entry.parts)) for entry in kept.select() if not entry.body_dropped]
    assert kept.held_bytes == sum(bodies)
    assert len(kept) <= most
    assert sum(bodies) <= room or len(bodies) == 1


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"operation": "getOtherFinancials"}, [2]),
        ({"status": 429}, [3]),
        ({"seller_id": 2738}, [4]),
        ({"since": 2}, [3, 4]),
        ({"operation": "getSettlements", "status": 200}, [1, 4]),
        ({}, [1, 2, 3, 4]),
    ],
)
def test_select_gives_what_matches_every_filter(asked: dict[str, Any], found: list[int]) -> None:
    journal = journal_of(
        exchange(1),
        exchange(2, operation="getOtherFinancials"),
        exchange(3, status=429),
        exchange(4, seller_id=2738),
    )
    assert [entry.id for entry in journal.select(**asked)] == found


def test_select_orders_by_id_when_exchanges_ended_out_of_order() -> None:
    journal = journal_of(exchange(2), exchange(1))
    assert [entry.id for entry in journal.select()] == [1, 2]


def test_har_holds_the_whole_body() -> None:
    (entry,) = entries_of(journal_of(exchange(1)))
    content = entry["response"]["content"]
    assert content == {"size": 14, "mimeType": "application/json", "text": '{"content":[]}'}


def test_har_names_the_url_and_its_query() -> None:
    (entry,) = entries_of(journal_of(exchange(1)))
    assert entry["request"]["url"].startswith("http://127.0.0.1:8080/integration/finance/")
    query = [(pair["name"], pair["value"]) for pair in entry["request"]["queryString"]]
    assert query == [("page", "0"), ("size", "500")]


def test_har_says_when_in_utc() -> None:
    (entry,) = entries_of(journal_of(exchange(1)))
    assert entry["startedDateTime"] == "2026-11-22T00:00:00.250000+00:00"
    assert entry["time"] == 1.5


def test_har_entry_carries_what_http_does_not_say() -> None:
    (entry,) = entries_of(journal_of(exchange(7, refusal="too-many-requests", source="docs/2-authorization")))
    assert entry["_emulator"] == {
        "id": 7,
        "operation": "getSettlements",
        "document": "trendyol/finance/int",
        "edition": "int",
        "seller": 2748,
        "key": "demo-int-key",
        "refusal": "too-many-requests",
        "source": "docs/2-authorization",
        "fault": None,
        "now_ms": 1_795_305_600_250,
        "body_dropped": False,
    }


def test_har_of_an_empty_journal_is_complete() -> None:
    assert orjson.loads(b"".join(archive([])))["log"]["entries"] == []


def test_har_never_holds_credentials() -> None:
    assert b"c2VjcmV0" not in b"".join(archive([exchange(1)]))


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Basic YTpi", "Basic ***"),
        ("Basic abc=", "Basic undecodable"),
        ("Bearer abc", "Bearer ***"),
        ("abc", "***"),
        ("", "***"),
    ],
)
def test_authorization_shows_only_its_scheme(sent: str, shown: str) -> None:
    asked = exchange(1, request_headers=(("Authorization", sent),))
    assert masked_headers(asked) == [("Authorization", shown)]


def test_body_that_is_not_text_is_base64() -> None:
    (entry,) = entries_of(journal_of(exchange(1, parts=(b"\xff\xfe",))))
    content = entry["response"]["content"]
    assert (content["text"], content["encoding"]) == ("//4=", "base64")


def test_status_without_a_name_is_exported() -> None:
    (entry,) = entries_of(journal_of(exchange(1, status=599)))
    assert (entry["response"]["status"], entry["response"]["statusText"]) == (599, "")
