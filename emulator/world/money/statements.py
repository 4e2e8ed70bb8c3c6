"""Moves that change statements which clients have read: new numbers for old rows, corrected amounts."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from emulator.world.core import ids
from emulator.world.core.move import Move, moment
from emulator.world.core.plan import DAY_MS
from emulator.world.money.ledger import Entry, edition_of, entries_where, render_rows
from emulator.world.money.payouts import PAYMENT_ORDER, PaymentOrder, new_order_id
from emulator.world.money.transaction_types import TYPES, settlement_amounts

if TYPE_CHECKING:
    from emulator.world.core.world import World

# Live row ids are numbers of this order, C.
FIRST_NEW_ID = 14_020_000_001
# As long as the statements of August 2026 were wrong, D; what was wrong in them is I.
CORRECTED_DAYS = 22
CORRECTED_SHARE = 3
RATE_STEP_E2 = 50
OF_LISTING = "seller_id = ? AND storefront = ?"


def rekey_statements(world: World, move: Move) -> str:
    """Every row and payment order of an account gets a new number; the old ones match nothing any more.

    An invoice keeps its serial, which is printed on it.
    Source: changelog of the international edition, 6 July 2026, D; that serials stay is I.
    Errors: ValueError in the Turkish edition, where it never happened, and for an account without rows.
    """
    if edition_of(world, move.listing) != "int":
        raise ValueError(f"the rows of {move.where} keep their numbers: only international ones change")
    rows = entries_where(world, OF_LISTING, move.listing)
    if not rows:
        raise ValueError(f"there is no row on {move.where} to re-key")
    orders = _rekey_orders(world, move)
    first = ids.next_number(world.store, "re-keyed row", world.plan.id_base + FIRST_NEW_ID, len(rows))
    world.store.executemany(
        "UPDATE ledger_entry SET id = ?, payment_order_id = ? WHERE entry_no = ?",
        [
            (_new_id(row, number), orders.get(row.payment_order_id, row.payment_order_id), row.entry_no)
            for number, row in zip(count(first), rows, strict=False)
        ],
    )
    render_rows(world, OF_LISTING, move.listing)
    return f"{len(rows)} rows and {len(orders)} payment orders of {move.where} have new numbers"


def correct_statements(world: World, move: Move) -> str:
    """Unpaid settlements of the last days were shown with a wrong commission, and are right from now on.

    Those of a third of the packages, whole packages each. What was paid stays as it was paid.
    Source: changelog of the international edition, 28 August 2026, D: statements of 5 to 27 August were
    wrong and corrected later.
    Errors: ValueError when there is none.
    """
    since_ms = move.now_ms - (move.ago_ms or CORRECTED_DAYS * DAY_MS)
    rows = entries_where(
        world,
        f"{OF_LISTING} AND ledger = 'settlement' AND transaction_at_ms >= ? AND payment_order_id IS NULL"
        " AND commission_rate_e2 IS NOT NULL",
        (*move.listing, since_ms),
    )
    packages = sorted({row.shipment_package_id for row in rows if row.shipment_package_id is not None})
    third = set(packages[move.pick % CORRECTED_SHARE :: CORRECTED_SHARE] or packages)
    changes = [_corrected_row(row) for row in rows if row.shipment_package_id in third]
    if not changes:
        raise ValueError(f"there is no unpaid settlement on {move.where} to correct")
    world.store.executemany(
        "UPDATE ledger_entry SET commission_rate_e2 = ?, commission_e4 = ?, revenue_e4 = ?, net_e4 = ?"
        " WHERE entry_no = ?",
        [
            (row.commission_rate_e2, row.commission_e4, row.revenue_e4, row.net_e4, row.entry_no)
            for row in changes
        ],
    )
    render_rows(world, f"{OF_LISTING} AND transaction_at_ms >= ?", (*move.listing, since_ms))
    return f"the commission of {len(changes)} rows on {move.where} since {moment(since_ms)} was corrected"


def _rekey_orders(world: World, move: Move) -> dict[int | None, int]:
    """Give the payment orders of an account new numbers; say which old one became which."""
    columns = "id, seller_id, storefront, amount_e4, payout_at_ms"
    sql = f"SELECT {columns} FROM payment_order WHERE {OF_LISTING} ORDER BY id"
    numbers: dict[int | None, int] = {}
    for row in world.store.rows(sql, move.listing):
        order = PaymentOrder(*row)
        new_order = replace(order, id=new_order_id(world))
        numbers[order.id] = new_order.id
        world.store.execute(
            "UPDATE payment_order SET id = ?, body = ? WHERE id = ?",
            (new_order.id, world.renderer(PAYMENT_ORDER)(new_order), order.id),
        )
    return numbers


def _new_id(row: Entry, number: int) -> str:
    return str(number) if row.id.isdecimal() else row.id


def _corrected_row(row: Entry) -> Entry:
    rate_e2 = (row.commission_rate_e2 or 0) + RATE_STEP_E2
    amounts = settlement_amounts(TYPES[row.type], row.debt_e4 + row.credit_e4, rate_e2)
    return row._replace(
        commission_rate_e2=rate_e2,
        commission_e4=amounts.commission_e4,
        revenue_e4=amounts.revenue_e4,
        net_e4=amounts.net_e4,
    )
