"""What waits of a world that lives: the hours that bring orders, and what becomes of each of these."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from emulator.world.core import meta
from emulator.world.core.calendar import Job
from emulator.world.core.ids import below, chance, pick
from emulator.world.core.life import NoWay
from emulator.world.core.listing import Listing
from emulator.world.orders.life import move_package
from emulator.world.orders.model import AGREED_MS, Package, Status
from emulator.world.orders.repack import Cancellation, cancel_units
from emulator.world.orders.search import children_of, package_by_id, standing_of
from emulator.world.traffic.work import ARRIVAL, CHANGE_OF_MIND, HOUR, HOUR_MS, ORDER, PAYMENT, ROUND

if TYPE_CHECKING:
    from emulator.world.core.world import World

START_FACT = "traffic_from_ms"
# The number of a customer's reason is on no page, I.
CUSTOMER_CANCELS = Cancellation("customer", 1)
# How often a carrier asks for a package that is not ready, in hours; I.
ROUND_HOURS = 4
# The statuses in which a package waits for its customer's payment, or for its seller.
WAITING: tuple[Status, ...] = ("created", "awaiting")
# The ways on from a carrier, as often as each stands here, and how many hours each step takes; I.
ARRIVALS: tuple[tuple[Status, ...], ...] = (
    *(("delivered",),) * 15, *(("at_collection_point", "delivered"),) * 4, ("undelivered", "returned"),
)  # fmt: skip
ARRIVAL_HOURS = (14, 60)


def start_traffic(world: World) -> None:
    """Let the hours of a world begin to bring orders, where its recipe asks for them."""
    if world.plan.recipe.get("orders_per_hour"):
        world.schedule(world.anchor_ms + 1, HOUR)


def next_hour(at_ms: int) -> int:
    """The beginning of the next full hour."""
    return at_ms - at_ms % HOUR_MS + HOUR_MS


def hour_due(world: World, at_ms: int, payload: Any) -> None:
    """An hour begins: the moments at which customers will order in it are drawn.

    What lies before the moment from which the world lives brings none.
    """
    from_ms, hour_ms = _first_moment(world), at_ms - at_ms % HOUR_MS
    if hour_ms + HOUR_MS <= from_ms:
        return
    listings = sellable_listings(world)
    if not listings:
        return
    rng = chance(world.seed, "traffic", hour_ms)
    for number in range(world.plan.recipe["orders_per_hour"]):
        order_ms, listing = hour_ms + below(rng, HOUR_MS), pick(rng, listings)
        if order_ms >= from_ms:
            world.schedule(order_ms, ORDER, [*listing, hour_ms, number])


def _first_moment(world: World) -> int:
    """The moment from which the world lives: where its clock starts, or real time at the first look at it."""
    if world.plan.now_ms is not None:
        return world.plan.now_ms
    text = meta.fact(world.store, START_FACT)
    if text is None:
        text = str(world.clock.wall() + world.clock.state.offset_ms)
        meta.keep(world.store, START_FACT, text)
    return int(text)


def sellable_listings(world: World) -> list[Listing]:
    """Every listing that has contents."""
    rows = world.store.rows(
        "SELECT DISTINCT seller_id, storefront FROM content ORDER BY seller_id, storefront"
    )
    return [Listing(*row) for row in rows]


def order_due(world: World, at_ms: int, payload: Any) -> None:
    """A customer orders something, if anything is left."""
    # What draws people is loaded by the first world that lives, not by every start.
    from emulator.world.traffic.customers import place_order

    seller_id, storefront, *labels = payload
    rng = chance(world.seed, "traffic", *labels, seller_id, storefront)
    place_order(world, Listing(seller_id, storefront), at_ms, rng)


def payment_due(world: World, at_ms: int, payload: Any) -> None:
    """A customer has paid for an order, or has failed to."""
    number, is_paid = payload
    _move(world, package_by_id(world, number), "created" if is_paid else "cancelled", "platform")


def change_of_mind_due(world: World, at_ms: int, payload: Any) -> None:
    """A customer cancels what no carrier has yet: all of an order, or one unit where there are more."""
    number, is_unit = payload
    for package in _family(world, number):
        if is_unit and package.quantity > 1:
            with suppress(NoWay):
                cancel_units(world, package, {package.lines[0].id: 1}, CUSTOMER_CANCELS)
            return
        _move(world, package, "cancelled", "customer")


def round_due(world: World, at_ms: int, payload: Any) -> None:
    """A carrier comes for what is ready; what is late is cancelled, and for the rest it will come again.

    Most rounds find a package that waits for its seller and is not late for long: its columns say so, and
    nothing else of it is read.
    Source: Trendyol cancels packages that are late, D; that the moment is agreedDeliveryDate is I.
    """
    next_ms, standing = at_ms + ROUND_HOURS * HOUR_MS, standing_of(world, payload[0])
    if standing is not None and standing.status in WAITING and next_ms < standing.placed_ms + AGREED_MS:
        world.schedule(next_ms, ROUND, payload)
        return
    for package in _family(world, payload[0]):
        if package.status in ("picking", "invoiced"):
            _move(world, package, "shipped", "carrier")
            _schedule_arrival(world, package, at_ms)
        elif package.status in WAITING:
            late_ms = package.agreed_ms
            if at_ms >= late_ms:
                _move(world, package, "cancelled", "platform")
            else:
                world.schedule(min(next_ms, late_ms), ROUND, [package.id, None])


def arrival_due(world: World, at_ms: int, payload: Any) -> None:
    """A package comes to its next place."""
    number, (status, *onward) = payload
    package = package_by_id(world, number)
    if _move(world, package, status, "carrier") and onward:
        world.schedule(at_ms + ROUND_HOURS * HOUR_MS * 5, ARRIVAL, [number, onward])


def _schedule_arrival(world: World, package: Package, at_ms: int) -> None:
    rng = chance(world.seed, "traffic arrival", package.id)
    low, high = ARRIVAL_HOURS
    arrival_ms = at_ms + low * HOUR_MS + below(rng, (high - low) * HOUR_MS)
    world.schedule(arrival_ms, ARRIVAL, [package.id, pick(rng, ARRIVALS)])


def _family(world: World, number: int) -> list[Package]:
    """A package and those that were made of it."""
    package = package_by_id(world, number)
    if package is None:
        return []
    return (
        [package, *children_of(world, package)] if package.status in ("unpacked", "cancelled") else [package]
    )


def _move(world: World, package: Package | None, status: Status, by: str) -> bool:
    """Lead a package on, unless somebody else has led it another way."""
    if package is None:
        return False
    with suppress(NoWay):
        move_package(world, package, status, by)
        return True
    return False


JOBS: Mapping[str, Job[World]] = {
    HOUR: Job(hour_due, next_hour),
    **{
        kind: Job(work)
        for kind, work in {
            ORDER: order_due,
            PAYMENT: payment_due,
            CHANGE_OF_MIND: change_of_mind_due,
            ROUND: round_due,
            ARRIVAL: arrival_due,
        }.items()
    },
}
