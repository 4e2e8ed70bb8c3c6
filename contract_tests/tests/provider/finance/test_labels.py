"""What deduction rows call themselves, payouts of two decimals, and the date a row was paid."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from contract_tests.tests.provider.conftest import INT, NOW_MS, TR, Ask, Opener
from contract_tests.tests.provider.support.finance import AREA, DAY_MS, rows

TYPES = "DeductionInvoices,ReturnInvoice"
DECIMALS = [{"seller": 2738, "storefront": "TR", "days": 90, "rows": 400, "decimals": True}]
LABELS = {
    "Komisyon Faturası", "Kargo Faturası", "Kargo Fatura", "Platform Hizmet Bedeli", "Reklam Bedeli",
    "Termin Gecikme Bedeli", "Tedarik Edememe", "Tedarik Edememe Faturası", "Uluslararası Hizmet Bedeli",
    "MP Kargo İtiraz İade Faturası", "Tedarikçi Faturası",
}  # fmt: skip
CAPITALS = str.maketrans("çğıöşüÇĞİÖŞÜ", "cgiosuCGIOSU")


def deductions(ask: Ask, types: str = TYPES) -> list[dict[str, Any]]:
    """Read ninety days of deductions and return invoices of the Turkish seller."""
    path, entries = f"{AREA}/2738/otherfinancials", []
    for back in range(6):
        window = {"startDate": NOW_MS - (back + 1) * 15 * DAY_MS, "endDate": NOW_MS - back * 15 * DAY_MS - 1}
        entries += rows(ask, path, TR, transactionTypes=types, **window)
    return entries


def test_turkish_deductions_are_labelled_as_seen_live(ask: Ask) -> None:
    assert {row["transactionType"] for row in deductions(ask)} == LABELS


def test_commission_invoices_are_the_costliest(ask: Ask) -> None:
    sums: Counter[str] = Counter()
    charges = deductions(ask, "DeductionInvoices")
    for row in charges:
        sums[row["transactionType"]] += row["debt"]
    commission = [row for row in charges if row["transactionType"] == "Komisyon Faturası"]
    assert 0.1 < len(commission) / len(charges) < 0.3
    assert sums["Komisyon Faturası"] > sum(sums.values()) / 2


def test_both_labels_of_cargo_invoices_have_parcels(ask: Ask) -> None:
    ids = {row["transactionType"]: row["id"] for row in deductions(ask)}
    for label in ("Kargo Fatura", "Kargo Faturası"):
        assert rows(ask, f"{AREA}/2738/cargo-invoice/{ids[label]}/items", TR)


def test_return_invoices_are_the_suppliers(ask: Ask) -> None:
    returns = deductions(ask, "ReturnInvoice")
    assert {row["transactionType"] for row in returns} == {"Tedarikçi Faturası"}
    assert all(row["id"].startswith("TYE20") for row in returns)


def test_unusual_world_writes_some_labels_otherwise(open_world: Opener) -> None:
    labels = {row["transactionType"] for row in deductions(open_world(unusual=True))}
    odd = labels - LABELS
    assert odd <= {each.translate(CAPITALS).upper() for each in LABELS} | {
        each.replace("ı", "Õ") for each in LABELS
    }
    assert any(label.isupper() and label.isascii() for label in odd)
    assert any("Õ" in label for label in odd)


def test_settlements_keep_their_labels_in_an_unusual_world(open_world: Opener) -> None:
    window = {"startDate": NOW_MS - 15 * DAY_MS, "endDate": NOW_MS}
    entries = rows(
        open_world(unusual=True), f"{AREA}/2748/settlements", INT, transactionType="Sale", **window
    )
    assert {row["transactionType"] for row in entries} == {"Satış"}


def test_payouts_have_two_decimals(open_world: Opener) -> None:
    recipe = {"name": "decimals", "like": "empty", "money": DECIMALS}
    ask = open_world(recipe=recipe)
    payouts = rows(ask, f"{AREA}/2738/payment-order", TR)
    totals = {row["paymentOrderId"]: row for row in ask.control("GET", "/truth/totals", seller=2738)["rows"]}
    assert len(payouts) > 5
    assert all(each["amount"] == round(each["amount"], 2) for each in payouts)
    sums = [float(totals[each["id"]]["net"]) for each in payouts]
    assert any(total != round(total, 2) for total in sums)


@pytest.mark.parametrize("decision", ["estimate", "paid-day"])
def test_payment_date_of_a_paid_row_follows_the_decision(open_world: Opener, decision: str) -> None:
    ask = open_world(decisions={"payment-date": decision})
    payouts = {each["id"]: each["payoutDate"] for each in rows(ask, f"{AREA}/2738/payment-order", TR)}
    window = {"startDate": NOW_MS - 60 * DAY_MS, "endDate": NOW_MS - 45 * DAY_MS}
    for row in rows(ask, f"{AREA}/2738/settlements", TR, transactionType="Sale", **window):
        estimate = row["transactionDate"] + row["paymentPeriod"] * DAY_MS
        payout_ms = payouts[row["paymentOrderId"]]
        assert estimate <= payout_ms
        assert row["paymentDate"] == (estimate if decision == "estimate" else payout_ms)


def test_unpaid_row_shows_an_estimate_whatever_the_decision(open_world: Opener) -> None:
    ask = open_world(decisions={"payment-date": "paid-day"})
    window = {"startDate": NOW_MS - 10 * DAY_MS, "endDate": NOW_MS}
    entries = rows(ask, f"{AREA}/2738/settlements", TR, transactionType="Sale", **window)
    assert entries
    for row in entries:
        assert row["paymentOrderId"] is None
        assert row["paymentDate"] == row["transactionDate"] + row["paymentPeriod"] * DAY_MS


def test_filter_by_payment_date_means_the_day_a_row_can_be_paid(open_world: Opener) -> None:
    ask = open_world(decisions={"payment-date": "paid-day"})
    window = {"startDate": NOW_MS - 60 * DAY_MS, "endDate": NOW_MS - 45 * DAY_MS}
    sale = rows(ask, f"{AREA}/2738/settlements", TR, transactionType="Sale", **window)[0]
    due_ms = sale["transactionDate"] + sale["paymentPeriod"] * DAY_MS
    day = datetime.fromtimestamp(due_ms / 1000 + 3 * 3600, UTC).date().isoformat()
    entries = rows(ask, f"{AREA}/2738/settlements", TR, transactionType="Sale", paymentDate=day)
    assert sale["id"] in {row["id"] for row in entries}
