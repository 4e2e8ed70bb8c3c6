"""The current account of an international seller, over HTTP."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from contract_tests.tests.provider.conftest import INT, NOW_MS, Ask, Opener
from contract_tests.tests.provider.support.finance import (
    AREA,
    DAY_MS,
    SALES,
    WINDOW,
    WINDOW_MS,
    page_of,
    rows,
    windows,
)

SETTLEMENTS, OTHERS = f"{AREA}/2748/settlements", f"{AREA}/2748/otherfinancials"
OTHER_TYPES = ("PaymentOrder", "DeductionInvoices", "CreditNote", "CommissionInvocie")


def test_rows_are_newest_first(ask: Ask) -> None:
    dates = [row["transactionDate"] for row in rows(ask, SETTLEMENTS, **SALES)]
    assert len(dates) > 50
    assert dates == sorted(dates, reverse=True)


def test_label_is_turkish_though_the_query_is_english(ask: Ask) -> None:
    assert {row["transactionType"] for row in rows(ask, SETTLEMENTS, **SALES)} == {"Satış"}


def test_page_defaults_to_the_first_500(ask: Ask) -> None:
    page = page_of(ask, SETTLEMENTS, **SALES)
    assert (page["page"], page["size"]) == (0, 500)


def test_page_behind_the_last_is_empty(ask: Ask) -> None:
    page = page_of(ask, SETTLEMENTS, page=9, **SALES)
    assert page["content"] == []
    assert page["totalElements"] > 0


def test_pages_join_without_loss_or_double(open_world: Opener) -> None:
    wall, end = open_world("wall"), NOW_MS - 35 * DAY_MS
    sales: dict[str, Any] = {"transactionType": "Sale", "startDate": end - WINDOW_MS, "endDate": end}
    total = page_of(wall, SETTLEMENTS, **sales)["totalElements"]
    ids = [row["id"] for row in rows(wall, SETTLEMENTS, **sales)]
    assert total > 2_000
    assert len(ids) == len(set(ids)) == total


def test_both_ends_of_a_window_are_included(ask: Ask) -> None:
    edge = NOW_MS - WINDOW_MS
    values = [
        row["transactionDate"]
        for name in ("Sale", "Return")
        for row in rows(ask, SETTLEMENTS, transactionType=name, startDate=edge - 1, endDate=edge + 1)
    ]
    assert sorted(values) == [edge - 1, edge, edge + 1]


def test_windows_that_share_an_edge_hold_every_row_of_the_truth(ask: Ask) -> None:
    values = {
        row["id"]
        for name in ("Sale", "Return")
        for window in windows(90)
        for row in rows(ask, SETTLEMENTS, transactionType=name, **window)
    }
    span = {"from": NOW_MS - 90 * DAY_MS, "to": NOW_MS}
    told = ask.control("GET", "/truth/settlements", seller=2748, storefront="RO", **span)["rows"]
    assert values == {row["id"] for row in told}


def test_rows_of_the_other_storefront_stay_there(ask: Ask) -> None:
    greek = {row["id"] for row in rows(ask, SETTLEMENTS, {**INT, "storeFrontCode": "GR"}, **SALES)}
    assert greek
    assert not greek & {row["id"] for row in rows(ask, SETTLEMENTS, **SALES)}
    assert page_of(ask, SETTLEMENTS, {**INT, "storeFrontCode": "DE"}, **SALES)["totalElements"] == 0


@pytest.mark.parametrize("name", OTHER_TYPES)
def test_every_other_type_has_rows(ask: Ask, name: str) -> None:
    assert any(rows(ask, OTHERS, transactionType=name, **window) for window in windows(90))


def test_correct_spelling_of_the_commission_invoice_is_accepted(ask: Ask) -> None:
    as_documented, corrected = (
        page_of(ask, OTHERS, transactionType=name, **WINDOW)
        for name in ("CommissionInvocie", "CommissionInvoice")
    )
    assert as_documented == corrected


def test_supplier_id_in_the_query_changes_nothing(ask: Ask) -> None:
    assert page_of(ask, SETTLEMENTS, supplierId=2748, **SALES) == page_of(ask, SETTLEMENTS, **SALES)


def test_cargo_items_add_up_to_the_invoice(ask: Ask) -> None:
    invoice = next(
        row
        for row in rows(ask, OTHERS, transactionType="DeductionInvoices", **WINDOW)
        if row["transactionType"].startswith("Kargo Fatura")
    )
    items = rows(ask, f"{AREA}/2748/cargo-invoice/{invoice['id']}/items")
    assert sum(Decimal(str(item["amount"])) for item in items) == Decimal(str(invoice["debt"]))


def test_unknown_cargo_invoice_is_an_empty_page(ask: Ask) -> None:
    page = page_of(ask, f"{AREA}/2748/cargo-invoice/DDF2026999999999/items")
    assert page == {"page": 0, "size": 500, "totalPages": 0, "totalElements": 0, "content": []}


def test_wednesday_fills_the_payment_order_into_the_rows(ask: Ask) -> None:
    query: dict[str, Any] = {
        "transactionType": "Sale",
        "startDate": NOW_MS - 40 * DAY_MS,
        "endDate": NOW_MS - 25 * DAY_MS,
    }
    unpaid = {row["id"] for row in rows(ask, SETTLEMENTS, **query) if row["paymentOrderId"] is None}
    ask.control("POST", "/clock/advance", {"ms": 7 * DAY_MS})
    values = {row["id"] for row in rows(ask, SETTLEMENTS, **query) if row["paymentOrderId"] is not None}
    assert unpaid & values


def test_rows_ahead_appear_as_the_clock_moves_on(ask: Ask) -> None:
    query: dict[str, Any] = {"transactionType": "Sale", "startDate": NOW_MS, "endDate": NOW_MS + 10 * DAY_MS}
    before = page_of(ask, SETTLEMENTS, **query)["totalElements"]
    ask.control("POST", "/clock/advance", {"ms": 10 * DAY_MS})
    assert page_of(ask, SETTLEMENTS, **query)["totalElements"] > before + 20


def test_currency_is_shown_by_decision_only(ask: Ask, open_world: Opener) -> None:
    assert "currency" not in page_of(ask, SETTLEMENTS, **SALES)["content"][0]
    shown = open_world(decisions={"currency-field": "present"})
    assert {row["currency"] for row in rows(shown, SETTLEMENTS, **SALES)} == {"RON"}
