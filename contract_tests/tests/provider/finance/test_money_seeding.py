"""Seeded accounts: every type, both sides of every border, payouts that add up, the same each time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.tests.provider.conftest import NOW_MS
from contract_tests.tests.provider.support.money_worlds import DAY_MS, HISTORY, small_world
from emulator.world.core.istanbul import next_wednesday
from emulator.world.core.world import World
from emulator.world.money.transaction_types import TYPES
from emulator.world.store.interface import Row

OTHER_ACCOUNT = {"seller": 1, "storefront": "RO", "days": 30, "rows": 200}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with small_world(tmp_path, HISTORY, OTHER_ACCOUNT) as made:
        yield made


def test_seeded_payouts_equal_their_rows(world: World) -> None:
    sums = world.store.rows(
        "SELECT payment_order_id, (SUM(net_e4) + 50) / 100 * 100 FROM ledger_entry"
        " WHERE payment_order_id IS NOT NULL AND type <> 'payment_order' GROUP BY 1 ORDER BY 1"
    )
    assert sums
    assert sums == world.store.rows("SELECT id, amount_e4 FROM payment_order ORDER BY id")


def test_every_turkish_type_occurs_in_ninety_days(world: World) -> None:
    values = {
        name for (name,) in world.store.rows("SELECT DISTINCT type FROM ledger_entry WHERE seller_id = 2")
    }
    assert values == TYPES.keys() - {"credit_note", "commission_invoice"}


def test_ids_are_unique_across_types(world: World) -> None:
    ids = [number for (number,) in world.store.rows("SELECT id FROM ledger_entry")]
    assert len(set(ids)) == len(ids)


def test_rows_stand_on_both_sides_of_every_window_border(world: World) -> None:
    moments = {moment for (moment,) in world.store.rows("SELECT transaction_at_ms FROM ledger_entry")}
    borders = [NOW_MS - back * 15 * DAY_MS for back in range(1, 6)]
    assert all({border - 1, border, border + 1} <= moments for border in borders)


def bodies(directory: Path, seed: int) -> list[Row]:
    with small_world(directory, HISTORY, seed=seed) as world:
        return world.store.rows("SELECT entry_no, body FROM ledger_entry ORDER BY entry_no")


def test_same_seed_draws_the_same_account(tmp_path: Path) -> None:
    assert bodies(tmp_path / "once", 1) == bodies(tmp_path / "again", 1)


def test_another_seed_draws_another_account(tmp_path: Path) -> None:
    assert bodies(tmp_path, 1) != bodies(tmp_path, 2)


def test_cargo_items_add_up_to_their_invoice(world: World) -> None:
    invoices = world.store.rows("SELECT id, debt_e4 FROM ledger_entry WHERE sub_type = 'cargo' ORDER BY id")
    assert invoices
    assert invoices == world.store.rows(
        "SELECT invoice_serial, SUM(amount_e4) FROM cargo_item GROUP BY 1 ORDER BY 1"
    )


def test_commission_invoices_charge_the_commission_of_the_sales_they_look_back_on(world: World) -> None:
    ((charged_e4, count, last_ms),) = world.store.rows(
        "SELECT SUM(debt_e4), COUNT(*), MAX(transaction_at_ms) FROM ledger_entry"
        " WHERE seller_id = 2 AND sub_type = 'commission'"
    )
    ((commission_e4,),) = world.store.rows(
        "SELECT SUM(CASE WHEN type = 'return' THEN -commission_e4 ELSE commission_e4 END) FROM ledger_entry"
        " WHERE seller_id = 2 AND type IN ('sale', 'pay_by_link', 'return') AND transaction_at_ms <= ?",
        (last_ms,),
    )
    assert count > 4
    assert abs(charged_e4 - commission_e4) < commission_e4 // 10


def test_commission_falls_due_with_the_sales_that_it_is_of(tmp_path: Path) -> None:
    with small_world(tmp_path, {"seller": 1, "storefront": "RO", "days": 90, "rows": 600}) as world:
        invoices = world.store.rows(
            "SELECT due_at_ms - transaction_at_ms FROM ledger_entry WHERE type = 'commission_invoice'"
        )
        ((first_due_ms,),) = world.store.rows("SELECT MIN(due_at_ms) FROM ledger_entry WHERE type = 'sale'")
        payouts = world.store.rows("SELECT payout_at_ms FROM payment_order ORDER BY payout_at_ms")
    assert len(invoices) > 4
    assert {wait_ms for (wait_ms,) in invoices} == {28 * DAY_MS}
    wednesdays = range(next_wednesday(first_due_ms), NOW_MS, 7 * DAY_MS)
    assert {at_ms for (at_ms,) in payouts} == set(wednesdays)


def test_parcel_that_was_charged_wrongly_is_given_back_what_it_was_charged(world: World) -> None:
    refunds = world.store.rows(
        "SELECT credit_e4 FROM ledger_entry WHERE sub_type = 'cargo_objection_refund' ORDER BY entry_no"
    )
    fees = {row[0] for row in world.store.rows("SELECT amount_e4 FROM cargo_item")}
    assert refunds
    assert all(amount_e4 in fees for (amount_e4,) in refunds)
