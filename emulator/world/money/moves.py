"""Moves of a current account: what follows a sale, corrections that come in pairs, rows beside the orders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from emulator.world.core import ids
from emulator.world.core.money import exact
from emulator.world.core.move import Move, moment
from emulator.world.money.bookings import Turn, booking_of, booking_row
from emulator.world.money.ledger import Account, Entry, Sale, account_of, add_entries
from emulator.world.money.settlements import FOLLOW_UPS, FollowUp, SoldPackage, sales_by, settlement

if TYPE_CHECKING:
    from emulator.world.core.world import World

RETURNS = (
    "SELECT shipment_package_id, barcode FROM ledger_entry"
    " WHERE seller_id = ? AND storefront = ? AND ledger = 'settlement' AND type = 'return'"
)


def book_entry(world: World, move: Move, packages: Sequence[SoldPackage]) -> str:
    """A row of the type given is booked whose transaction lies as long ago as the move says.

    Shapes: ``packages`` are those delivered before, whose parcels a cargo invoice can name.
    Errors: ValueError for a type that the edition's accounts do not have.
    """
    account, name = account_of(world, move.listing), move.type
    kind = next((kind for kind in FOLLOW_UPS[account.edition] if name in kind.types), None)
    if name is not None and kind is not None:
        return _follow_up(world, move, account, FollowUp((name,), kind.share, kind.percent, kind.days))
    booking = booking_of(account, name or "")
    if booking is None:
        raise ValueError(f"no {name} can be booked in the account of {move.where}")
    subs = [sub for sub in booking.subs if packages or sub != "cargo"]
    turn = Turn(move.at_ms, booking, ids.pick(move.rng, subs))
    return write(world, move, [booking_row(world, account, turn, packages, move.rng)])


def book_return(world: World, move: Move) -> str:
    """A sale that was not returned yet comes back whole.

    Errors: ValueError when there is none.
    """
    account = account_of(world, move.listing)
    returns = Counter(world.store.rows(RETURNS, move.listing))
    sales = []
    for sale in sales_by(world, move.listing, move.at_ms):
        place = (sale.package_id, sale.barcode)
        if returns[place]:
            returns[place] -= 1
        else:
            sales.append(sale)
    return _follow_up(world, move, account, FollowUp(("return",), 1.0, 100, 0), sales)


def book_correction(world: World, move: Move) -> str:
    """A pair of rows corrects or takes back a part of a sale; they are to be read together.

    Source: docs/cari-hesap-ekstresi-entegrasyonu, D: pairs, in the Turkish edition alone.
    Errors: ValueError when the account knows no corrections, or none with the type given.
    """
    account = account_of(world, move.listing)
    pairs = [
        kind
        for kind in FOLLOW_UPS[account.edition]
        if len(kind.types) > 1 and move.type in {None, *kind.types}
    ]
    if not pairs:
        wanted_type = f" with {move.type}" if move.type else ""
        raise ValueError(f"no pair of corrections{wanted_type} stands in the account of {move.where}")
    return _follow_up(world, move, account, ids.pick(move.rng, pairs))


def _follow_up(
    world: World, move: Move, account: Account, kind: FollowUp, sales: Sequence[Sale] | None = None
) -> str:
    sale = move.choose(sales_by(world, move.listing, move.at_ms) if sales is None else sales, "sale")
    return write(
        world, move, [settlement(account, sale, name, kind.percent, move.at_ms) for name in kind.types]
    )


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
