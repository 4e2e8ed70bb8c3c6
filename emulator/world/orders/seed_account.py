"""Seeding a current account: packages delivered day by day, what comes of them, and what stands beside."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any

from emulator.world.core.ids import below, between, chance, happens
from emulator.world.core.listing import Listing
from emulator.world.core.plan import DAY_MS
from emulator.world.money.bookings import RECENT_PARCELS, booking_row, turns
from emulator.world.money.ledger import Account, Entry, Sale, account_of, add_entries
from emulator.world.money.moments import Moment, draw_moments
from emulator.world.money.settlements import (
    FOLLOW_UPS,
    FollowUp,
    SoldPackage,
    follow_up_rows,
    sale_rows,
    sales_of,
    schedule_follow_up,
)
from emulator.world.orders.draw import draw_lines, new_line, new_order, new_package
from emulator.world.orders.due import schedule_booking, schedule_order, schedule_steps
from emulator.world.orders.life import OWN_MARKETPLACE, sold_package, walk
from emulator.world.orders.model import Line, Package, Step
from emulator.world.orders.products import Pool, pool_of
from emulator.world.orders.rows import next_line_id, next_order_id, put_packages

if TYPE_CHECKING:
    from emulator.world.core.world import World

HOUR_MS = 3_600_000
MOST_LINES = 3


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
    deliveries: list[SoldPackage] = field(default_factory=list)
    """Those of them that were delivered, oldest first."""
    delivery_moments: list[int] = field(default_factory=list)
    """When each of these was."""
    rows: list[Entry] = field(default_factory=list)
    """The rows of sales and of what came of them."""
    waiting: list[tuple[int, int, Sale, FollowUp]] = field(default_factory=list)
    """What is to come of sales: (moment, number in the order of arrival, sale, follow-up), a heap."""


def seed_account(world: World, part: Mapping[str, Any]) -> None:
    """Draw the packages of one seller's past on one storefront, and let the account follow from them.

    Shapes: ``part`` names seller, storefront and what ``draw_moments`` reads; what lies ahead of the first
    day waits on the calendar, so that the account goes on earning as the clock moves on. ``decimals`` asks
    for amounts with four of them.
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
    )
    _live(past, moments)
    put_packages(world, past.packages)
    add_entries(world, past.rows)
    _book_others(past, moments[0].at_ms, moments[-1].at_ms)


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
            spare += len(sales) - 1
            for sale in sales:
                _expect_follow_ups(past, sale, moment.at_ms)


def _expect_follow_ups(past: Past, sale: Sale, sold_ms: int) -> None:
    by_chance = (kind for kind in FOLLOW_UPS[past.account.edition] if happens(past.rng, kind.share))
    for kind in [past.certain.pop()] if past.certain else by_chance:
        due_ms = sold_ms + kind.days * DAY_MS + between(past.rng, 1, 20) * HOUR_MS
        heappush(past.waiting, (due_ms, next(past.arrivals), sale, kind))


def _follow_up(past: Past, at_ms: int) -> None:
    _, _, sale, kind = heappop(past.waiting)
    if at_ms > past.world.anchor_ms:
        schedule_follow_up(past.world, past.listing, sale, kind, at_ms)
        return
    past.rows += follow_up_rows(past.account, sale, kind, at_ms)


def _deliver(past: Past, moment: Moment) -> list[Sale]:
    """Draw a package that is delivered at a moment, and book it, or leave it to the calendar."""
    world, anchor_ms = past.world, past.world.anchor_ms
    package, steps = _package(past, moment)
    behind = [step for step in steps if step[1] <= anchor_ms]
    package_now = walk(package, behind)
    delivery = sold_package(package_now)
    sales = list(sales_of(delivery, world.decisions["sale-rows"]))
    if package_now.status == "delivered":
        past.packages.append(package_now)
        past.deliveries.append(delivery)
        past.delivery_moments.append(moment.at_ms)
        past.rows += sale_rows(past.account, sales, moment.at_ms)
    elif package.order.placed_ms <= anchor_ms:
        past.packages.append(package_now)
        schedule_steps(world, package_now, steps[len(behind) :])
    else:
        schedule_order(world, package, steps)
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


def _book_others(past: Past, first_ms: int, last_ms: int) -> None:
    """Write the rows beside the orders; those that lie ahead wait on the calendar."""
    world, account, rng = past.world, past.account, past.rng
    rows = []
    for turn in turns(account, first_ms, last_ms, rng):
        if turn.at_ms > world.anchor_ms:
            schedule_booking(world, account, turn)
        else:
            before = past.deliveries[: max(bisect_right(past.delivery_moments, turn.at_ms), 1)]
            rows.append(booking_row(world, account, turn, before[-RECENT_PARCELS:], rng))
    add_entries(world, rows)
