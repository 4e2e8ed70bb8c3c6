"""What waits of orders: packages go on their way, customers order, rows beside the orders are booked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import orjson

from emulator.world.core.ids import chance
from emulator.world.core.life import NoWay
from emulator.world.core.listing import Listing
from emulator.world.money.booking_bases import stored_sums
from emulator.world.money.bookings import Turn, booking_of, booking_row
from emulator.world.money.cargo_invoices import FindParcels, ParcelFinders
from emulator.world.money.ledger import account_of, add_entries
from emulator.world.orders.announcements import announce
from emulator.world.orders.facts import package_from
from emulator.world.orders.life import move_package
from emulator.world.orders.model import Package, Status, Step
from emulator.world.orders.repack import Counts, NoSuchUnits, split_groups, split_package
from emulator.world.orders.rows import next_package_id, put_packages
from emulator.world.orders.search import children_of, delivered_parcels, package_by_id
from emulator.world.orders.whole import PROGRESS, is_live

if TYPE_CHECKING:
    from emulator.world.core.world import World

ORDER, PACKAGE, BOOKING, SPLIT = "order", "package", "booking", "split"
# How long a split takes. Source: that it is done later is D, how much later is I.
SPLIT_MS = 3_000


def schedule_order(world: World, package: Package, steps: Sequence[Step]) -> None:
    """Put an order that is yet to be placed on the calendar, and the steps of its package behind it."""
    payload = {"package": orjson.loads(orjson.dumps(package)), "steps": steps}
    world.schedule(package.order.placed_ms, ORDER, payload)


def schedule_steps(world: World, package: Package, steps: Sequence[Step]) -> None:
    """Put the next steps of a package on the calendar."""
    if steps:
        world.schedule(steps[0][1], PACKAGE, {"package": package.id, "steps": steps})


def schedule_booking(world: World, listing: Listing, turn: Turn) -> None:
    """Put a row beside the orders on the calendar."""
    payload = {
        "seller": listing.seller_id,
        "storefront": listing.storefront,
        "type": turn.booking.type,
        "sub_type": turn.sub_type,
    }
    world.schedule(turn.at_ms, BOOKING, payload)


def schedule_split(
    world: World, package: Package, parts: Sequence[Counts], *, keeps_status: bool = False
) -> list[int]:
    """Have a package split some seconds from now; give the numbers that the new packages will have.

    Errors: NoWay, NoSuchUnits.
    """
    size = len(split_groups(package, parts))
    first_id = next_package_id(world, size)
    payload = {
        "package": package.id,
        "parts": [list(counts.items()) for counts in parts],
        "keeps_status": keeps_status,
        "first_id": first_id,
    }
    world.schedule(world.clock.now_ms() + SPLIT_MS, SPLIT, payload)
    return list(range(first_id, first_id + size))


def order_due(world: World, at_ms: int, payload: Mapping[str, Any]) -> None:
    """A customer places an order."""
    package = package_from(payload["package"])
    put_packages(world, [package])
    announce(world, package)
    schedule_steps(world, package, payload["steps"])


def package_due(world: World, at_ms: int, payload: Mapping[str, Any]) -> None:
    """A package goes a step on; it stays where it is once somebody else has led it another way.

    A step that the seller has already gone is left out. A package that was taken apart leaves its steps to
    those that were made of it.
    """
    package = package_by_id(world, payload["package"])
    if package is None:
        return
    (status, _), *steps = payload["steps"]
    for each in [package, *children_of(world, package)]:
        if _has_gone(each, status):
            schedule_steps(world, each, steps)
            continue
        with suppress(NoWay):
            schedule_steps(world, move_package(world, each, status), steps)


def _has_gone(package: Package, status: Status) -> bool:
    """Whether a package that a carrier brings, or will bring, has come that far already."""
    if package.dispatch.by_seller or not is_live(package) or status not in PROGRESS:
        return False
    return PROGRESS.index(package.status) >= PROGRESS.index(status)


def split_due(world: World, at_ms: int, payload: Mapping[str, Any]) -> None:
    """A package is split; nothing comes of it once somebody else has led the package another way."""
    package = package_by_id(world, payload["package"])
    if package is None:
        return
    parts = [dict(pairs) for pairs in payload["parts"]]
    with suppress(NoWay, NoSuchUnits):
        split_package(
            world, package, parts, keeps_status=payload["keeps_status"], first_id=payload["first_id"]
        )


def book_due(find_returns: FindParcels) -> Callable[[World, int, Mapping[str, Any]], None]:
    """Book the rows beside the orders as they fall due; goods that came back are found as said."""

    def booking_due(world: World, at_ms: int, payload: Mapping[str, Any]) -> None:
        listing = Listing(payload["seller"], payload["storefront"])
        account = account_of(world, listing)
        booking = booking_of(account, payload["type"], payload["sub_type"])
        assert booking is not None
        turn = Turn(at_ms, booking, payload["sub_type"])
        find = ParcelFinders(delivered_parcels, find_returns)
        rng = chance(world.seed, "booking", *listing, at_ms)
        row = booking_row(world, account, turn, find, stored_sums(world, listing), rng)
        if row is not None:
            add_entries(world, [row])

    return booking_due
