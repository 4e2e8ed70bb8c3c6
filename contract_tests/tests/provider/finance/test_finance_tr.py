"""What the Turkish edition has beside: several types, payment dates, payment orders, sub types."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal

import pytest

from contract_tests.tests.provider.conftest import NOW_MS, TR, Ask, Opener
from contract_tests.tests.provider.support.finance import AREA, DAY_MS, SALES, WINDOW, page_of, rows, windows
from emulator.trendyol.finance.wire import OTHERS as OTHER_WORDS
from emulator.trendyol.finance.wire import SETTLEMENTS as SETTLEMENT_WORDS

SETTLEMENTS, OTHERS = f"{AREA}/2738/settlements", f"{AREA}/2738/otherfinancials"
PAYMENT_ORDERS = f"{AREA}/2738/payment-order"
TURKISH_OTHERS = sorted(OTHER_WORDS.keys() - {"CreditNote", "CommissionInvocie"})
ALL_SETTLEMENTS = ",".join(SETTLEMENT_WORDS)
# Turkey has kept one offset since 2016.
ISTANBUL = timezone(timedelta(hours=3))


def test_twenty_five_settlement_types_have_rows(ask: Ask) -> None:
    empty = [
        word
        for word in SETTLEMENT_WORDS
        if not any(rows(ask, SETTLEMENTS, TR, transactionType=word, **window) for window in windows(90))
    ]
    assert len(SETTLEMENT_WORDS) == 25
    assert empty == []


def test_nine_other_types_have_rows(ask: Ask) -> None:
    empty = [
        word
        for word in TURKISH_OTHERS
        if not any(rows(ask, OTHERS, TR, transactionType=word, **window) for window in windows(90))
    ]
    assert len(TURKISH_OTHERS) == 9
    assert empty == []


def test_several_types_are_the_single_ones_together(ask: Ask) -> None:
    both = rows(ask, SETTLEMENTS, TR, transactionTypes="Sale,Return", **WINDOW)
    single = [
        row
        for word in ("Sale", "Return")
        for row in rows(ask, SETTLEMENTS, TR, transactionType=word, **WINDOW)
    ]
    newest_first = sorted(single, key=lambda row: (row["transactionDate"], row["id"]), reverse=True)
    assert both == newest_first


def test_blank_after_a_comma_is_tolerated(ask: Ask) -> None:
    plain, spaced = (
        page_of(ask, SETTLEMENTS, TR, transactionTypes=text, **WINDOW)
        for text in ("Sale,Return", "Sale, Return")
    )
    assert plain == spaced


def test_plural_wins_over_singular(ask: Ask) -> None:
    answer = page_of(ask, SETTLEMENTS, TR, transactionTypes="Return", **SALES)
    assert {row["transactionType"] for row in answer["content"]} == {"İade"}


@pytest.mark.parametrize(
    ("spelling", "word"),
    [("TYDiscount", "TyDiscount"), ("TYCouponCancel", "TyCouponCancel"), ("ManuelRefund", "ManualRefund")],
)
def test_other_spellings_mean_the_same(ask: Ask, spelling: str, word: str) -> None:
    for window in windows(90):
        one, other = (
            page_of(ask, SETTLEMENTS, TR, transactionType=name, **window) for name in (spelling, word)
        )
        assert one == other


def test_payment_date_takes_a_day_of_istanbul_and_ignores_dates(ask: Ask) -> None:
    moment = rows(ask, SETTLEMENTS, TR, **SALES)[0]["paymentDate"]
    day = datetime.fromtimestamp(moment / 1000, UTC).astimezone(ISTANBUL).date()
    found = rows(ask, SETTLEMENTS, TR, **{**SALES, "startDate": 0, "paymentDate": day.isoformat()})
    days = {datetime.fromtimestamp(row["paymentDate"] / 1000, ISTANBUL).date() for row in found}
    assert moment in {row["paymentDate"] for row in found}
    assert days == {day}


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_payment_date_at_an_end_of_the_calendar_has_no_rows(ask: Ask, day: str) -> None:
    assert rows(ask, SETTLEMENTS, TR, transactionType="Sale", paymentDate=day) == []


def test_payment_order_equals_the_rows_it_pays(ask: Ask) -> None:
    order = page_of(ask, PAYMENT_ORDERS, TR)["content"][0]
    settlement_rows = rows(ask, SETTLEMENTS, TR, transactionTypes=ALL_SETTLEMENTS, paymentOrderId=order["id"])
    booking_rows = rows(
        ask, OTHERS, TR, transactionTypes=",".join(TURKISH_OTHERS), paymentOrderId=order["id"]
    )
    payout = [row for row in booking_rows if row["transactionType"] == "Ödeme"]
    revenue = sum(money(row["sellerRevenue"]) * (1 if row["credit"] else -1) for row in settlement_rows)
    charges = sum(money(row["debt"]) - money(row["credit"]) for row in booking_rows if row not in payout)
    assert to_kurus(Decimal(revenue - charges)) == money(order["amount"]) == money(payout[0]["debt"])


def test_totals_of_the_truth_are_the_settlements_of_each_payment_order(ask: Ask) -> None:
    order = page_of(ask, PAYMENT_ORDERS, TR)["content"][0]["id"]
    settlement_rows = rows(ask, SETTLEMENTS, TR, transactionTypes=ALL_SETTLEMENTS, paymentOrderId=order)
    net = sum(money(row["sellerRevenue"]) * (1 if row["credit"] else -1) for row in settlement_rows)
    truth_rows = ask.control("GET", "/truth/totals", seller=2738, storefront="TR")["rows"]
    assert [Decimal(str(row["net"])) for row in truth_rows if row["paymentOrderId"] == order] == [net]


def test_payment_orders_are_ten_a_page_newest_first(open_world: Opener) -> None:
    ask = open_world()
    ask.control("POST", "/clock/advance", {"ms": 14 * DAY_MS})
    page = page_of(ask, PAYMENT_ORDERS, TR)
    ids = [order["id"] for order in rows(ask, PAYMENT_ORDERS, TR)]
    assert (page["size"], len(page["content"])) == (10, 10)
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == page["totalElements"] > 10


def test_payment_orders_are_paid_on_wednesdays(ask: Ask) -> None:
    orders = rows(ask, PAYMENT_ORDERS, TR)
    days = {datetime.fromtimestamp(order["payoutDate"] / 1000, ISTANBUL).weekday() for order in orders}
    assert days == {2}
    assert {order["status"] for order in orders} == {"PAID"}


def test_sub_type_narrows_deductions(ask: Ask) -> None:
    values = [
        row["transactionType"]
        for window in windows(90)
        for row in rows(
            ask,
            OTHERS,
            TR,
            transactionType="DeductionInvoices",
            transactionSubType="PlatformServiceFee",
            **window,
        )
    ]
    assert set(values) == {"Platform Hizmet Bedeli"}


def test_corrections_stand_in_pairs(ask: Ask) -> None:
    pair = "SellerRevenuePositive,CommissionNegative"
    values = [
        row for window in windows(90) for row in rows(ask, SETTLEMENTS, TR, transactionTypes=pair, **window)
    ]
    moments: dict[tuple[int, str], set[str]] = {}
    for row in values:
        moments.setdefault((row["transactionDate"], row["orderNumber"]), set()).add(row["transactionType"])
    assert moments
    assert all(len(labels) == 2 for labels in moments.values())


def test_row_before_its_payment_has_no_payment_order(ask: Ask) -> None:
    recent = {"transactionType": "Sale", "startDate": NOW_MS - 10 * DAY_MS, "endDate": NOW_MS}
    assert {row["paymentOrderId"] for row in rows(ask, SETTLEMENTS, TR, **recent)} == {None}


def to_kurus(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def money(amount: float) -> Decimal:
    return Decimal(str(amount))
