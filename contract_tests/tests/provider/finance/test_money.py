"""Exact money: commission, revenue and weight of every kind of row."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.world.core.money import commission, exact, number
from emulator.world.money.transaction_types import (
    SETTLEMENT_TYPES,
    TYPES,
    TransactionType,
    booking_amounts,
    settlement_amounts,
)

AMOUNTS = st.integers(1, 10**9).map(lambda hundredths: hundredths * 100)
RATES = st.integers(0, 10_000)


@pytest.mark.parametrize(
    ("amount_e4", "share_e4", "left_e4"),
    [(4_499_900, 674_985, 3_824_915), (6_999_900, 1_049_985, 5_949_915)],
)
def test_sale_follows_the_printed_arithmetic(amount_e4: int, share_e4: int, left_e4: int) -> None:
    sums = settlement_amounts(TYPES["sale"], amount_e4, 1500)
    assert (sums.credit_e4, sums.debt_e4) == (amount_e4, 0)
    assert (sums.commission_e4, sums.revenue_e4, sums.net_e4) == (share_e4, left_e4, left_e4)


def test_return_takes_back_what_the_sale_gave() -> None:
    sale, back = (settlement_amounts(TYPES[name], 4_499_900, 1500) for name in ("sale", "return"))
    assert back.debt_e4 == sale.credit_e4
    assert back.net_e4 == -sale.net_e4


def test_correction_pair_weighs_once_in_the_payout() -> None:
    pair = [
        settlement_amounts(TYPES[name], 90_000, 1500)
        for name in ("seller_revenue_positive", "commission_negative")
    ]
    assert sum(row.net_e4 for row in pair) == 90_000
    assert [(row.commission_e4, row.revenue_e4) for row in pair] == [(0, 90_000), (90_000, 0)]


@given(AMOUNTS, RATES)
def test_commission_is_the_exact_product_rounded_to_four_decimals(amount_e4: int, rate_e2: int) -> None:
    true = Decimal(amount_e4) * rate_e2 / 10_000
    assert abs(commission(amount_e4, rate_e2) - true) <= Decimal("0.5")


@given(st.sampled_from(SETTLEMENT_TYPES), AMOUNTS, RATES)
def test_commission_and_revenue_make_up_the_amount(kind: TransactionType, amount_e4: int, rate: int) -> None:
    sums = settlement_amounts(kind, amount_e4, rate)
    assert sums.commission_e4 + sums.revenue_e4 == amount_e4 == sums.debt_e4 + sums.credit_e4


@given(st.sampled_from(SETTLEMENT_TYPES), AMOUNTS, RATES)
def test_side_of_the_amount_gives_the_direction(kind: TransactionType, amount_e4: int, rate: int) -> None:
    sums = settlement_amounts(kind, amount_e4, rate)
    assert sums.net_e4 == (sums.revenue_e4 if sums.credit_e4 else -sums.revenue_e4)


@given(AMOUNTS)
def test_booking_weighs_what_it_says(amount_e4: int) -> None:
    assert (
        booking_amounts("credit", amount_e4).net_e4 == amount_e4 == -booking_amounts("debt", amount_e4).net_e4
    )


@given(st.integers(0, 10**13))
def test_wire_number_is_the_exact_decimal(amount_e4: int) -> None:
    assert Decimal(repr(number(amount_e4))) == Decimal(exact(amount_e4)) == Decimal(amount_e4) / 10_000
