"""The worlds that stand for shops with many orders."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.provider.conftest import INT, NOW_MS, TR, Ask, Opener
from contract_tests.tests.provider.support.orders import (
    DAY_MS,
    INT_LIST,
    LIST,
    STREAM,
    Row,
    packages,
    window_of,
)
from contract_tests.tests.provider.support.recipes import EMPTY, small
from contract_tests.tests.provider.support.worlds import opened
from emulator.trendyol.orders.wire import STATUSES

GREEK = {**INT, "storeFrontCode": "GR"}
PLACE = {"seller": 2738, "storefront": "TR"}
ORDERS = [{**PLACE, "count": 10, "days": 30, "marketplaces": ["trendyol"]}]


def month(ask: Ask, path: str, headers: dict[str, str]) -> list[Row]:
    """Every package that changed in the last four weeks, those that are not paid for too."""
    windows = [window_of(0), window_of(14)]
    rows = [row for window in windows for row in packages(ask, path, headers, **window)]
    return rows + packages(ask, path, headers, status="Awaiting", **windows[0])


def packages_on(open_world: Opener, storefront: str) -> list[Row]:
    """Thirty packages of a small shop on one storefront."""
    return packages(
        open_world(recipe=shop_on(storefront)),
        INT_LIST,
        {**INT, "storeFrontCode": storefront},
        **window_of(0),
    )


@cache
def shop_on(storefront: str) -> dict[str, Any]:
    """A recipe of thirty orders on a storefront, TR for an international seller too."""
    place = {"seller": 2748, "storefront": storefront}
    sellers = [
        {**seller, "storefronts": [storefront]} if seller["id"] == 2748 else seller
        for seller in EMPTY["sellers"]
    ]
    orders = [{**place, "count": 30, "days": 9, "marketplaces": ["trendyol"]}]
    return small(2748, storefront, sellers=sellers, money=[], orders=orders)


@pytest.mark.parametrize(
    ("world", "path", "headers"),
    [
        ("wall-orders", INT_LIST, INT),
        pytest.param("wall-orders-tr", LIST, TR, marks=pytest.mark.nightly),
        pytest.param("wall", INT_LIST, GREEK, marks=pytest.mark.nightly),
    ],
)
def test_wall_has_more_packages_in_two_weeks_than_pages_reach(
    open_world: Opener, world: str, path: str, headers: dict[str, str]
) -> None:
    shop = open_world(world)
    page = shop(path, headers, size=200, page=49, **window_of(0)).json
    assert page["totalElements"] > 10_000
    assert len(page["content"]) == 200
    assert shop(path, headers, size=200, page=50, **window_of(0)).status_code == 429


def test_demo_has_a_package_in_every_status(ask: Ask) -> None:
    for path, headers in ((LIST, TR), (INT_LIST, INT), (INT_LIST, GREEK)):
        rows = month(ask, path, headers)
        assert {row["status"] for row in rows} == set(STATUSES.values()), headers


def test_demo_has_orders_of_every_kind(ask: Ask) -> None:
    turkish, romanian, greek = (
        month(ask, path, headers) for path, headers in ((LIST, TR), (INT_LIST, INT), (INT_LIST, GREEK))
    )
    for mark in ("commercial", "micro", "3pByTrendyol"):
        assert any(row[mark] for row in turkish), mark
    for mark in ("commercial", "is4P", "isCod"):
        assert any(row[mark] for row in romanian), mark
    assert {"split", "cancel", "order-creation"} <= {row["createdBy"] for row in turkish}
    lockers = [row for row in greek if row["cargoProviderName"] == "BOXNOW"]
    assert {row["sellerDeliveryMethod"] for row in lockers} == {"LOCKER"}
    assert all(len(row["sellerOtpCode"]) == 6 for row in lockers)


def test_lockers_and_their_carrier_begin_on_their_day(open_world: Opener) -> None:
    day_ms = 1_787_259_600_000  # 21 August 2026 in Istanbul
    path = "/integration/product/lookup/cargo-providers"
    for now_ms, is_there in ((day_ms - DAY_MS, False), (day_ms, True)):
        shop = open_world(now_ms=now_ms)
        assert ("BOXNOW" in {row["code"] for row in shop(path, GREEK).json}) == is_there
    before = open_world(now_ms=day_ms - DAY_MS)
    rows = packages(before, INT_LIST, GREEK, startDate=day_ms - 14 * DAY_MS, endDate=day_ms)
    assert rows
    assert not [row for row in rows if row["cargoProviderName"] == "BOXNOW"]


def test_cash_is_taken_by_two_carriers_of_the_gulf(open_world: Opener) -> None:
    place = {"seller": 2748, "storefront": "AE"}
    orders = [{**place, "count": 0, "days": 9, "marketplaces": ["trendyol"], "kinds": True}]
    shop = open_world(recipe={**shop_on("AE"), "orders": orders})
    rows = [row for row in month(shop, INT_LIST, {**INT, "storeFrontCode": "AE"}) if row["isCod"]]
    assert rows
    assert {row["cargoProviderName"] for row in rows} <= {"Aramex", "Shipa", "ADEL"}
    waiting = next(row for row in rows if row["status"] in ("Created", "Picking"))
    number = f"/integration/order/sellers/2748/shipment-packages/{waiting['shipmentPackageId']}"
    codes = {}
    for code in ("EMX", "Shipa"):
        answer = shop.send(
            "PUT",
            f"{number}/cargo-providers",
            headers={**INT, "storeFrontCode": "AE"},
            json={"cargoProvider": code},
        )
        codes[code] = answer.status_code if answer.status_code == 200 else answer.json["errors"][0]["key"]
    assert codes == {"EMX": "CPE004", "Shipa": 200}


def test_digital_goods_wait_for_their_code_and_arrive_by_it(open_world: Opener) -> None:
    shop = open_world(recipe=small(money=[], orders=[{**ORDERS[0], "kinds": True}]))
    rows = [
        row
        for row in month(shop, LIST, TR)
        if {line["businessUnit"] for line in row["lines"]} == {"Digital Goods"}
    ]
    assert sorted(row["status"] for row in rows) == ["Created", "Delivered"]
    waiting = next(row for row in rows if row["status"] == "Created")
    path = f"/integration/order/sellers/2738/shipment-packages/{waiting['shipmentPackageId']}"
    code = {"isPhoneNumber": True, "trackingInfo": "5550000000", "params": {"digitalCode": "FAKE-CODE-1"}}
    answer = shop.send("PUT", f"{path}/alternative-delivery-digital", headers=TR, json=code)
    assert answer.status_code == 200


def test_address_of_the_gulf_is_whole_once_the_seller_has_begun(open_world: Opener) -> None:
    rows = packages_on(open_world, "SA")
    parts = {
        row["status"] in ("Created", "Awaiting"): bool(row["shipmentAddress"]["stateName"]) for row in rows
    }
    assert parts == {True: False, False: True}


def test_orders_of_kinds_take_nothing_from_stock(open_world: Opener) -> None:
    recipe = small(money=[], orders=[{**ORDERS[0], "kinds": True}])
    plain = small(money=[], orders=ORDERS)
    stocks = [
        open_world(recipe=each).control("GET", "/truth/stock", seller=2738)["rows"]
        for each in (recipe, plain)
    ]
    assert stocks[0] == stocks[1]


def test_goods_that_the_marketplace_exports_are_invoiced_to_it(ask: Ask) -> None:
    for row in (*month(ask, LIST, TR), *month(ask, INT_LIST, INT)):
        is_platforms = row["invoiceAddress"]["company"].startswith("DSM Grup")
        assert is_platforms == (row["3pByTrendyol"] or row["is4P"])


def test_only_micro_export_has_a_customs_declaration(ask: Ask) -> None:
    for row in month(ask, LIST, TR):
        assert ("etgbNo" in row, "etgbDate" in row, "hsCode" in row) == (row["micro"],) * 3
        if row["micro"]:
            sent = [entry for entry in row["packageHistories"] if entry["status"] == "Shipped"]
            assert (row["etgbDate"] is not None, row["etgbNo"] != "") == (bool(sent),) * 2


def test_counties_are_those_of_central_europe_and_states_those_of_the_gulf(open_world: Opener) -> None:
    parts = {
        code: tuple(
            bool(row["shipmentAddress"][name])
            for name in ("countyName", "countyId", "stateName", "shortAddress")
        )
        for code in ("RO", "SA", "DE", "TR")
        for row in packages_on(open_world, code)
    }
    assert parts == {
        "RO": (True, True, False, False),
        "SA": (False, False, True, True),
        "DE": (False,) * 4,
        "TR": (False,) * 4,
    }


@pytest.mark.parametrize(
    ("storefront", "carriers"),
    [
        ("RO", {"FANCOURIER", "DPD Romania", "FANEX"}),
        ("GR", {"ACS", "GENIKI"}),
        ("AE", {"Aramex", "EMX", "J&T", "Shipa", "Logistiq H&B"}),
        ("SA", {"Aramex", "J&T", "Shipa", "SPL", "JoyExpress", "Logistiq H&B"}),
    ],
)
def test_packages_abroad_are_brought_by_carriers_there(
    open_world: Opener, storefront: str, carriers: set[str]
) -> None:
    names = {row["cargoProviderName"] for row in packages_on(open_world, storefront)}
    assert names <= carriers
    assert len(names) > 1


@pytest.mark.nightly
def test_busy_world_has_forty_thousand_packages_over_three_months_and_what_they_bring(tmp_path: Path) -> None:
    world = opened(tmp_path, "busy")
    ((count, oldest_ms, newest_ms),) = world.store.rows(
        "SELECT COUNT(*), MIN(placed_ms), MAX(placed_ms) FROM package"
    )
    ((claims, questions),) = world.store.rows(
        "SELECT (SELECT COUNT(*) FROM claim), (SELECT COUNT(*) FROM question)"
    )
    world.close()
    assert count == 40_000
    assert newest_ms - oldest_ms > 88 * DAY_MS
    assert 1_500 <= claims < 1_600
    assert questions == 800


def test_package_reads_the_same_whether_its_document_is_ready_or_drawn(open_world: Opener) -> None:
    rows = {}
    for documents in ("ready", "when-read"):
        shop = open_world(recipe=small(orders=[{**ORDERS[0], "documents": documents}]))
        rows[documents] = packages(shop, LIST, TR, **window_of(0))
    pairs = zip(rows["ready"], rows["when-read"], strict=True)
    differences = [
        (name, one[name], other[name]) for one, other in pairs for name in one if one[name] != other.get(name)
    ]
    assert differences == []
    assert rows["ready"] == rows["when-read"] != []


def test_package_of_long_ago_reads_whole_in_the_stream(open_world: Opener) -> None:
    orders = [{**PLACE, "count": 40, "days": 80, "marketplaces": ["trendyol"]}]
    shop = open_world(recipe=small(orders=orders))
    start_ms = NOW_MS - 60 * DAY_MS
    span = {"lastModifiedStartDate": start_ms, "lastModifiedEndDate": start_ms + 14 * DAY_MS}
    rows = shop(STREAM, TR, **span).json["content"]
    assert rows
    assert all(row["lines"] and row["lastModifiedDate"] < start_ms + 14 * DAY_MS for row in rows)
