"""Seeding a current account: packages delivered day by day, what comes of them, and what stands beside."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from operator import attrgetter
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.world.core.ids import below, between, chance
from emulator.world.core.listing import Listing
from emulator.world.core.plan import DAY_MS
from emulator.world.money.bookings import RECENT_PARCELS, booking_row, turns
from emulator.world.money.ledger import Account, Entry, Sale, account_of, add_blank_entries
from emulator.world.money.moments import Moment, draw_moments
from emulator.world.money.settlements import (
    FOLLOW_UPS,
    FollowUp,
    SoldPackage,
    draw_follow_ups,
    follow_up_moment,
    follow_up_rows,
    sale_rows,
    sales_of,
    schedule_follow_up,
)
from emulator.world.orders.draw import draw_lines, new_line, new_order, new_package
from emulator.world.orders.due import schedule_booking, schedule_order, schedule_steps
from emulator.world.orders.life import sold_package, walk
from emulator.world.orders.model import OWN_MARKETPLACE, Line, Package, Step
from emulator.world.orders.products import Pool, pool_of
from emulator.world.orders.rows import next_line_id, next_order_id, put_packages

if TYPE_CHECKING:
    from emulator.world.core.world import World

HOUR_MS = 3_600_000
MOST_LINES = 3
# How far rows beside the orders go on in an account whose packages are on their way.
BOOKINGS_AHEAD_DAYS = 30


class Delivery(NamedTuple):
    """When a package of the own marketplace was delivered, and what was in it."""

    at_ms: int
    package: SoldPackage


@dataclass(slots=True)
class Past:
    """An account while it is drawn: what its packages are made of, and what there is by now."""

    world: World
    """Where it is drawn."""
    listing: Listing
    """The seller and the storefront."""
    account: Account
    """Where its rows go."""
    pool: Pool
    """What its customers order."""
    rng: Random
    """Chance of its own."""
    order_ids: Iterator[int]
    """The id of each next order."""
    line_ids: Iterator[int]
    """The id of each next line."""
    decimals: bool
    """Whether amounts have four decimals."""
    certain: list[FollowUp]
    """The follow-ups that the next sales get, one each, the last one first."""
    arrivals: Iterator[int] = field(default_factory=count)
    """Numbers that keep follow-ups of one moment in the order of arrival."""
    packages: list[Package] = field(default_factory=list)
    """The packages that were ordered by the first day, however far they are."""
    deliveries: list[Delivery] = field(default_factory=list)
    """Those of them that were delivered, and what else the listing has sold."""
    rows: list[Entry] = field(default_factory=list)
    """The rows of sales and of what came of them."""
    waiting: list[tuple[int, int, Sale, FollowUp]] = field(default_factory=list)
    """What is to come of sales: (moment, number in the order of arrival, sale, follow-up), a heap."""


def seed_account(world: World, part: Mapping[str, Any], deliveries: Iterable[Delivery] = ()) -> None:
    """Draw the packages of one seller's past on one storefront, and let the account follow from them.

    Its packages and rows are tens of thousands: they are written in batches, by the makers that the life of a
    package uses one at a time, each step being one that the table of that life has.
    Shapes: ``part`` names seller, storefront and what ``draw_moments`` reads; what lies ahead of the first
    day waits on the calendar, so that the account goes on earning as the clock moves on. ``decimals`` asks
    for amounts with four of them. ``deliveries`` are what the listing has sold beside.
    """
    listing = Listing(part["seller"], part["storefront"])
    rng = chance(world.seed, "money", *listing)
    moments = draw_moments(world, part, rng)
    if not moments:
        return
    account = account_of(world, listing)
    past = Past(
        world=world,
        listing=listing,
        account=account,
        pool=pool_of(world, listing),
        rng=rng,
        order_ids=count(next_order_id(world, len(moments))),
        line_ids=count(next_line_id(world, len(moments) * MOST_LINES)),
        decimals=part.get("decimals", False),
        certain=list(reversed(FOLLOW_UPS[account.edition])),
        deliveries=list(deliveries),
    )
    _live(past, moments)
    put_packages(world, past.packages)
    add_blank_entries(world, past.rows)
    last_ms = max(moments[-1].at_ms, world.anchor_ms)
    _book_others(world, account, past.deliveries, (moments[0].at_ms, last_ms), rng)


def seed_bookings(world: World, listing: Listing, deliveries: Sequence[Delivery]) -> None:
    """Book what stands beside the sales of a listing that has no drawn account, some weeks ahead too."""
    if deliveries:
        span = (min(each.at_ms for each in deliveries), world.anchor_ms + BOOKINGS_AHEAD_DAYS * DAY_MS)
        rng = chance(world.seed, "bookings", *listing)
        _book_others(world, account_of(world, listing), deliveries, span, rng)


def _live(past: Past, moments: list[Moment]) -> None:
    """At each moment the follow-up that waits longest for its day, or else a package is delivered.

    The first sales get one follow-up of each kind, so that even a short history has every type. A package of
    several units takes up the moments of as many rows, but never one at the edge of a window.
    """
    spare = 0
    for moment in moments:
        if past.waiting and past.waiting[0][0] <= moment.at_ms:
            _follow_up(past, moment.at_ms)
        elif spare and not moment.is_edge:
            spare -= 1
        else:
            sales = _deliver(past, moment)
            spare += max(len(sales) - 1, 0)
            for sale in sales:
                _expect_follow_ups(past, sale, moment.at_ms)
    while past.waiting:
        _follow_up(past, past.waiting[0][0])


def _expect_follow_ups(past: Past, sale: Sale, sold_ms: int) -> None:
    kinds = [past.certain.pop()] if past.certain else draw_follow_ups(past.account.edition, past.rng)
    for kind in kinds:
        due_ms = follow_up_moment(kind, sold_ms, past.rng)
        heappush(past.waiting, (due_ms, next(past.arrivals), sale, kind))


def _follow_up(past: Past, at_ms: int) -> None:
    _, _, sale, kind = heappop(past.waiting)
    if at_ms > past.world.anchor_ms:
        schedule_follow_up(past.world, past.listing, sale, kind, at_ms)
        return
    past.rows += follow_up_rows(past.account, sale, kind, at_ms)


def _deliver(past: Past, moment: Moment) -> list[Sale]:
    """Draw a package that is delivered at a moment, and book it; one that is yet to be goes to the calendar.

    Shapes: the sales that were booked.
    """
    world, anchor_ms = past.world, past.world.anchor_ms
    package, steps = _package(past, moment)
    if package.order.placed_ms > anchor_ms:
        schedule_order(world, package, steps)
        return []
    behind = [step for step in steps if step[1] <= anchor_ms]
    package_now = walk(package, behind)
    past.packages.append(package_now)
    schedule_steps(world, package_now, steps[len(behind) :])
    if package_now.status != "delivered":
        return []
    delivery = Delivery(moment.at_ms, sold_package(package_now))
    past.deliveries.append(delivery)
    sales = list(sales_of(delivery.package, world.decisions["sale-rows"]))
    past.rows += sale_rows(past.account, sales, moment.at_ms)
    return sales


def _package(past: Past, moment: Moment) -> tuple[Package, list[Step]]:
    rng = past.rng
    placed_ms = moment.at_ms - between(rng, 30, 140) * HOUR_MS - below(rng, HOUR_MS)
    lines = _lines(past, placed_ms, moment)
    order = new_order(past.world, past.listing, OWN_MARKETPLACE, next(past.order_ids), placed_ms, lines, rng)
    package = new_package(order, lines, rng)
    return package, route(package, moment.at_ms)


def _lines(past: Past, placed_ms: int, moment: Moment) -> tuple[Line, ...]:
    """What is in a package: one thing alone at the edge of a window, where each moment has one row."""
    if not (moment.is_edge or past.decimals):
        return draw_lines(past.pool, placed_ms, past.line_ids, past.rng)
    extra_e4 = below(past.rng, 100) if past.decimals else 0
    product = past.pool.draw(placed_ms, past.rng)
    return (new_line(next(past.line_ids), product, 1, past.rng, extra_e4=extra_e4),)


def route(package: Package, delivered_ms: int) -> list[Step]:
    """The way of a package to its customer, in parts of the time that it takes."""
    placed_ms = package.order.placed_ms
    span_ms = delivered_ms - placed_ms
    return [
        ("picking", placed_ms + span_ms // 8),
        ("invoiced", placed_ms + span_ms // 6),
        ("shipped", placed_ms + span_ms // 3),
        ("delivered", delivered_ms),
    ]


def _book_others(
    world: World, account: Account, deliveries: Iterable[Delivery], span: tuple[int, int], rng: Random
) -> None:
    """Write the rows beside the orders in a span of time; those that lie ahead wait on the calendar."""
    rows = []
    by_time = sorted(deliveries, key=attrgetter("at_ms"))
    for turn in turns(account, *span, rng):
        if turn.at_ms > world.anchor_ms:
            schedule_booking(world, account, turn)
            continue
        count_before = max(bisect_right(by_time, turn.at_ms, key=attrgetter("at_ms")), 1)
        recent = by_time[max(count_before - RECENT_PARCELS, 0) : count_before]
        rows.append(booking_row(world, account, turn, [each.package for each in recent], rng))
    add_blank_entries(world, rows)
