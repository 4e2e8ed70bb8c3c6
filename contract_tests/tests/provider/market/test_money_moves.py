"""Moves of an account: late rows, returns, corrections, and what they add up to."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

from contract_tests.tests.provider.conftest import NOW_MS, TR, Ask
from contract_tests.tests.provider.support.control import refusal
from contract_tests.tests.provider.support.finance import AREA, DAY_MS, rows, windows
from contract_tests.tests.provider.support.moves import move, number_in, truth

SETTLEMENTS = f"{AREA}/2738/settlements"
MOVE = {"what": "entry-booked", "seller": 2738}
ALL = {"startDate": NOW_MS - 15 * DAY_MS, "endDate": NOW_MS}


def settlements(ask: Ask, kind: str) -> list[dict[str, Any]]:
    return rows(ask, SETTLEMENTS, TR, transactionType=kind, **ALL)


def test_late_booking_stands_where_its_moment_is(shop: Ask) -> None:
    before = settlements(shop, "Sale")
    summary = move(shop, "entry-booked", ago_ms=10 * DAY_MS)
    after = settlements(shop, "Sale")
    (late,) = [row for row in after if row not in before]
    assert late["id"] == str(number_in(summary, "sale"))
    assert late["transactionDate"] == NOW_MS - 10 * DAY_MS
    assert [row["transactionDate"] for row in after] == sorted(
        (row["transactionDate"] for row in after), reverse=True
    )
    assert late["id"] in {row["id"] for row in truth(shop, "settlements")}


def test_late_booking_is_paid_on_the_wednesday_after_it_falls_due(shop: Ask) -> None:
    number = number_in(move(shop, "entry-booked"), "sale")
    shop.control("POST", "/clock/advance", {"ms": 40 * DAY_MS})
    (paid,) = [row for row in truth(shop, "settlements") if row["id"] == str(number)]
    assert paid["paymentOrderId"] in {row["paymentOrderId"] for row in truth(shop, "totals")}


def test_totals_follow_what_is_booked(shop: Ask) -> None:
    unpaid = [row for row in truth(shop, "totals") if row["paymentOrderId"] is None]
    number = number_in(move(shop, "entry-booked"), "sale")
    (sale,) = [row for row in truth(shop, "settlements") if row["id"] == str(number)]
    after = [row for row in truth(shop, "totals") if row["paymentOrderId"] is None]
    assert Decimal(after[0]["net"]) - Decimal(unpaid[0]["net"]) == Decimal(sale["sellerRevenue"])


def other_rows(shop: Ask, type_name: str) -> list[dict[str, Any]]:
    """The rows of a type that are no settlements, the latest first."""
    return rows(shop, f"{AREA}/2738/otherfinancials", TR, transactionType=type_name, **ALL)


def test_other_rows_are_booked_by_their_type(shop: Ask) -> None:
    move(shop, "entry-booked", ago_ms=DAY_MS + 1)
    move(shop, "entry-booked", type="stoppage", ago_ms=DAY_MS)
    entries = other_rows(shop, "Stoppage")
    assert entries[0]["transactionDate"] == NOW_MS - DAY_MS
    assert entries[0]["id"] in {row["id"] for row in truth(shop, "otherfinancials")}


def test_cargo_invoice_that_is_booked_has_its_parcels(shop: Ask) -> None:
    for _ in range(4):
        move(shop, "entry-booked", type="cargo")
    entries = other_rows(shop, "DeductionInvoices")
    cargo = [
        row
        for row in entries
        if row["transactionType"].startswith("Kargo Fatura") and row["transactionDate"] == NOW_MS
    ]
    assert cargo
    for row in cargo:
        items = rows(shop, f"{AREA}/2738/cargo-invoice/{row['id']}/items", TR)
        assert round(sum(item["amount"] for item in items), 2) == row["debt"]


def test_cargo_invoices_charge_the_parcels_that_came_back_each_once(shop: Ask) -> None:
    opened = move(shop, "claim-opened")
    move(shop, "claim-brought")
    while shop.send("POST", "/_emulator/moves", json={**MOVE, "type": "cargo"}).status_code == 200:
        pass
    assert refusal(shop, "POST", "/moves", {**MOVE, "type": "cargo"}) == (409, "move-impossible")
    entries = other_rows(shop, "DeductionInvoices")
    items = [
        item
        for row in entries
        if row["transactionDate"] == NOW_MS
        for item in rows(shop, f"{AREA}/2738/cargo-invoice/{row['id']}/items", TR)
    ]
    numbers = [
        (item["orderNumber"], str(item["parcelUniqueId"]))
        for item in items
        if item["shipmentPackageType"] == "İade Kargo Bedeli"
    ]
    claims = shop("/integration/order/sellers/2738/claims", TR, size=200).json["content"]
    number_by_id = {each["id"]: (each["orderNumber"], str(each["cargoTrackingNumber"])) for each in claims}
    assert number_by_id[opened.split()[1]] in numbers
    assert len(set(numbers)) == len(numbers)
    assert set(numbers) <= set(number_by_id.values())


def test_charge_of_its_own_is_booked_by_its_name(shop: Ask) -> None:
    move(shop, "entry-booked")
    for name, label in (("advertising", "Reklam Bedeli"), ("late_dispatch", "Termin Gecikme Bedeli")):
        number = move(shop, "entry-booked", type=name).split()[2]
        entries = other_rows(shop, "DeductionInvoices")
        assert {row["transactionType"] for row in entries if row["id"] == number} == {label}


def test_return_follows_a_sale_that_was_not_returned(shop: Ask) -> None:
    summary = move(shop, "return-booked", pick=1)
    (back,) = [row for row in settlements(shop, "Return") if row["transactionDate"] == NOW_MS]
    assert back["id"] == str(number_in(summary, "return"))
    sales = [row for row in truth(shop, "settlements") if row["transactionType"] == "Satış"]
    amounts = {float(row["credit"]) for row in sales if line_of(row) == line_of(back)}
    assert back["debt"] in amounts


def test_each_unit_sold_comes_back_once(shop: Ask) -> None:
    sold, returned = lines_of(shop, "Sale") + lines_of(shop, "PayByLink"), lines_of(shop, "Return")
    assert returned < sold
    for _ in range((sold - returned).total()):
        move(shop, "return-booked", pick=1)
    assert lines_of(shop, "Return") == sold
    assert refusal(shop, "POST", "/moves", {**MOVE, "what": "return-booked"}) == (409, "move-impossible")


def lines_of(ask: Ask, kind: str) -> Counter[tuple[str, str]]:
    """How many rows of a type each line of an order has, in ninety days."""
    by_id = {
        row["id"]: line_of(row)
        for window in windows(90)
        for row in rows(ask, SETTLEMENTS, TR, transactionType=kind, **window)
    }
    return Counter(by_id.values())


def line_of(row: dict[str, Any]) -> tuple[str, str]:
    return row["orderNumber"], row["barcode"]


def test_corrections_come_in_pairs_on_one_sale(shop: Ask) -> None:
    move(shop, "correction-booked", type="seller_revenue_positive")
    pair = [
        row
        for kind in ("SellerRevenuePositive", "CommissionNegative")
        for row in settlements(shop, kind)
        if row["transactionDate"] == NOW_MS
    ]
    assert len(pair) == 2
    assert len({(row["orderNumber"], row["barcode"]) for row in pair}) == 1
