"""Moves of a current account: late bookings, returns, corrections that come in pairs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import TYPE_CHECKING

from emulator.world.core import ids
from emulator.world.core.money import exact
from emulator.world.core.move import Move, moment
from emulator.world.money.ledger import Entry, add_entries, next_entry_no
from emulator.world.money.seed import history_of
from emulator.world.money.seed_bookings import BOOKINGS, FIRST_PARCEL, booked_row
from emulator.world.money.seed_settlements import (
    FOLLOW_UPS,
    SALE,
    FollowUp,
    History,
    Order,
    Sale,
    order_at,
    sale_of,
    settlement,
)

if TYPE_CHECKING:
    from emulator.world.core.world import World

SALES = (
    "SELECT order_number, shipment_package_id, receipt_id, order_at_ms, transaction_at_ms, barcode,"
    " credit_e4, commission_rate_e2, payment_period FROM ledger_entry WHERE seller_id = ? AND storefront = ?"
    " AND ledger = 'settlement' AND type = 'sale' AND transaction_at_ms <= ? AND order_number IS NOT NULL"
    " ORDER BY entry_no"
)
RETURNS = (
    "SELECT order_number, barcode FROM ledger_entry"
    " WHERE seller_id = ? AND storefront = ? AND ledger = 'settlement' AND type = 'return'"
)


def book_entry(world: World, move: Move) -> str:
    """A row is booked whose transaction lies as long ago as the move says: a sale, or of the type given.

    Errors: ValueError for a type that the edition's accounts do not have.
    """
    history, name = _history(world, move), move.type or "sale"
    if name == "sale":
        return _written(world, move, [_new_sale(history, move)])
    kind = next((kind for kind in FOLLOW_UPS[history.edition] if name in kind.types), None)
    if kind is not None:
        return _follow_up(world, move, history, FollowUp((name,), kind.share, kind.percent, kind.days))
    booking = next((booking for booking in BOOKINGS[history.edition] if booking.type == name), None)
    if booking is None:
        raise ValueError(f"no {name} can be booked in the account of {move.where}")
    turn = (move.at_ms, booking, ids.pick(move.rng, booking.subs))
    orders = [sale.order for sale in _sales(world, move)] or [
        order_at(history, history.first_no, move.at_ms, move.rng)
    ]
    parcels = count(FIRST_PARCEL + history.first_no * 1_000)
    row = booked_row(world, history, turn, history.first_no, orders, parcels, move.rng)
    return _written(world, move, [row])


def book_return(world: World, move: Move) -> str:
    """A sale that was not returned yet comes back whole.

    Errors: ValueError when there is none.
    """
    gone = set(world.store.rows(RETURNS, move.listing))
    sales = [sale for sale in _sales(world, move) if (sale.order.number, sale.barcode) not in gone]
    kind = FollowUp(("return",), 1.0, 100, 0)
    return _follow_up(world, move, _history(world, move), kind, sales)


def book_correction(world: World, move: Move) -> str:
    """A pair of rows corrects or takes back a part of a sale; they are to be read together.

    Source: docs/cari-hesap-ekstresi-entegrasyonu, D: pairs, in the Turkish edition alone.
    Errors: ValueError when the account knows no corrections, or none with the type given.
    """
    history = _history(world, move)
    pairs = [
        kind
        for kind in FOLLOW_UPS[history.edition]
        if len(kind.types) > 1 and move.type in {None, *kind.types}
    ]
    if not pairs:
        raise ValueError(f"no pair of corrections{_of_type(move)} stands in the account of {move.where}")
    return _follow_up(world, move, history, ids.pick(move.rng, pairs))


def _of_type(move: Move) -> str:
    return f" with {move.type}" if move.type else ""


def _history(world: World, move: Move) -> History:
    return history_of(world, move.seller_id, move.storefront, [move.at_ms])


def _new_sale(history: History, move: Move) -> Entry:
    order = order_at(history, history.first_no, move.at_ms, move.rng)
    sale = sale_of(history, order, move.rng)
    return settlement(history, sale, SALE, "sale", move.at_ms, history.first_no)


def _follow_up(
    world: World, move: Move, history: History, kind: FollowUp, sales: Sequence[Sale] | None = None
) -> str:
    sale = move.chosen(_sales(world, move) if sales is None else sales, "sale")
    numbers = count(next_entry_no(world))
    rows = [settlement(history, sale, kind, name, move.at_ms, next(numbers)) for name in kind.types]
    return _written(world, move, rows)


def _sales(world: World, move: Move) -> list[Sale]:
    """The sales that have happened by the moment of the move."""
    return [
        Sale(Order(number, package, receipt, ordered, delivered), barcode, amount, rate, period)
        for number, package, receipt, ordered, delivered, barcode, amount, rate, period in world.store.rows(
            SALES, (*move.listing, move.at_ms)
        )
        if None not in (package, receipt, ordered, barcode, rate, period)
    ]


def _written(world: World, move: Move, rows: Sequence[Entry]) -> str:
    add_entries(world, rows)
    told = " and ".join(
        f"{row.type.replace('_', ' ')} {row.id} over {exact(row.debt_e4 + row.credit_e4)}" for row in rows
    )
    of = f" of order {rows[0].order_number}" if rows[0].order_number else ""
    were = "was" if len(rows) == 1 else "were"
    return f"{told}{of} {were} booked for {move.where}, dated {moment(move.at_ms)}"
