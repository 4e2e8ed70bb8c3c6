"""HTTP Archives of any tool become the same history."""

import base64
import json
from datetime import UTC, datetime

import pytest

from contract_tests.records.har import NotAnArchive, read_archive
from contract_tests.stages.rulebook import installed_rulebook
from contract_tests.tests.kit.support.recording import APPROVED, NOON_MS, Entry, asked, recorded


def har(*entries: Entry) -> str:
    started = datetime.fromtimestamp(NOON_MS / 1000, UTC).isoformat()
    return json.dumps({"log": {"entries": [{**entry, "startedDateTime": started} for entry in entries]}})


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
