"""The order list of both editions: what its dates, filters and pages select."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.conftest import INT, NOW_MS, TR, Ask, Opener
from contract_tests.tests.provider.support.orders import (
    DAY_MS,
    INT_LIST,
    LIST,
    V1,
    ids,
    packages,
    window_of,
)

MONTH_MS = 30 * DAY_MS


def test_list_without_dates_is_the_last_week(ask: Ask) -> None:
    changes = [row["lastModifiedDate"] for row in packages(ask)]
    assert min(changes) >= NOW_MS - 7 * DAY_MS
    assert len(changes) > 20


def test_windows_of_two_weeks_hold_every_package_of_the_month(ask: Ask) -> None:
    windows = (window_of(0), window_of(14))
    rows = [row for window in windows for row in packages(ask, **window)]
    unpaid_rows = [row for window in windows for row in packages(ask, status="Awaiting", **window)]
    assert unpaid_rows
    truth = ask.control(
        "GET", "/truth/orders", seller=2738, storefront="TR", **{"from": NOW_MS - 28 * DAY_MS, "to": NOW_MS}
    )["rows"]
    assert {(row["shipmentPackageId"], row["status"]) for row in (*rows, *unpaid_rows)} == {
        (row["shipmentPackageId"], row["status"]) for row in truth
    }


def test_both_ends_of_a_window_are_included(ask: Ask) -> None:
    change_ms = packages(ask)[5]["lastModifiedDate"]
    rows = packages(ask, startDate=change_ms, endDate=change_ms)
    assert {row["lastModifiedDate"] for row in rows} == {change_ms}
    assert rows


def test_window_that_is_too_wide_ends_after_two_weeks(ask: Ask) -> None:
    start_ms = NOW_MS - 28 * DAY_MS
    changes = [row["lastModifiedDate"] for row in packages(ask, startDate=start_ms, endDate=NOW_MS)]
    assert start_ms <= min(changes)
    assert max(changes) <= start_ms + 14 * DAY_MS


def test_window_that_is_too_wide_is_refused_by_decision(open_world: Opener) -> None:
    shop = open_world(decisions={"orders-window": "refuse"})
    answer = shop(LIST, TR, startDate=NOW_MS - 14 * DAY_MS - 1, endDate=NOW_MS)
    assert (answer.status_code, answer.json["error"]) == (400, "invalid.date.range")


@pytest.mark.parametrize(("days", "history"), [(30, "month"), (90, "three-months")])
def test_list_reaches_back_as_far_as_decided(open_world: Opener, days: int, history: str) -> None:
    shop = open_world(decisions={"orders-history": history})
    border_ms = NOW_MS - days * DAY_MS
    rows = packages(shop, startDate=border_ms - 10 * DAY_MS, endDate=border_ms + 4 * DAY_MS)
    assert min(row["lastModifiedDate"] for row in rows) >= border_ms


@pytest.mark.parametrize("field", ["PackageLastModifiedDate", "CreatedDate"])
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_list_is_ordered_as_asked(ask: Ask, field: str, direction: str) -> None:
    dates = {"PackageLastModifiedDate": "lastModifiedDate", "CreatedDate": "originShipmentDate"}
    values = [
        row[dates[field]] for row in packages(ask, size=7, orderByField=field, orderByDirection=direction)
    ]
    assert values == sorted(values, reverse=direction == "DESC")


def test_pages_join_without_loss_or_double(ask: Ask) -> None:
    numbers = ids(packages(ask, size=7))
    assert len(numbers) == len(set(numbers)) == ask(LIST, TR, size=7).json["totalElements"]
    assert sorted(numbers) == sorted(ids(packages(ask)))


@pytest.mark.parametrize(("headers", "path", "size"), [(TR, LIST, 200), (INT, INT_LIST, 50)])
def test_page_has_the_default_size_of_its_edition(
    ask: Ask, headers: dict[str, str], path: str, size: int
) -> None:
    assert ask(path, headers).json["size"] == size


def test_order_number_finds_a_package_older_than_a_week(ask: Ask) -> None:
    row = packages(ask, **window_of(10))[0]
    assert ids(packages(ask, orderNumber=row["orderNumber"])) == ids([row])


@pytest.mark.parametrize("spelling", ["list", "commas"])
def test_package_ids_find_those_packages(ask: Ask, spelling: str) -> None:
    numbers = ids(packages(ask, **window_of(3)))[:4]
    query_ids: Any = numbers if spelling == "list" else ",".join(map(str, numbers))
    assert sorted(ids(packages(ask, shipmentPackageIds=query_ids))) == sorted(numbers)


@pytest.mark.parametrize("status", ["Created", "Picking", "Shipped", "Delivered", "Awaiting"])
def test_status_finds_packages_of_that_status(ask: Ask, status: str) -> None:
    rows = packages(ask, status=status, **window_of(0))
    assert {row["status"] for row in rows} == {status}


def test_several_statuses_are_joined_by_commas(ask: Ask) -> None:
    rows = packages(ask, status="Shipped,Delivered", **window_of(0))
    assert {row["status"] for row in rows} == {"Shipped", "Delivered"}


def test_cancelled_finds_what_was_not_supplied_too(ask: Ask) -> None:
    rows = packages(ask, status="Cancelled", **window_of(0)) + packages(
        ask, status="Cancelled", **window_of(14)
    )
    assert {row["status"] for row in rows} == {"Cancelled", "UnSupplied"}


@pytest.mark.parametrize("query", [{"status": "Verified"}, {"supplierId": 2748}, {"orderNumber": "1"}])
def test_filter_that_nothing_meets_finds_nothing(ask: Ask, query: dict[str, Any]) -> None:
    page = ask(LIST, TR, **query).json
    assert (page["totalElements"], page["totalPages"], page["content"]) == (0, 0, [])


def test_supplier_id_of_the_seller_changes_nothing(ask: Ask) -> None:
    assert ids(packages(ask, supplierId=2738)) == ids(packages(ask))


@pytest.mark.parametrize(
    ("query", "status", "error"),
    [
        ({"size": 201}, 400, "invalid.page.size"),
        ({"page": -1}, 400, "invalid.page"),
        ({"startDate": "2026-11-01"}, 400, "invalid.date"),
        ({"startDate": 2, "endDate": 1}, 400, "invalid.date.range"),
        ({"status": "created"}, 400, "invalid.status"),
        ({"orderByField": "Price"}, 400, "invalid.order.by.field"),
        ({"orderByDirection": "asc"}, 400, "invalid.order.by.direction"),
        ({"shipmentPackageIds": list(range(1, 52))}, 400, "invalid.shipment.package.ids"),
        ({"page": 50, "size": 200}, 429, "max.query.window.exceeded"),
    ],
)
def test_refusal_names_what_is_wrong(ask: Ask, query: dict[str, Any], status: int, error: str) -> None:
    answer = ask(LIST, TR, **query)
    assert (answer.status_code, answer.json["error"]) == (status, error)


def test_last_page_within_the_window_is_served(ask: Ask) -> None:
    assert ask(LIST, TR, page=49, size=200).status_code == 200


def test_storefronts_have_their_own_packages(ask: Ask) -> None:
    romanian = packages(ask, INT_LIST, INT)
    greek = packages(ask, INT_LIST, {**INT, "storeFrontCode": "GR"})
    assert {row["currencyCode"] for row in romanian} == {"RON"}
    assert {row["currencyCode"] for row in greek} == {"EUR"}


def test_orders_of_other_marketplaces_are_not_listed(ask: Ask) -> None:
    orders = ask.control("GET", "/truth/pazarsync-orders", seller=2738, storefront="TR")["rows"]
    foreign = {row["order_number"] for row in orders if row["marketplace"] != "trendyol"}
    rows_of_list = {row["orderNumber"] for row in packages(ask, **window_of(0))}
    assert foreign
    assert not foreign & rows_of_list


def test_old_path_is_closed_by_date(ask: Ask) -> None:
    answer = ask(V1, TR)
    assert (answer.status_code, answer.json["error"]) == (426, "order.v1.closed")


def test_old_path_answers_as_the_new_one_by_decision(open_world: Opener) -> None:
    shop = open_world(decisions={"order-v1": "open"})
    shop.control("POST", "/clock/freeze", {})
    assert shop(V1, TR, size=5).json == shop(LIST, TR, size=5).json


def test_old_path_has_brown_outs_before_it_closes(open_world: Opener) -> None:
    # 1 October 2026, 10:05 and 10:15 in Istanbul.
    morning_ms = 1_790_838_300_000
    during, after = (open_world(now_ms=moment) for moment in (morning_ms, morning_ms + 600_000))
    assert during(V1, TR).json["error"] == "order.v1.brownout"
    assert after(V1, TR).status_code == 200


@pytest.mark.parametrize("path", [LIST, V1])
def test_wrong_key_is_refused_by_the_gateway(ask: Ask, path: str) -> None:
    answer = ask(path, {**TR, "Authorization": INT["Authorization"]})
    assert answer.status_code == 401
    assert answer.json["exception"] == "TrendyolAuthorizationException"
