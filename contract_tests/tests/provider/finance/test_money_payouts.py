"""Payouts: every Wednesday what is due, once, and exactly."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from contract_tests.tests.provider.conftest import NOW_MS
from contract_tests.tests.provider.support.money_worlds import DAY_MS, HISTORY, small_world
from emulator.world.core.istanbul import next_wednesday
from emulator.world.core.world import World
from emulator.world.money.ledger import Entry, add_entries
from emulator.world.money.payouts import cut_payment_orders
from emulator.world.money.transaction_types import TYPES, settlement_amounts

NUMBERS = itertools.count(1)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with small_world(tmp_path) as made:
        yield made


def row(name: str, amount_e4: int, due_ms: int, seller: int = 1, storefront: str = "RO") -> Entry:
    sums = settlement_amounts(TYPES[name], amount_e4, 1000)
    number = next(NUMBERS)
    return Entry(
        entry_no=number,
        id=str(number),
        seller_id=seller,
        storefront=storefront,
        ledger="settlement",
        type=name,
        sub_type=None,
        transaction_at_ms=due_ms - 30 * DAY_MS,
        due_at_ms=due_ms,
        payment_at_ms=due_ms,
        payment_order_id=None,
        debt_e4=sums.debt_e4,
        credit_e4=sums.credit_e4,
        net_e4=sums.net_e4,
        commission_e4=sums.commission_e4,
        revenue_e4=sums.revenue_e4,
    )


def orders(world: World) -> list[tuple[Any, ...]]:
    return world.store.rows("SELECT seller_id, storefront, amount_e4 FROM payment_order ORDER BY id")


@pytest.mark.parametrize(
    ("after", "then"),
    [
        ("2026-11-22T00:00:00", "2026-11-25T07:00:00"),
        ("2026-11-25T06:59:59", "2026-11-25T07:00:00"),
        ("2026-11-25T07:00:00", "2026-12-02T07:00:00"),
        ("2026-11-24T21:30:00", "2026-11-25T07:00:00"),
    ],
)
def test_payout_is_the_next_wednesday_at_ten_in_istanbul(after: str, then: str) -> None:
    start, expected = (datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() for text in (after, then))
    assert next_wednesday(int(start * 1000)) == int(expected * 1000)


def test_payment_order_is_the_sum_of_what_it_pays(world: World) -> None:
    add_entries(world, [row("sale", 1_000_000, NOW_MS), row("return", 300_000, NOW_MS - 1)])
    cut_payment_orders(world, NOW_MS)
    assert orders(world) == [(1, "RO", 630_000)]


def test_payout_is_a_debt_row_of_the_same_amount(world: World) -> None:
    add_entries(world, [row("sale", 1_000_000, NOW_MS)])
    cut_payment_orders(world, NOW_MS)
    (body,) = world.store.row("SELECT body FROM ledger_entry WHERE type = 'payment_order'") or ()
    row_json = orjson.loads(body)
    assert (row_json["transactionType"], row_json["debt"], row_json["credit"]) == ("Ödeme", 90.0, 0.0)


def test_paid_rows_show_the_payment_order(world: World) -> None:
    add_entries(world, [row("sale", 1_000_000, NOW_MS)])
    cut_payment_orders(world, NOW_MS)
    (number,) = world.store.row("SELECT id FROM payment_order") or ()
    (body,) = world.store.row("SELECT body FROM ledger_entry WHERE type = 'sale'") or ()
    assert orjson.loads(body)["paymentOrderId"] == number


def test_second_cut_at_the_same_moment_pays_nothing(world: World) -> None:
    add_entries(world, [row("sale", 1_000_000, NOW_MS)])
    cut_payment_orders(world, NOW_MS)
    cut_payment_orders(world, NOW_MS)
    assert len(orders(world)) == 1


def test_row_due_a_millisecond_later_waits(world: World) -> None:
    add_entries(world, [row("sale", 1_000_000, NOW_MS + 1)])
    cut_payment_orders(world, NOW_MS)
    assert orders(world) == []


def test_week_that_is_not_positive_is_carried_over(world: World) -> None:
    add_entries(world, [row("return", 400_000, NOW_MS), row("sale", 1_000_000, NOW_MS + 7 * DAY_MS)])
    cut_payment_orders(world, NOW_MS)
    assert orders(world) == []
    cut_payment_orders(world, NOW_MS + 7 * DAY_MS)
    assert orders(world) == [(1, "RO", 540_000)]


def test_storefronts_and_sellers_are_paid_apart(world: World) -> None:
    add_entries(
        world,
        [
            row("sale", 1_000_000, NOW_MS),
            row("sale", 2_000_000, NOW_MS, storefront="GR"),
            row("sale", 3_000_000, NOW_MS, seller=2, storefront="TR"),
        ],
    )
    cut_payment_orders(world, NOW_MS)
    assert orders(world) == [(1, "GR", 1_800_000), (1, "RO", 900_000), (2, "TR", 2_700_000)]


def test_clock_that_passes_wednesday_pays(tmp_path: Path) -> None:
    with small_world(tmp_path, {**HISTORY, "ahead": 20}) as world:
        before = len(orders(world))
        world.advance(14 * DAY_MS)
        assert len(orders(world)) == before + 2
