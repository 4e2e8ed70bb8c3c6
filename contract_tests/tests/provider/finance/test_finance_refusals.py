"""Every no of the finance services, with the words that were seen."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.conftest import NOW_MS, TR, Ask, Opener
from contract_tests.tests.provider.support.finance import AREA, SALES, WINDOW, WINDOW_MS, page_of

INT_LIST, TR_LIST = f"{AREA}/2748/settlements", f"{AREA}/2738/settlements"
TR_OTHERS = f"{AREA}/2738/otherfinancials"
LISTS = [(INT_LIST, None), (f"{AREA}/2748/otherfinancials", None), (TR_LIST, TR), (TR_OTHERS, TR)]


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.headers.get("X-Emulator-Rule", "")


def asked(path: str) -> str:
    return "PaymentOrder" if path.endswith("otherfinancials") else "Sale"


@pytest.mark.parametrize(("path", "headers"), LISTS)
@pytest.mark.parametrize("size", ["1", "10", "50", "499", "501", "999", "1001", "0", "-500", "many", "500.0"])
def test_size_other_than_500_or_1000_is_400(
    ask: Ask, path: str, headers: dict[str, str] | None, size: str
) -> None:
    answer: Any = ask(path, headers, transactionType=asked(path), size=size, **WINDOW)
    assert refused(answer) == (400, "finance-size-invalid")
    assert answer.json["exception"] == "CheApiBusinessException"
    assert answer.json["errors"] == [
        {"key": "keys.error.parameter.invalid.size", "message": "Size değeri 500 ya da 1000 olmalıdır"}
    ]


@pytest.mark.parametrize(("path", "headers"), LISTS)
@pytest.mark.parametrize("size", [500, 1000])
def test_size_500_and_1000_pass(ask: Ask, path: str, headers: dict[str, str] | None, size: int) -> None:
    answer: Any = ask(path, headers, transactionType=asked(path), size=size, **WINDOW)
    assert (answer.status_code, answer.json["size"]) == (200, size)


@pytest.mark.parametrize(("path", "headers"), LISTS)
def test_window_of_exactly_fifteen_days_passes_and_one_more_millisecond_does_not(
    ask: Ask, path: str, headers: dict[str, str] | None
) -> None:
    exact = {"transactionType": asked(path), **WINDOW}
    assert ask(path, headers, **exact).status_code == 200
    answer: Any = ask(path, headers, **{**exact, "startDate": NOW_MS - WINDOW_MS - 1})
    assert refused(answer) == (400, "finance-window-too-long")
    assert answer.json["errors"][0]["message"] == (
        "Başlangıç ve bitiş tarihi arasındaki fark 15 günden büyük olamaz"
    )


@pytest.mark.parametrize(("path", "headers"), LISTS)
def test_window_that_runs_backwards_is_400(ask: Ask, path: str, headers: dict[str, str] | None) -> None:
    answer = ask(path, headers, transactionType=asked(path), startDate=NOW_MS, endDate=NOW_MS - 1)
    assert refused(answer) == (400, "window-order")


@pytest.mark.parametrize(("path", "headers"), LISTS)
@pytest.mark.parametrize("absent", [{"startDate"}, {"endDate"}, {"startDate", "endDate"}])
def test_missing_date_is_400(ask: Ask, path: str, headers: dict[str, str] | None, absent: set[str]) -> None:
    dates = {name: value for name, value in WINDOW.items() if name not in absent}
    answer = ask(path, headers, transactionType=asked(path), **dates)
    assert refused(answer) == (400, "finance-dates-missing")


@pytest.mark.parametrize(("path", "headers"), LISTS)
@pytest.mark.parametrize("date", ["2026-11-22", "-1", "1e12", "99999999999999999999"])
def test_date_that_is_no_timestamp_is_400(
    ask: Ask, path: str, headers: dict[str, str] | None, date: str
) -> None:
    answer = ask(path, headers, **{"transactionType": asked(path), **WINDOW, "startDate": date})
    assert refused(answer) == (400, "date-invalid")


@pytest.mark.parametrize(("path", "headers"), LISTS)
@pytest.mark.parametrize("word", ["Satış", "sale", "Sale,Return", "Nothing"])
def test_unknown_type_is_400(ask: Ask, path: str, headers: dict[str, str] | None, word: str) -> None:
    assert refused(ask(path, headers, transactionType=word, **WINDOW)) == (400, "finance-type-unknown")


@pytest.mark.parametrize("word", ["CreditNote", "CommissionInvocie"])
def test_international_type_is_unknown_to_the_turkish_edition(ask: Ask, word: str) -> None:
    answer = ask(TR_OTHERS, TR, transactionType=word, **WINDOW)
    assert refused(answer) == (400, "finance-type-unknown")


def test_plural_does_not_exist_in_the_international_edition(ask: Ask) -> None:
    answer = ask(INT_LIST, transactionTypes="Sale,Return", **WINDOW)
    assert refused(answer) == (400, "finance-type-missing")


@pytest.mark.parametrize(("path", "headers"), LISTS)
def test_missing_type_is_400(ask: Ask, path: str, headers: dict[str, str] | None) -> None:
    assert refused(ask(path, headers, **WINDOW)) == (400, "finance-type-missing")


@pytest.mark.server_error
def test_missing_type_is_the_500_that_was_seen_by_decision(open_world: Opener) -> None:
    ask = open_world(decisions={"transaction-type-missing": "server-error"})
    assert refused(ask(TR_LIST, TR, **WINDOW)) == (500, "finance-type-missing-fault")


def test_page_below_zero_is_400(ask: Ask) -> None:
    assert refused(ask(INT_LIST, page=-1, **SALES)) == (400, "page-invalid")


def test_type_sent_twice_is_400(ask: Ask) -> None:
    answer = ask(INT_LIST, **{**SALES, "transactionType": ["Sale", "Return"]})
    assert refused(answer) == (400, "parameter-repeated")


def test_payment_date_that_is_no_day_is_400(ask: Ask) -> None:
    answer = ask(TR_LIST, TR, transactionType="Sale", paymentDate="22.11.2026")
    assert refused(answer) == (400, "date-invalid")


def test_payment_order_that_is_no_number_is_400(ask: Ask) -> None:
    answer = ask(TR_LIST, TR, transactionType="Sale", paymentOrderId="last")
    assert refused(answer) == (400, "parameter-invalid")


@pytest.mark.parametrize(
    "types",
    [
        {"transactionType": "Stoppage"},
        {"transactionTypes": "Stoppage,PaymentOrder"},
        {"transactionType": "DeductionInvoices", "transactionTypes": "Stoppage"},
    ],
)
def test_sub_type_without_deductions_is_400(ask: Ask, types: dict[str, str]) -> None:
    answer = ask(TR_OTHERS, TR, transactionSubType="PlatformServiceFee", **types, **WINDOW)
    assert refused(answer) == (400, "finance-sub-type-misplaced")


@pytest.mark.parametrize("size", ["11", "0", "500"])
def test_more_than_ten_payment_orders_a_page_are_400(ask: Ask, size: str) -> None:
    answer = ask(f"{AREA}/2738/payment-order", TR, size=size)
    assert refused(answer) == (400, "finance-payment-order-size-invalid")


def test_payment_orders_do_not_exist_in_the_international_edition(ask: Ask) -> None:
    assert ask(f"{AREA}/2748/payment-order").status_code == 404


@pytest.mark.parametrize("size", ["0", "1001", "few"])
def test_size_of_cargo_items_out_of_bounds_is_400(ask: Ask, size: str) -> None:
    answer = ask(f"{AREA}/2748/cargo-invoice/DDF2026000000001/items", size=size)
    assert refused(answer) == (400, "size-invalid")


def test_serial_that_cannot_be_one_is_400(ask: Ask) -> None:
    assert refused(ask(f"{AREA}/2748/cargo-invoice/DDF 2026/items")) == (400, "parameter-invalid")


def test_unknown_cargo_invoice_is_404_by_decision(open_world: Opener) -> None:
    ask = open_world(decisions={"cargo-invoice-unknown": "not-found"})
    answer = ask(f"{AREA}/2748/cargo-invoice/DDF2026999999999/items")
    assert refused(answer) == (404, "finance-cargo-invoice-unknown")


def test_refusal_names_request_and_correlation(ask: Ask) -> None:
    body = page_of(ask, INT_LIST, size=7, **SALES)
    assert (body["requestUri"], body["requestMethod"]) == ("/sellers/2748/settlements", "GET")
    assert body["status"] == 400
