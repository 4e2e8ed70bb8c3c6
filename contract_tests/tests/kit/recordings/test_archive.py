"""HTTP Archives of any tool become the same history."""

import base64
import io
import json
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from contract_tests.judge.verdict import judge_traffic
from contract_tests.records.har import NotAnArchive, read_archive
from contract_tests.stages.rulebook import installed_rulebook
from contract_tests.tests.kit.support.recording import APPROVED, NOON_MS, Entry, asked, recorded


def har(*entries: Entry) -> str:
    instant = datetime.fromtimestamp(NOON_MS / 1000, UTC).isoformat()
    return json.dumps({"log": {"entries": [{**entry, "startedDateTime": instant} for entry in entries]}})


def test_path_is_found_behind_any_world_or_proxy() -> None:
    (exchange,) = recorded(asked(f"/w/test-3{APPROVED}", "page=0")).exchanges
    assert (exchange.path, exchange.operation, exchange.seller) == (
        APPROVED,
        "filterApprovedProducts",
        "2748",
    )


def test_longer_path_is_not_taken_for_the_shorter_one() -> None:
    (exchange,) = recorded(asked(f"{APPROVED}/inventory-and-price")).exchanges
    assert exchange.operation == "filterInventoryAndPrice"


def test_other_hosts_traffic_is_passed_over() -> None:
    assert recorded(asked("/robots.txt"), asked("/api/v1/orders")).exchanges == ()


def test_edition_is_that_of_the_storefronts_a_seller_names() -> None:
    law = installed_rulebook()
    foreign = read_archive(har(asked(APPROVED), asked(APPROVED, drop="storeFrontCode")), law)
    turkish = read_archive(har(asked(APPROVED, drop="storeFrontCode")), law)
    assert [exchange.edition for exchange in foreign.exchanges] == ["int", "int"]
    assert [exchange.document for exchange in turkish.exchanges] == ["trendyol/products/tr"]


def test_exchanges_are_in_the_order_of_asking() -> None:
    late, early = asked(APPROVED, "page=1"), asked(APPROVED, "page=0", after_ms=-5_000)
    assert [one.query_value("page") for one in recorded(late, early).exchanges] == ["0", "1"]


def test_body_in_base64_is_read() -> None:
    entry = asked(APPROVED)
    text = base64.b64encode(b'{"totalElements": 7}').decode()
    entry["response"]["content"] = {"text": text, "encoding": "base64"}
    assert recorded(entry).exchanges[0].body.facts == {"totalElements": 7}


def test_body_that_is_no_json_counts_as_null() -> None:
    entry = asked(APPROVED, status=403)
    entry["response"]["content"] = {"text": "<html>Access denied</html>"}
    assert recorded(entry).exchanges[0].body.json is None


def test_worlds_time_wins_over_real_time() -> None:
    entry = asked(APPROVED) | {"_emulator": {"id": 9, "now_ms": 5, "edition": "int"}}
    (exchange,) = recorded(entry).exchanges
    assert (exchange.number, exchange.at_ms, exchange.real_ms) == (9, 5, NOON_MS + 1_000)


@pytest.mark.parametrize("text", ["", "[]", '{"log": {}}', '{"log": {"entries": [{}]}}'])
def test_anything_else_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(NotAnArchive, match="HAR"):
        read_archive(text, installed_rulebook())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_archive_is_read_in_each_encoding_that_tools_write(encoding: str) -> None:
    text = har(asked(APPROVED, body={"content": [], "title": "Çiçek"}))
    (exchange,) = read_archive(text.encode(encoding), installed_rulebook()).exchanges
    assert exchange.body.facts == {"title": "Çiçek"}


def entry_with(**parts: Any) -> Entry:
    """An entry like any other, in which these parts are something else."""
    return asked(APPROVED) | parts


ODD_ENTRIES: dict[str, Any] = {
    "no object": "odd",
    "nothing in it": {},
    "no request": entry_with(request=None),
    "a broken URL": entry_with(request={"method": "GET", "url": "http://[::1/integration/x", "headers": []}),
}


@pytest.mark.parametrize("name", ODD_ENTRIES)
def test_entry_that_cannot_be_read_costs_itself_and_is_counted(name: str) -> None:
    instant = {"startedDateTime": "2026-11-22T09:00:00Z"}
    entries = [asked(APPROVED) | instant, ODD_ENTRIES[name], asked(APPROVED, "page=1") | instant]
    history = read_archive(json.dumps({"log": {"entries": entries}}), installed_rulebook())
    assert [one.query_value("page") for one in history.exchanges] == [None, "1"]
    assert sum(history.oddities.values()) == 1


ADDRESS = f"https://stageapigw.trendyol.com{APPROVED}"
POOR_ENTRIES: dict[str, tuple[Any, str]] = {
    "no response": (entry_with(response=None), "answer headers"),
    "no body": (entry_with(response={"status": 200, "headers": [], "content": None}), "body"),
    "a body in cut base64": (
        entry_with(
            response={"status": 200, "headers": [], "content": {"text": "eyJ0b3R", "encoding": "base64"}}
        ),
        "body",
    ),
    "no headers": (
        entry_with(request={"method": "GET", "url": f"http://x.test{APPROVED}", "headers": None}),
        "headers",
    ),
    "no time": (entry_with(startedDateTime=None), "time"),
}


@pytest.mark.parametrize("name", POOR_ENTRIES)
def test_entry_with_null_parts_is_read_as_far_as_it_goes(name: str) -> None:
    entry, gap = POOR_ENTRIES[name]
    entry = {"startedDateTime": "2026-11-22T09:00:00Z"} | entry
    (exchange,) = read_archive(json.dumps({"log": {"entries": [entry]}}), installed_rulebook()).exchanges
    assert exchange.operation == "filterApprovedProducts"
    if name != "no response":
        assert gap in exchange.gaps
    else:
        assert exchange.status == 0


def test_connect_of_a_proxy_is_passed_over() -> None:
    entry = entry_with(request={"method": "CONNECT", "url": "stageapigw.trendyol.com:443", "headers": []})
    history = read_archive(har(entry, asked(APPROVED)), installed_rulebook())
    assert (len(history.exchanges), history.oddities) == (1, {})


def test_archive_that_is_cut_is_read_up_to_there_and_says_so() -> None:
    whole = har(asked(APPROVED), asked(APPROVED, "page=1"))
    history = read_archive(whole[: whole.rindex("page=1")], installed_rulebook())
    assert len(history.exchanges) == 1
    assert list(history.oddities) == ["the file is broken or cut from there on"]


class Endless(io.RawIOBase):
    """A file that is written while it is read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces, self.rest = pieces, b""

    def read(self, size: int = -1) -> bytes:
        while len(self.rest) < size and (piece := next(self.pieces, b"")):
            self.rest += piece
        answer, self.rest = self.rest[:size], self.rest[size:]
        return answer


def pages(count: int) -> Iterator[bytes]:
    """An archive of so many large pages of the vendor and as many large files of others."""
    rows = [{"id": number, "title": "x" * 2_000} for number in range(100)]
    page = asked(APPROVED, "page=0", body={"totalElements": 7, "content": rows, "note": "x" * 200_000})
    other = {**page, "request": {**page["request"], "url": "https://cdn.example.org/app.js"}}
    yield b'{"log": {"pages": [{"title": "a shop"}], "entries": ['
    for number in range(count):
        instant = datetime.fromtimestamp(NOON_MS / 1000 + number, UTC).isoformat()
        lines = [json.dumps({**one, "startedDateTime": instant}).encode() for one in (page, other)]
        yield (b"," if number else b"") + b",".join(lines)
    yield b"]}}"


def purchases(count: int) -> Iterator[bytes]:
    """An archive of so many purchases with long bodies, of which the judges read every row."""
    answer = {
        "items": [{"sku": f"S{number}", "status": "RESERVED", "text": "x" * 900} for number in range(200)]
    }
    yield b'{"log": {"entries": ['
    for number in range(count):
        rows = [{"barcode": f"B{number}-{row}", "quantity": 1, "text": "y" * 900} for row in range(200)]
        entry = asked("/b2bbuyergateway/v2/offers/BUYER/items", f"requestNumber=R{number}", body=answer)
        entry["request"] |= {"method": "POST", "postData": {"text": json.dumps(rows)}}
        instant = datetime.fromtimestamp(NOON_MS / 1000 + number, UTC).isoformat()
        line = json.dumps({**entry, "startedDateTime": instant}).encode()
        yield (b"," if number else b"") + line
    yield b"]}}"


@pytest.mark.parametrize("count", [120, pytest.param(1_400, marks=pytest.mark.nightly)])
def test_large_purchases_and_their_judges_need_little_memory(count: int) -> None:
    rulebook = installed_rulebook()
    tracemalloc.start()
    try:
        history = read_archive(Endless(purchases(count)), rulebook)
        verdict = judge_traffic(history, rulebook)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    first, last = history.exchanges[0], history.exchanges[-1]
    assert (len(history.exchanges), first.operation) == (count, "requestItems")
    assert (len(last.body.json["items"]), len(json.loads(last.request_body))) == (200, 200)
    assert verdict.counts["TY-B2B-010"] == count
    assert peak < 20_000_000


def test_stored_texts_are_those_of_the_recording() -> None:
    rows = json.dumps([{"barcode": "ş" * 5_000}], ensure_ascii=False)
    entry = asked("/b2bbuyergateway/v2/offers/BUYER/items", "requestNumber=R", body={"items": [rows]})
    entry["request"] |= {"method": "POST", "postData": {"text": rows}}
    (exchange,) = read_archive(har(entry), installed_rulebook()).exchanges
    (whole,) = read_archive(har(entry), installed_rulebook(), compact=False).exchanges
    assert (exchange.request_body, exchange.body.text) == (whole.request_body, whole.body.text)
    assert (exchange.request_body, exchange.request_key) == (rows, whole.request_key)


@pytest.mark.parametrize("count", [60, pytest.param(1_250, marks=pytest.mark.nightly)])
def test_large_archive_needs_little_memory(count: int) -> None:
    installed_rulebook()
    tracemalloc.start()
    try:
        history = read_archive(Endless(pages(count)), installed_rulebook())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(history.exchanges) == count
    assert len(history.exchanges[-1].body.json["content"]) == 100
    assert peak < 20_000_000
