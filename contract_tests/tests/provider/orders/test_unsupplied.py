"""Items that cannot be supplied: what becomes of the package, the rest and the stock."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.conftest import TR, Ask, Opener
from contract_tests.tests.provider.support.packages import (
    BEFORE_SHIPPING,
    EDITIONS,
    STATUSES,
    every_status,
    lines_of,
    number_in,
    package,
    packages_of,
    refusal,
    units,
    write,
)


def cancel_body(document: dict[str, Any], *lines: dict[str, int], **more: Any) -> dict[str, Any]:
    return {"lines": list(lines) or lines_of(document), "reasonId": 500, **more}


@pytest.mark.parametrize("at", BEFORE_SHIPPING)
@pytest.mark.parametrize("edition", EDITIONS)
def test_whole_package_unsupplied_is_cancelled_without_a_new_one(
    packages: Ask, at: str, edition: str
) -> None:
    number = number_in(at, edition)
    before = package(packages, number)
    assert write(packages, number, "/items/unsupplied", cancel_body(before), edition).status_code == 200
    (after,) = packages_of(packages, before["orderNumber"])
    assert after["status"] == "Cancelled"
    assert {(line["cancelledBy"], line["cancelReasonCode"]) for line in after["lines"]} == {("seller", 500)}


@pytest.mark.parametrize("edition", EDITIONS)
def test_part_unsupplied_leaves_a_new_package_of_the_same_order(packages: Ask, edition: str) -> None:
    number = number_in("picking", edition)
    before = package(packages, number)
    third = {**lines_of(before)[2], "quantity": 3}
    body = cancel_body(before, lines_of(before)[0], third)
    assert write(packages, number, "/items/unsupplied", body, edition).status_code == 200
    old, new = packages_of(packages, before["orderNumber"])
    assert (old["shipmentPackageId"], old["status"], new["status"]) == (number, "Cancelled", "Created")
    assert (new["createdBy"], new["originPackageIds"]) == ("cancel", [number])
    assert new["cargoTrackingNumber"] != old["cargoTrackingNumber"]
    assert units(new) == {before["lines"][1]["lineId"]: 2, before["lines"][2]["lineId"]: 1}


@pytest.mark.parametrize(("edition", "status"), [("int", "Picking"), ("tr", "Created")])
def test_status_is_kept_in_the_international_edition_alone(packages: Ask, edition: str, status: str) -> None:
    number = number_in("picking", edition)
    before = package(packages, number)
    body = cancel_body(before, lines_of(before)[0], shouldKeepPreviousStatus=True)
    assert write(packages, number, "/items/unsupplied", body, edition).status_code == 200
    assert packages_of(packages, before["orderNumber"])[1]["status"] == status


def test_amounts_of_a_partial_cancellation_add_up(packages: Ask) -> None:
    number = number_in("created")
    before = package(packages, number)
    write(packages, number, "/items/unsupplied", cancel_body(before, {**lines_of(before)[2], "quantity": 1}))
    _, new = packages_of(packages, before["orderNumber"])
    prices = [each["lineItemPrice"] for line in new["lines"] for each in line["discountDetails"]]
    assert round(sum(prices), 2) == new["packageTotalPrice"]
    assert len(prices) == 6


def test_unsupplied_by_decision_is_a_status_of_its_own(open_world: Opener) -> None:
    ask = open_world(recipe=every_status(), decisions={"unsupplied-status": "unsupplied"})
    number = number_in("created")
    write(ask, number, "/items/unsupplied", cancel_body(package(ask, number)))
    assert package(ask, number)["status"] == "UnSupplied"


@pytest.mark.parametrize(
    ("edition", "reason", "status"),
    [("tr", 503, 400), ("int", 503, 200), ("tr", 506, 200), ("int", 507, 400), ("tr", "500", 400)],
)
def test_reasons_are_those_of_the_edition(packages: Ask, edition: str, reason: Any, status: int) -> None:
    number = number_in("created", edition)
    body = cancel_body(package(packages, number), reasonId=reason)
    answer = write(packages, number, "/items/unsupplied", body, edition)
    assert answer.status_code == status
    assert status == 200 or refusal(answer) == (400, "package-reason-invalid")


def test_reason_503_is_refused_by_decision(open_world: Opener) -> None:
    ask = open_world(recipe=every_status(), decisions={"unsupplied-503": "refuse"})
    number = number_in("created", "int")
    body = cancel_body(package(ask, number), reasonId=503)
    answer = write(ask, number, "/items/unsupplied", body, "int")
    assert refusal(answer) == (400, "package-reason-invalid")


@pytest.mark.parametrize("at", [status for status in STATUSES if status not in BEFORE_SHIPPING])
def test_nothing_is_cancelled_that_a_carrier_has(packages: Ask, at: str) -> None:
    number = number_in(at)
    before = package(packages, number)
    answer = write(packages, number, "/items/unsupplied", cancel_body(before))
    assert refusal(answer) == (400, "package-transition-refused")
    assert package(packages, number) == before


def test_stock_comes_back_where_items_are_cancelled(ask: Ask) -> None:
    rows = ask.control("GET", "/truth/orders", seller=2738)["rows"]
    first_row = next(row for row in rows if row["status"] == "Created")
    before = package(ask, first_row["shipmentPackageId"])
    barcode = before["lines"][0]["barcode"]
    stocks = []
    for _ in range(2):
        page = ask("/integration/product/sellers/2738/products/approved", TR, barcode=barcode).json
        variants = [each for content in page["content"] for each in content["variants"]]
        stocks.append(next(each["stock"]["quantity"] for each in variants if each["barcode"] == barcode))
        body = cancel_body(before, {**lines_of(before)[0], "quantity": 1})
        write(ask, first_row["shipmentPackageId"], "/items/unsupplied", body)
    assert stocks == [stocks[0], stocks[0] + 1]


def test_customer_who_cancels_is_named_on_each_line(packages: Ask) -> None:
    move = {"what": "order-moved", "seller": 2738, "status": "cancelled", "pick": 1}
    packages.control("POST", "/moves", move)
    document = package(packages, number_in("created"))
    assert document["status"] == "Cancelled"
    assert {line["cancelledBy"] for line in document["lines"]} == {"customer"}
