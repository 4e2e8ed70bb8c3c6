"""How the right client of the order list reads what pages do not reach, and what never comes to rest."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract_tests.clients.client import export, sync
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.order_list import A_MINUTE, MOST, SIZE
from contract_tests.config.file import RUN_S
from contract_tests.profiles.every import reference_client
from contract_tests.tests.kit.support.market import ENVIRONMENT, NOW_MS, Answer, Market

ORDERS = reference_client("orders-poll")
AT_HOME = {**ENVIRONMENT, "TRENDYOL_STOREFRONT": ""}
DAY_MS = 86_400_000
WINDOW_MS = 14 * DAY_MS
SECOND_MS = 1000


def packages(changes_ms: list[int]) -> list[dict[str, Any]]:
    """Packages that changed last at those moments."""
    rest = {"orderNumber": "1", "status": "Created", "packageTotalPrice": 10.5, "currencyCode": "TRY"}
    facts = {**rest, "orderDate": NOW_MS, "lines": [{"quantity": 1}]}
    return [
        facts | {"shipmentPackageId": number, "lastModifiedDate": at_ms}
        for number, at_ms in enumerate(changes_ms)
    ]


def market_of(rows: list[dict[str, Any]], moves_an_answer: int = 0) -> Market:
    """List packages by their last change; some of them change right before every answer."""

    def answer(number: int) -> Answer:
        for place in range(number * moves_an_answer, (number + 1) * moves_an_answer):
            rows[place % len(rows)]["lastModifiedDate"] = NOW_MS + number
        query = market.asked[-1].query
        from_ms, to_ms = int(query["startDate"]), int(query["endDate"])
        matching_rows = [row for row in rows if from_ms <= row["lastModifiedDate"] <= to_ms]
        matching_rows.sort(key=lambda row: row["lastModifiedDate"])
        start = int(query["page"]) * SIZE
        body = {"totalElements": len(matching_rows), "content": matching_rows[start : start + SIZE]}
        return 200, {}, json.dumps(body).encode()

    market = Market(rows, trouble=answer)
    return market


def read(market: Market) -> set[int]:
    """Synchronise once, and give the numbers of the packages that are held then."""
    copy = LocalCopy()
    sync(ORDERS, AT_HOME, copy, market.session, market.clock)
    return {row["shipmentPackageId"] for row in export(ORDERS, "orders", copy)}


@pytest.mark.parametrize("moves_an_answer", [0, 4])
def test_more_packages_than_pages_reach_are_read_in_the_time_of_a_run(moves_an_answer: int) -> None:
    count = MOST + 400
    market = market_of(packages([NOW_MS - number * SECOND_MS for number in range(count)]), moves_an_answer)
    began_s = market.now
    still_numbers = {row["shipmentPackageId"] for row in market.rows} - set(
        range((count // SIZE + 9) * moves_an_answer)
    )
    assert read(market) >= still_numbers
    assert len(market.asked) <= 2 * A_MINUTE.requests
    assert market.now - began_s < RUN_S / 2


def test_packages_that_never_rest_are_read_all_the_same() -> None:
    market = market_of(
        packages([NOW_MS - number * SECOND_MS for number in range(3 * SIZE)]), moves_an_answer=1
    )
    still_numbers = {row["shipmentPackageId"] for row in market.rows} - set(range(len(market.rows) // 4))
    assert read(market) >= still_numbers


def test_pages_are_turned_within_a_moment_that_more_packages_share_than_one_has() -> None:
    same_moment = [NOW_MS - DAY_MS] * (5 * SIZE // 2)
    apart = [NOW_MS - number * SECOND_MS for number in range(MOST)]
    market = market_of(packages(same_moment + apart))
    assert read(market) == set(range(len(market.rows)))
    assert {one.query["page"] for one in market.asked} == {"0", "1", "2"}
