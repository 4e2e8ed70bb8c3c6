"""Moves of a current account: what happens to a sale, corrections in pairs, rows beside the orders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from emulator.world.core import ids
from emulator.world.core.money import exact
from emulator.world.core.move import Move, moment
from emulator.world.money.after_sale import AFTER_SALE, CORRECTIONS, RETURN_EVENT, SaleEvent, book_event
from emulator.world.money.booking_bases import stored_sums
from emulator.world.money.bookings import Turn, booking_of, booking_row
from emulator.world.money.cargo_invoices import ParcelFinders
from emulator.world.money.ledger import Entry, Sale, account_of, add_entries, edition_of
from emulator.world.money.package_rows import Left, PackageRow, is_of, rows_by_package, what_is_left
from emulator.world.money.transaction_types import SALES, UNDONE_BY

if TYPE_CHECKING:
    from emulator.world.core.world import World

WITHDRAWAL = "correction_withdrawn"
# The types that take another one back.
GIVERS: Mapping[str, tuple[str, ...]] = {
    taker: tuple(giver for giver, each in UNDONE_BY.items() if each == taker) for taker in UNDONE_BY.values()
}
IsCandidate = Callable[[Mapping[str, Left]], bool]


def book_entry(world: World, move: Move, find: ParcelFinders) -> str:
    """Something happens of which a row of the type given is booked, as long ago as the move says.

    Shapes: ``find`` gives the parcels that a cargo invoice can charge; the type may be a sub type, such as
    advertising.
    Errors: ValueError for a type that the edition's accounts do not have, when it can happen to no sale, or
    when nothing has come about since the row before.
    """
    name = move.type or ""
    event = _event_with(world, move, name)
    if event is not None:
        return _happen(world, move, event, lambda left: _has(left, name))
    account = account_of(world, move.listing)
    booking = booking_of(account, name)
    if booking is None:
        raise ValueError(f"no {move.type} can be booked in the account of {move.where}")
    subs = [sub for sub in booking.subs if name in (booking.type, sub)]
    while subs:
        turn = Turn(move.at_ms, booking, subs.pop(ids.below(move.rng, len(subs))))
        row = booking_row(world, account, turn, find, stored_sums(world, move.listing), move.rng)
        if row is not None:
            return write(world, move, [row])
    raise ValueError(f"there is nothing to book a {name} of in the account of {move.where}")


def book_return(world: World, move: Move) -> str:
    """A unit that was sold and has not come back yet comes back, and its sale is undone.

    Errors: ValueError when there is none.
    """
    event = _event_named(world, move, RETURN_EVENT)
    assert event is not None
    return _happen(world, move, event, lambda left: "sale" in left)


def book_correction(world: World, move: Move) -> str:
    """The commission on a sale is corrected, or a correction taken back, by two rows to be read together.

    Source: docs/cari-hesap-ekstresi-entegrasyonu, D: pairs, in the Turkish edition alone.
    Errors: ValueError when the account knows no corrections, or none with the type given.
    """
    events = [
        event
        for event in AFTER_SALE[edition_of(world, move.listing)]
        if len(event.types) > 1 and move.type in {None, *event.types}
    ]
    back = GIVERS.get(move.type or "", ())
    withdrawal = _event_named(world, move, WITHDRAWAL)
    if withdrawal is not None and set(back) & set(CORRECTIONS):
        return _happen(world, move, withdrawal, lambda left: _has(left, move.type or ""))
    if not events:
        wanted_type = f" with {move.type}" if move.type else ""
        raise ValueError(f"no pair of corrections{wanted_type} stands in the account of {move.where}")
    return _happen(world, move, ids.pick(move.rng, events), lambda left: "sale" in left)


def _event_with(world: World, move: Move, name: str) -> SaleEvent | None:
    """What happens to a sale when a row of a type is booked, or None for a type beside the orders."""
    events = AFTER_SALE[edition_of(world, move.listing)]
    event = next((event for event in events if name in event.types), None)
    if event is not None or name not in GIVERS:
        return event
    return _event_named(world, move, WITHDRAWAL if set(GIVERS[name]) & set(CORRECTIONS) else RETURN_EVENT)


def _event_named(world: World, move: Move, name: str) -> SaleEvent | None:
    return next((event for event in AFTER_SALE[edition_of(world, move.listing)] if event.name == name), None)


def _has(left: Mapping[str, Left], name: str) -> bool:
    """Whether a row of a type can be booked of a sale of which so much is left."""
    givers = () if name == "provision_negative" else GIVERS.get(name, ())
    return "sale" in left and (not givers or any(each in left for each in givers))


def _happen(world: World, move: Move, event: SaleEvent, is_candidate: IsCandidate) -> str:
    """Let something happen to a sale, one of those it can happen to."""
    candidates = [
        (sale, package_rows)
        for package_rows in rows_by_package(world, move.listing).values()
        for sale in _sales_in(package_rows, move.at_ms)
        if is_candidate(what_is_left(row for row in package_rows if is_of(sale, row)))
    ]
    sale, package_rows = move.choose(candidates, "sale")
    return sentence(move, book_event(world, move.listing, event, sale, package_rows, move.at_ms))


def _sales_in(package_rows: Sequence[PackageRow], until_ms: int) -> Iterator[Sale]:
    return (row.sale for row in package_rows if row.type in SALES and row.at_ms <= until_ms)


def write(world: World, move: Move, rows: Sequence[Entry]) -> str:
    """Write the rows of a move, and say in a sentence which they are."""
    add_entries(world, rows)
    return sentence(move, rows)


def sentence(move: Move, rows: Sequence[Entry]) -> str:
    """Say which rows a move has booked."""
    each = " and ".join(
        f"{row.type.replace('_', ' ')} {row.id} over {exact(row.debt_e4 + row.credit_e4)}" for row in rows
    )
    of = f" of order {rows[0].order_number}" if rows[0].order_number else ""
    were = "was" if len(rows) == 1 else "were"
    return f"{each}{of} {were} booked for {move.where}, dated {moment(move.at_ms)}"
