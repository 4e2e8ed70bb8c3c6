"""What stands beside the orders: invoices, notes, transfers, withheld tax, each in its own rhythm."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from emulator.world.core.ids import between, happens, next_number, pick
from emulator.world.core.listing import Listing
from emulator.world.core.money import SCALE
from emulator.world.core.plan import DAY_MS
from emulator.world.money.booking_bases import BASES, SumOf, basis_amount
from emulator.world.money.cargo_invoices import (
    CargoItem,
    ReturnParcel,
    ReturnParcels,
    add_cargo_items,
    charged_fees,
    uncharged_returns,
)
from emulator.world.money.ledger import Account, Entry, entry
from emulator.world.money.sold import SoldPackage
from emulator.world.money.transaction_types import TYPES, Side, booking_amounts

if TYPE_CHECKING:
    from emulator.world.core.world import World

FIRST_RETURN_PARCEL = 7_330_900_000_000_001
RETURN_SHARE = 0.15
RECENT_PARCELS = 50


# The parcel back to its seller that is charged in the place of one of a package; None where none has come.
NextReturn = Callable[[SoldPackage], ReturnParcel | None]


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


class Turn(NamedTuple):
    """When something is booked, which kind, the sub type whose turn it is, and until when it looks back.

    Units: epoch milliseconds UTC.
    """

    at_ms: int
    booking: Booking
    sub_type: str | None
    until_ms: int


DEDUCTIONS = (
    "cargo", "platform_service_fee", "cargo", "advertising", "late_dispatch", "cargo",
    "cargo_objection_refund", "unsupplied", "cargo", "international_service",
)  # fmt: skip
# Source: seen on a live Turkish account, C: 129 of 727 rows charge commission, more than half of the money.
TURKISH_DEDUCTIONS = (
    "cargo", "commission", "platform_service_fee", "cargo", "advertising", "late_dispatch", "cargo",
    "commission", "cargo_objection_refund", "unsupplied", "cargo", "international_service",
)  # fmt: skip
# How many days after its invoice commission is taken: when the sales that it is of are paid; I.
DUE_DAYS: Mapping[str | None, int] = {"commission": 28}
# Sub types that give back what their type takes. Source: refunds carry the amount in credit, C.
REFUNDS: Mapping[str | None, Side] = {"cargo_objection_refund": "credit", "stoppage_cancel": "credit"}

BOOKINGS: Mapping[str, tuple[Booking, ...]] = {
    "int": (
        Booking("deduction_invoices", 2, 15, 140, DEDUCTIONS, "DDF"),
        Booking("credit_note", 9, 20, 90, serial="CRN"),
        Booking("commission_invoice", 14, 40, 160, serial="KOM"),
    ),
    "tr": (
        Booking("deduction_invoices", 2, 15, 140, TURKISH_DEDUCTIONS, "DDF"),
        Booking("stoppage", 3, 5, 40),
        Booking("stoppage", 12, 5, 40, ("stoppage_cancel",)),
        Booking("cash_advance", 20, 100, 400),
        Booking("wire_transfer", 17, 20, 120),
        Booking("incoming_transfer", 29, 50, 200),
        Booking("return_invoice", 13, 30, 150, serial="TYE"),
        Booking("commission_agreement_invoice", 31, 20, 80, serial="KMF"),
        Booking("financial_item", 11, 5, 60),
    ),
}


def booking_of(account: Account, name: str, sub_type: str | None = None) -> Booking | None:
    """The kind of that type or sub type which an account has, the one with a sub type first, or None."""
    kinds = [kind for kind in BOOKINGS[account.edition] if name in (kind.type, *kind.subs)]
    return next((kind for kind in kinds if sub_type in kind.subs), kinds[0] if kinds else None)


def turns(account: Account, first_ms: int, last_ms: int, rng: Random) -> list[Turn]:
    """What is booked between two moments, in the order of time."""
    return sorted(_turns(account, first_ms, last_ms, rng), key=lambda turn: turn.at_ms)


def _turns(account: Account, first_ms: int, last_ms: int, rng: Random) -> Iterator[Turn]:
    for booking in BOOKINGS[account.edition]:
        starts = range(first_ms, max(last_ms - DAY_MS, first_ms + 1), booking.every * DAY_MS)
        for place, start_ms in enumerate(starts):
            at_ms = start_ms + int(rng.random() * DAY_MS)
            yield Turn(at_ms, booking, booking.subs[place % len(booking.subs)], start_ms)


def booking_row(
    world: World,
    account: Account,
    turn: Turn,
    packages: Sequence[SoldPackage],
    next_return: NextReturn,
    rng: Random,
    sum_of: SumOf,
) -> Entry | None:
    """The row of one booking, for whoever writes it down; the parcels of a cargo invoice are written here.

    Shapes: ``packages`` are those delivered before, oldest first; the latest are on a cargo invoice. None
    where the settlements have nothing to charge or to give back.
    """
    booking = turn.booking
    amount_e4 = between(rng, booking.low * 100, booking.high * 100) * SCALE // 100
    if turn.sub_type == "cargo_objection_refund":
        amount_e4 = pick(rng, charged_fees(world, packages) or [amount_e4])
    fees = _parcel_fees(packages, rng) if turn.sub_type == "cargo" else []
    if fees:
        amount_e4 = sum(amount for _, amount in fees)
    basis = BASES.get(turn.sub_type or booking.type)
    if basis is not None:
        amount_e4 = basis_amount(basis, days_between(booking, turn.sub_type), turn.until_ms, sum_of)
        if amount_e4 <= 0:
            return None
    amounts = booking_amounts(REFUNDS.get(turn.sub_type, TYPES[booking.type].side), amount_e4)
    row = entry(
        account, TYPES[booking.type], amounts, turn.at_ms, sub_type=turn.sub_type, serial=booking.serial
    )
    row = row._replace(due_at_ms=row.due_at_ms + DUE_DAYS.get(turn.sub_type, 0) * DAY_MS)
    add_cargo_items(world, [_item(row, *fee, next_return, rng) for fee in fees])
    return row


def days_between(booking: Booking, sub_type: str | None) -> int:
    """How many days lie between two rows of a sub type, whose turn comes round with those of the others."""
    return booking.every * len(booking.subs) // booking.subs.count(sub_type)


def _parcel_fees(packages: Sequence[SoldPackage], rng: Random) -> list[tuple[SoldPackage, int]]:
    """A few of the latest parcels, each once, and what the carrier asks for each."""
    recent = list(packages[-RECENT_PARCELS:])
    count = min(between(rng, 1, 4), len(recent))
    return [
        (recent.pop(int(rng.random() * len(recent))), between(rng, 1_450, 6_990) * SCALE // 100)
        for _ in range(count)
    ]


def past_return(world: World) -> NextReturn:
    """What is charged in a past that has no claims yet: a parcel of the package, with a number of its own."""
    return lambda package: ReturnParcel(
        package.order_number, next_number(world.store, "return parcel", FIRST_RETURN_PARCEL)
    )


def next_return_of(world: World, listing: Listing, at_ms: int, find: ReturnParcels) -> NextReturn:
    """What is charged from now on: the parcels that came back, each once, the oldest first."""
    parcels = iter(uncharged_returns(world, listing.seller_id, find(world, listing, at_ms, RECENT_PARCELS)))
    return lambda package: next(parcels, None)


def _item(
    invoice: Entry, package: SoldPackage, amount_e4: int, next_return: NextReturn, rng: Random
) -> CargoItem:
    parcel = next_return(package) if happens(rng, RETURN_SHARE) else None
    return CargoItem(
        seller_id=invoice.seller_id,
        invoice_serial=invoice.id,
        direction="return" if parcel else "outbound",
        parcel_id=parcel.parcel_id if parcel else package.parcel_id,
        order_number=parcel.order_number if parcel else package.order_number,
        amount_e4=amount_e4,
        desi=between(rng, 1, 12),
    )
