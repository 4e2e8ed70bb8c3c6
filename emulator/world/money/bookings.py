"""What stands beside the orders: invoices, notes, transfers, withheld tax, each in its own rhythm."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from emulator.world.accounts.sellers import Edition
from emulator.world.core.ids import pick
from emulator.world.core.istanbul import next_wednesday
from emulator.world.core.listing import Listing
from emulator.world.core.money import to_kurus
from emulator.world.core.plan import DAY_MS
from emulator.world.money.booking_bases import BASES, OTHER_BASES, SumOf, settled_e4
from emulator.world.money.cargo_invoices import (
    Charge,
    ParcelFinders,
    add_cargo_items,
    charged_fees,
    draw_charges,
)
from emulator.world.money.ledger import Account, Entry, entry
from emulator.world.money.span import Span
from emulator.world.money.transaction_types import TYPES, Side, booking_amounts

if TYPE_CHECKING:
    from emulator.world.core.world import World


@dataclass(frozen=True, slots=True)
class Booking:
    """One kind of row beside the orders.

    Shapes: ``subs`` are its sub types in turn, None for the type itself; ``serial`` begins an invoice's id.
    Units: days for ``every``.
    """

    type: str
    every: int
    subs: tuple[str | None, ...] = (None,)
    serial: str = ""


class Turn(NamedTuple):
    """When something is booked, which kind, and the sub type whose turn it is.

    Units: epoch milliseconds UTC.
    """

    at_ms: int
    booking: Booking
    sub_type: str | None

    @property
    def name(self) -> str:
        """The sub type, or the type where it has none."""
        return self.sub_type or self.booking.type


DEDUCTIONS = (
    "cargo", "platform_service_fee", "cargo", "advertising", "late_dispatch", "cargo",
    "cargo_objection_refund", "unsupplied", "cargo", "international_service",
)  # fmt: skip
# Source: seen on a live Turkish account, C: 129 of 727 rows charge commission, more than half of the money.
TURKISH_DEDUCTIONS = (
    "cargo", "commission", "platform_service_fee", "cargo", "advertising", "late_dispatch", "cargo",
    "commission", "cargo_objection_refund", "unsupplied", "cargo", "international_service",
)  # fmt: skip
# Sub types that give back what their type takes. Source: refunds carry the amount in credit, C.
REFUNDS: Mapping[str | None, Side] = {"cargo_objection_refund": "credit", "stoppage_cancel": "credit"}
# How long after its invoice commission is taken: when the sales that it is of are paid; I, for no page
# of either edition says so.
COMMISSION_MS = 28 * DAY_MS

# How often each comes is I; what it comes to follows from what has happened, and it is left out where that is
# nothing.
BOOKINGS: Mapping[Edition, tuple[Booking, ...]] = {
    "int": (
        Booking("deduction_invoices", 2, DEDUCTIONS, "DDF"),
        Booking("credit_note", 9, serial="CRN"),
        Booking("commission_invoice", 14, serial="KOM"),
    ),
    "tr": (
        Booking("deduction_invoices", 2, TURKISH_DEDUCTIONS, "DDF"),
        Booking("stoppage", 3),
        Booking("stoppage", 12, ("stoppage_cancel",)),
        Booking("cash_advance", 20),
        Booking("wire_transfer", 17),
        Booking("incoming_transfer", 7),
        Booking("return_invoice", 13, serial="TYE"),
        Booking("commission_agreement_invoice", 31, serial="KMF"),
        Booking("financial_item", 11),
    ),
}


def _after_the_sales(at_ms: int) -> int:
    return at_ms + COMMISSION_MS


# When a row falls due that does not at once: an advance is taken back by the next payment order.
DUE: Mapping[str, Callable[[int], int]] = {
    "commission": _after_the_sales,
    "commission_invoice": _after_the_sales,
    "cash_advance": next_wednesday,
}


def booking_of(account: Account, name: str, sub_type: str | None = None) -> Booking | None:
    """The kind of that type or sub type which an account has, the one with a sub type first, or None."""
    kinds = [kind for kind in BOOKINGS[account.edition] if name in (kind.type, *kind.subs)]
    return next((kind for kind in kinds if sub_type in kind.subs), kinds[0] if kinds else None)


def turns(edition: Edition, first_ms: int, last_ms: int, rng: Random) -> Iterator[Turn]:
    """What is booked between two moments, kind by kind."""
    for booking in BOOKINGS[edition]:
        starts = range(first_ms, max(last_ms - DAY_MS, first_ms + 1), booking.every * DAY_MS)
        for place, start_ms in enumerate(starts):
            at_ms = start_ms + int(rng.random() * DAY_MS)
            yield Turn(at_ms, booking, booking.subs[place % len(booking.subs)])


def booking_row(
    world: World, account: Account, turn: Turn, find: ParcelFinders, sum_of: SumOf, rng: Random
) -> Entry | None:
    """The row of one booking, for whoever writes it down; the parcels of a cargo invoice are written here.

    None where there is nothing to charge or to give back.
    """
    listing = Listing(account.seller_id, account.storefront)
    charges: list[Charge] = []
    if turn.name == "cargo":
        charges = list(draw_charges(world, listing, turn.at_ms, find, rng))
        amount_e4 = sum(charge.amount_e4 for charge in charges)
    else:
        amount_e4 = _amount_e4(world, listing, turn, sum_of, rng)
    if amount_e4 <= 0:
        return None
    kind = TYPES[turn.booking.type]
    amounts = booking_amounts(REFUNDS.get(turn.sub_type, kind.side), amount_e4)
    row = entry(account, kind, amounts, turn.at_ms, sub_type=turn.sub_type, serial=turn.booking.serial)
    add_cargo_items(world, (charge.item(account.seller_id, row.id) for charge in charges))
    due = DUE.get(turn.name)
    return row if due is None else row._replace(due_at_ms=due(turn.at_ms))


def _amount_e4(world: World, listing: Listing, turn: Turn, sum_of: SumOf, rng: Random) -> int:
    """What has come about since the row before, in whole kuruş."""
    span = Span(_last_ms(world, listing, turn), turn.at_ms)
    if turn.name == "cargo_objection_refund":
        return pick(rng, charged_fees(world, listing, span) or [0])
    if turn.name in BASES:
        return to_kurus(settled_e4(BASES[turn.name], span, sum_of))
    return to_kurus(OTHER_BASES[turn.name](world, listing, span))


def _last_ms(world: World, listing: Listing, turn: Turn) -> int:
    """When the row before was booked; 0 for the first one, which looks back as far as there is anything."""
    row = world.store.row(
        "SELECT transaction_at_ms FROM ledger_entry WHERE seller_id = ? AND storefront = ?"
        " AND ledger = 'other' AND transaction_at_ms <= ? AND type = ? AND COALESCE(sub_type, '') = ?"
        " ORDER BY transaction_at_ms DESC LIMIT 1",
        (*listing, turn.at_ms, turn.booking.type, turn.sub_type or ""),
    )
    return int(row[0]) if row else 0
