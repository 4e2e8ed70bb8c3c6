"""Sowing what stands beside the orders: invoices, notes, transfers, withheld tax, each in its own rhythm."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from operator import itemgetter
from random import Random
from typing import TYPE_CHECKING

from emulator.world.core.ids import between, happens, pick
from emulator.world.core.money import SCALE
from emulator.world.core.plan import DAY_MS
from emulator.world.money.cargo_invoices import CargoItem, add_cargo_items
from emulator.world.money.ledger import Entry, add_entries, next_entry_no
from emulator.world.money.payouts import entry_id
from emulator.world.money.seed_settlements import History, Order
from emulator.world.money.transaction_types import TYPES, Side, booked

if TYPE_CHECKING:
    from emulator.world.core.world import World

FIRST_PARCEL = 7_260_001_151_141_191
RETURNED = 0.15


@dataclass(frozen=True, slots=True)
class Booking:
    """One kind of row beside the orders.

    Shapes: ``subs`` are its sub types in turn, None for the type itself; ``serial`` begins an invoice's id.
    Units: whole currency for ``low`` and ``high``, days for ``every``.
    """

    type: str
    every: int
    low: int
    high: int
    subs: tuple[str | None, ...] = (None,)
    serial: str = ""


# When it is booked, which kind, and the sub type whose turn it is.
Turn = tuple[int, Booking, str | None]

DEDUCTIONS = (
    "cargo", "platform_service_fee", "cargo", "advertising", "late_dispatch", "cargo",
    "cargo_objection_refund", "unsupplied", "cargo", "international_service",
)  # fmt: skip
# Sub types that give back what their type takes. Source: refunds carry the amount in credit, C.
REFUNDS: Mapping[str | None, Side] = {"cargo_objection_refund": "credit", "stoppage_cancel": "credit"}

BOOKINGS: Mapping[str, tuple[Booking, ...]] = {
    "int": (
        Booking("deduction_invoices", 2, 15, 140, DEDUCTIONS, "DDF"),
        Booking("credit_note", 9, 20, 90, serial="CRN"),
        Booking("commission_invoice", 14, 40, 160, serial="KOM"),
    ),
    "tr": (
        Booking("deduction_invoices", 2, 15, 140, DEDUCTIONS, "DDF"),
        Booking("stoppage", 3, 5, 40, (None, None, None, "stoppage_cancel")),
        Booking("cash_advance", 20, 100, 400),
        Booking("wire_transfer", 17, 20, 120),
        Booking("incoming_transfer", 29, 50, 200),
        Booking("return_invoice", 13, 30, 150, serial="IAD"),
        Booking("commission_agreement_invoice", 31, 20, 80, serial="KMF"),
        Booking("financial_item", 11, 5, 60),
    ),
}


def sow_bookings(world: World, history: History, orders: Sequence[Order], rng: Random) -> None:
    """Write the rows beside the orders, and the parcels of their cargo invoices."""
    calendar = sorted(_calendar(history, rng), key=itemgetter(0))
    first = next_entry_no(world)
    parcels = count(FIRST_PARCEL + first * 1_000)
    rows = [
        booked_row(world, history, turn, entry_no, orders, parcels, rng)
        for entry_no, turn in enumerate(calendar, first)
    ]
    add_entries(world, rows)


def booked_row(
    world: World,
    history: History,
    turn: Turn,
    entry_no: int,
    orders: Sequence[Order],
    parcels: Iterator[int],
    rng: Random,
) -> Entry:
    """The row of one booking, for whoever writes it down; the parcels of a cargo invoice are written here."""
    moment, booking, sub = turn
    number = _id(history, booking, moment, entry_no)
    amount_e4 = between(rng, booking.low * 100, booking.high * 100) * SCALE // 100
    if sub == "cargo":
        items = list(_parcels(history, number, orders, moment, parcels, rng))
        add_cargo_items(world, items)
        amount_e4 = sum(item.amount_e4 for item in items)
    return _entry(history, booking.type, sub, number, entry_no, moment, amount_e4)


def _calendar(history: History, rng: Random) -> Iterator[Turn]:
    first_ms, last_ms = history.moments[0], history.moments[-1]
    for booking in BOOKINGS[history.edition]:
        starts = range(first_ms, max(last_ms - DAY_MS, first_ms + 1), booking.every * DAY_MS)
        for turn, start_ms in enumerate(starts):
            yield start_ms + int(rng.random() * DAY_MS), booking, booking.subs[turn % len(booking.subs)]


def _id(history: History, booking: Booking, moment: int, entry_no: int) -> str:
    if not booking.serial:
        return entry_id(history.id_base, entry_no)
    return f"{booking.serial}{datetime.fromtimestamp(moment / 1000, UTC).year}{entry_no:09d}"


def _parcels(
    history: History, serial: str, orders: Sequence[Order], moment: int, numbers: Iterator[int], rng: Random
) -> Iterator[CargoItem]:
    sent = bisect(orders, moment, key=lambda order: order.delivered_ms)
    recent = orders[max(0, sent - 50) : max(sent, 1)]
    for _ in range(between(rng, 1, 4)):
        yield CargoItem(
            seller_id=history.seller_id,
            invoice_serial=serial,
            direction="return" if happens(rng, RETURNED) else "outbound",
            parcel_id=next(numbers),
            order_number=pick(rng, recent).number,
            amount_e4=between(rng, 1_450, 6_990) * SCALE // 100,
            desi=between(rng, 1, 12),
        )


def _entry(
    history: History, name: str, sub: str | None, number: str, entry_no: int, moment: int, amount_e4: int
) -> Entry:
    sums = booked(REFUNDS.get(sub, TYPES[name].side), amount_e4)
    return Entry(
        entry_no=entry_no,
        id=number,
        seller_id=history.seller_id,
        storefront=history.storefront,
        ledger="other",
        type=name,
        sub_type=sub,
        transaction_at_ms=moment,
        due_at_ms=moment,
        payment_at_ms=None,
        payment_order_id=None,
        debt_e4=sums.debt_e4,
        credit_e4=sums.credit_e4,
        net_e4=sums.net_e4,
    )
