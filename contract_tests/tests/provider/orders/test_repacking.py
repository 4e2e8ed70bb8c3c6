"""Packages that are taken apart: by a split, by a partial cancellation; what each view shows of them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from contract_tests.tests.provider.conftest import NOW_MS, TR, Ask
from contract_tests.tests.provider.support.orders import DAY_MS, LIST, packages, stream

Row = dict[str, Any]


def take_apart(ask: Ask, what: str) -> tuple[Row, list[Row]]:
    """Take a package apart; give it as the list has it, and those that were made of it."""
    summary = ask.control("POST", "/moves", {"what": what, "seller": 2738})["summary"]
    number = int(re.findall(r"package (\d+)", summary)[0])
    (parent,) = ask(LIST, TR, shipmentPackageIds=number).json["content"]
    family = packages(ask, orderNumber=parent["orderNumber"])
    return parent, [row for row in family if row["shipmentPackageId"] != number]


def units(*rows: Row) -> dict[int, int]:
    """How many units of each line packages hold."""
    counts: dict[int, int] = {}
    for line in [line for row in rows for line in row["lines"]]:
        counts[line["lineId"]] = counts.get(line["lineId"], 0) + line["quantity"]
    return counts


def test_split_leaves_the_parent_unpacked_beside_its_children(ask: Ask) -> None:
    parent, children = take_apart(ask, "package-split")
    assert (parent["status"], parent["createdBy"]) == ("UnPacked", "order-creation")
    assert parent["originPackageIds"] is None
    assert {(row["status"], row["createdBy"]) for row in children} == {("Created", "split")}
    assert {tuple(row["originPackageIds"]) for row in children} == {(parent["shipmentPackageId"],)}
    assert len({row["cargoTrackingNumber"] for row in (parent, *children)}) == 1 + len(children)


def test_children_of_a_split_hold_every_unit_once(ask: Ask) -> None:
    parent, children = take_apart(ask, "package-split")
    assert len(children) == 2
    assert units(*children) == units(parent)
    prices = [Decimal(str(row["packageTotalPrice"])) for row in children]
    assert sum(prices) == Decimal(str(parent["packageTotalPrice"]))


def test_cancelled_unit_leaves_the_rest_in_a_package_of_its_own(ask: Ask) -> None:
    parent, (rest,) = take_apart(ask, "unit-cancelled")
    assert (parent["status"], rest["status"], rest["createdBy"]) == ("Cancelled", "Created", "cancel")
    assert sum(units(parent).values()) == sum(units(rest).values()) + 1
    assert parent["lines"][0]["cancelledBy"] == "customer"


def stocks(ask: Ask) -> dict[str, int]:
    """The stock of each barcode."""
    rows = ask.control("GET", "/truth/products", seller=2738)["rows"]
    return {row["barcode"]: row["quantity"] for row in rows}


def test_cancelled_unit_is_in_stock_again(ask: Ask) -> None:
    before = stocks(ask)
    parent, _ = take_apart(ask, "unit-cancelled")
    changes = {
        barcode: quantity - before[barcode]
        for barcode, quantity in stocks(ask).items()
        if quantity != before[barcode]
    }
    assert changes == {parent["lines"][0]["barcode"]: 1}


@pytest.mark.parametrize("what", ["package-split", "unit-cancelled"])
def test_every_view_shows_the_same_family(ask: Ask, what: str) -> None:
    parent, children = take_apart(ask, what)
    family = {row["shipmentPackageId"]: row["status"] for row in (parent, *children)}
    rows_of_stream = {row["shipmentPackageId"]: row["status"] for row in stream(ask, size=200)}
    truth = ask.control("GET", "/truth/orders", seller=2738)["rows"]
    assert family.items() <= rows_of_stream.items()
    assert family.items() <= {row["shipmentPackageId"]: row["status"] for row in truth}.items()


@pytest.mark.parametrize("what", ["package-split", "unit-cancelled"])
def test_pazarsync_goes_on_seeing_one_order(ask: Ask, what: str) -> None:
    parent, children = take_apart(ask, what)
    rows = ask.control("GET", "/truth/pazarsync-orders", seller=2738)["rows"]
    (order,) = [row for row in rows if row["order_number"] == parent["orderNumber"]]
    assert order["items_count"] == sum(units(*children).values())


def test_children_go_on_their_parents_way(ask: Ask) -> None:
    _, children = take_apart(ask, "package-split")
    ask.control("POST", "/clock/advance", {"ms": 12 * 86_400_000})
    numbers = ",".join(str(row["shipmentPackageId"]) for row in children)
    assert {row["status"] for row in packages(ask, shipmentPackageIds=numbers)} == {"Delivered"}


def test_window_of_today_holds_the_whole_family(ask: Ask) -> None:
    parent, children = take_apart(ask, "package-split")
    rows = packages(ask, startDate=NOW_MS, endDate=NOW_MS + DAY_MS)
    numbers = {row["shipmentPackageId"] for row in rows}
    assert {row["shipmentPackageId"] for row in (parent, *children)} <= numbers
