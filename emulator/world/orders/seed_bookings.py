"""Seeding what stands beside the orders: each row by what had come about and was paid by its moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.world.core.ids import chance
from emulator.world.core.istanbul import next_wednesday
from emulator.world.core.listing import Listing
from emulator.world.core.plan import DAY_MS
from emulator.world.money.booking_bases import SumOf, summed_up
from emulator.world.money.bookings import Turn, booking_row, turns
from emulator.world.money.cargo_invoices import FindParcels, ParcelFinders
from emulator.world.money.ledger import account_of, add_blank_entries, edition_of
from emulator.world.money.payouts import cut_payment_orders, first_payout_ms
from emulator.world.orders.due import schedule_booking
from emulator.world.orders.search import delivered_parcels

if TYPE_CHECKING:
    from emulator.world.core.world import World

# How far rows beside the orders go on in an account whose packages are on their way.
AHEAD_DAYS = 30


class Past(NamedTuple):
    """An account whose past has all its settlements: what they add up to, and chance of its own.

    Units: epoch milliseconds UTC.
    """

    listing: Listing
    """Whose account it is."""
    first_ms: int
    """When its first row was booked."""
    last_ms: int
    """Until when rows beside the orders are booked or wait."""
    sum_of: SumOf
    """What its settlements add up to."""
    rng: Random
    """Chance of its own."""


def seed_bookings_with(find_returns: FindParcels) -> Callable[[World], None]:
    """What seeds the rows beside the orders; goods that came back are found as said."""
    find = ParcelFinders(delivered_parcels, find_returns)

    def seed_bookings(world: World) -> None:
        """Book all accounts together in the order of time, each Wednesday paid before what follows it."""
        payout_ms = first_payout_ms(world)
        for turn, past in _turns(world):
            if turn.at_ms > world.anchor_ms:
                schedule_booking(world, past.listing, turn)
                continue
            while payout_ms <= turn.at_ms:
                cut_payment_orders(world, payout_ms)
                payout_ms = next_wednesday(payout_ms)
            account = account_of(world, past.listing)
            row = booking_row(world, account, turn, find, past.sum_of, past.rng)
            add_blank_entries(world, [] if row is None else [row])

    return seed_bookings


def _turns(world: World) -> list[tuple[Turn, Past]]:
    pairs = [
        (turn, past)
        for past in _pasts(world)
        for turn in turns(edition_of(world, past.listing), past.first_ms, past.last_ms, past.rng)
    ]
    return sorted(pairs, key=lambda pair: pair[0].at_ms)


def _pasts(world: World) -> Iterator[Past]:
    """The accounts that the recipe draws, those that have sold something by now."""
    recipe = world.plan.recipe
    days_ahead = {_listing_of(part): AHEAD_DAYS for part in recipe.get("orders", ()) if "count" in part}
    drawn_parts = [part for part in recipe.get("money", ()) if "entries" not in part]
    days_ahead |= {_listing_of(part): part.get("ahead", 0) for part in drawn_parts}
    for listing, days in days_ahead.items():
        row = world.store.row(
            "SELECT MIN(transaction_at_ms) FROM ledger_entry"
            " WHERE seller_id = ? AND storefront = ? AND ledger = 'settlement'",
            listing,
        )
        if row is not None and row[0] is not None:
            last_ms = world.anchor_ms + days * DAY_MS
            rng = chance(world.seed, "bookings", *listing)
            yield Past(listing, row[0], last_ms, summed_up(world, listing), rng)


def _listing_of(part: Mapping[str, Any]) -> Listing:
    return Listing(part["seller"], part["storefront"])
