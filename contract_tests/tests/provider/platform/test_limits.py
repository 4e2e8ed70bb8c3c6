"""How often somebody may ask, in each bucket."""

from __future__ import annotations

from typing import Any

from contract_tests.tests.provider.conftest import Opener
from contract_tests.tests.provider.support.refusals import (
    APPROVED,
    OTHERS,
    SALES,
    SETTLEMENTS,
    first_error,
    refused,
)
from emulator.contract.contract import load_contract


def bucket(operation_id: str, edition: str, name: str) -> Any:
    operation = next(
        entry for entry in load_contract().operations if (entry.id, entry.edition) == (operation_id, edition)
    )
    return next(entry for entry in operation.buckets if entry.name == name)


def test_request_after_the_last_allowed_one_is_429_until_the_clock_moves(open_world: Opener) -> None:
    ask = open_world("empty", limits="on")
    ask.control("POST", "/clock/freeze", {})
    limit = bucket("filterApprovedProducts", "int", "")
    assert [ask(APPROVED).status_code for _ in range(limit.requests)] == [200] * limit.requests
    answer = ask(APPROVED)
    assert refused(answer) == (429, "too-many-requests")
    assert first_error(answer)["key"] == "too.many.requests"
    assert "Retry-After" not in answer.headers
    ask.control("POST", "/clock/advance", {"ms": limit.per_ms - 1})
    assert ask(APPROVED).status_code == 429
    ask.control("POST", "/clock/advance", {"ms": 1})
    assert ask(APPROVED).status_code == 200


def test_limit_counts_each_endpoint_by_itself(open_world: Opener) -> None:
    ask = open_world("empty", limits="on")
    ask.control("POST", "/clock/freeze", {})
    for _ in range(bucket("filterApprovedProducts", "int", "").requests + 1):
        last = ask(APPROVED)
    assert last.status_code == 429
    assert ask(f"{APPROVED}/inventory-and-price").status_code == 200


def test_group_limit_is_shared_by_the_services_of_the_group(open_world: Opener) -> None:
    ask = open_world("empty", limits="on")
    ask.control("POST", "/clock/freeze", {})
    endpoint, group = bucket("getSettlements", "int", ""), bucket("getSettlements", "int", "finance")
    for index in range(group.requests):
        if index % endpoint.requests == 0:
            ask.control("POST", "/clock/advance", {"ms": endpoint.per_ms})
        path, kind = ((SETTLEMENTS, "Sale"), (OTHERS, "PaymentOrder"))[index % 2]
        assert ask(path, **{**SALES, "transactionType": kind}).status_code == 200, index
    ask.control("POST", "/clock/advance", {"ms": endpoint.per_ms})
    assert refused(ask(SETTLEMENTS, **SALES)) == (429, "too-many-requests")
    assert refused(ask(OTHERS, **{**SALES, "transactionType": "PaymentOrder"})) == (429, "too-many-requests")
    assert ask(APPROVED).status_code == 200


def test_refusal_tells_when_to_come_back_where_that_is_decided(open_world: Opener) -> None:
    ask = open_world("empty", limits="on", decisions={"retry-after": "seconds"})
    ask.control("POST", "/clock/freeze", {})
    for _ in range(bucket("filterApprovedProducts", "int", "").requests + 1):
        answer = ask(APPROVED)
    assert answer.headers["Retry-After"] == "10"
