"""Seeding a current account: packages delivered day by day, and what comes of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.world.accounts.sellers import Edition
from emulator.world.core.ids import below, between, chance
from emulator.world.core.listing import Listing
from emulator.world.money.after_sale import (
    SaleEvent,
    draw_events,
    event_drafts,
    event_moment,
    event_of,
    schedule_event,
)
from emulator.world.money.ledger import Account, Entry, Sale, account_of, add_blank_entries
from emulator.world.money.moments import Moment, draw_moments
from emulator.world.money.package_rows import PackageRow, row_of_draft
from emulator.world.money.settlements import Draft, delivery_drafts, number_rows
from emulator.world.money.transaction_types import SALES
from emulator.world.orders.draw import draw_lines, new_line, new_order, new_package
from emulator.world.orders.due import schedule_order, schedule_steps
from emulator.world.orders.life import sold_package, walk
from emulator.world.orders.model import OWN_MARKETPLACE, Line, Package, Step
from emulator.world.orders.penalties import fine_past
from emulator.world.orders.products import Pool, pool_of
from emulator.world.orders.promotions import STOREFRONT, new_purchase, promote
from emulator.world.orders.rows import next_line_id, next_order_id, put_packages

if TYPE_CHECKING:
    from emulator.world.core.world import World

HOUR_MS = 3_600_000
MOST_LINES = 3
# Beside so many rows of the account there is a package that its seller gave up; I.
ROWS_PER_GIVEN_UP = 100


class FirstSale(NamedTuple):
    """One of the packages that an account begins with: how it is bought, and what happens to it later."""

    promotion: str
    events: tuple[str, ...]


# Of one unit each, so that even a short account has every type.
FIRST_SALES: Mapping[Edition, tuple[FirstSale, ...]] = {
    "int": (FirstSale("none", ("returned",)),),
    "tr": (
        FirstSale("discount", ("refunded_in_part", "returned")),
        FirstSale("coupon", ("returned",)),
        FirstSale("platform_discount", ("returned",)),
        FirstSale("platform_coupon", ("returned",)),
        FirstSale("own_delivery", ("returned",)),
        FirstSale("link", ("weighed_heavier",)),
        FirstSale("none", ("weighed_lighter",)),
        FirstSale("none", ("commission_lowered", "correction_withdrawn")),
        FirstSale("none", ("commission_raised", "correction_withdrawn")),
    ),
}


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
    first_sales: list[FirstSale]
    """What the next packages are, the last one first."""
    arrivals: Iterator[int] = field(default_factory=count)
    """Numbers that keep events of one moment in the order of arrival."""
    packages: list[Package] = field(default_factory=list)
    """The packages that were ordered by the first day, however far they are."""
    rows: list[Entry] = field(default_factory=list)
    """The rows of sales and of what came of them."""
    waiting: list[tuple[int, int, Sale, SaleEvent, list[PackageRow]]] = field(default_factory=list)
    """What is to happen to sales: (moment, number in the order of arrival, sale, event, what is booked of its
    package), a heap."""


def seed_account(world: World, part: Mapping[str, Any]) -> None:
    """Draw the packages of one seller's past on one storefront, and let the account follow from them.

    Its packages and rows are tens of thousands: they are written in batches, by the makers that the life of a
    package uses one at a time, each step being one that the table of that life has.
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
    most_packages = len(moments) + len(moments) // ROWS_PER_GIVEN_UP + 1
    past = Past(
        world=world,
        listing=listing,
        account=account,
        pool=pool_of(world, listing),
        rng=rng,
        order_ids=count(next_order_id(world, most_packages)),
        line_ids=count(next_line_id(world, most_packages * MOST_LINES)),
        decimals=part.get("decimals", False),
        first_sales=list(reversed(FIRST_SALES[account.edition])),
    )
    _live(past, moments)
    for moment in moments[ROWS_PER_GIVEN_UP // 2 :: ROWS_PER_GIVEN_UP]:
        _give_up(past, moment)
    put_packages(world, past.packages)
    fine_past(world, past.packages)
    add_blank_entries(world, past.rows)


def _live(past: Past, moments: list[Moment]) -> None:
    """At each moment the event that waits longest for its day comes about, or else a package is delivered.

    A package of several rows takes up the moments of as many, but never one at the edge of a window.
    """
    spare = 0
    for moment in moments:
        if past.waiting and past.waiting[0][0] <= moment.at_ms:
            spare += max(_happen(past, moment.at_ms) - 1, 0)
        elif spare and not moment.is_edge:
            spare -= 1
        else:
            spare += max(_deliver(past, moment) - 1, 0)
    while past.waiting:
        _happen(past, past.waiting[0][0])


def _happen(past: Past, at_ms: int) -> int:
    """Let the next event come about, or put it on the calendar; say how many rows it has made."""
    _, _, sale, event, package_rows = heappop(past.waiting)
    if at_ms > past.world.anchor_ms:
        schedule_event(past.world, past.listing, sale, event, at_ms)
        return 0
    drafts = list(event_drafts(event, sale, package_rows))
    package_rows += map(row_of_draft, drafts)
    past.rows += number_rows(past.account, drafts, at_ms)
    return len(drafts)


def _deliver(past: Past, moment: Moment) -> int:
    """Draw a package that is delivered at a moment, and book it; one that is yet to be goes to the calendar.

    Shapes: how many rows it has made.
    """
    world, anchor_ms = past.world, past.world.anchor_ms
    first_sale = past.first_sales.pop() if past.first_sales and not moment.is_edge else None
    package, steps = _package(past, moment, first_sale)
    if package.order.placed_ms > anchor_ms:
        schedule_order(world, package, steps)
        return 0
    behind = [step for step in steps if step[1] <= anchor_ms]
    package_now = walk(package, behind)
    past.packages.append(package_now)
    schedule_steps(world, package_now, steps[len(behind) :])
    if package_now.status != "delivered":
        return 0
    sale_rows = world.decisions["sale-rows"]
    drafts = list(delivery_drafts(past.account.edition, sold_package(package_now), sale_rows))
    past.rows += number_rows(past.account, drafts, moment.at_ms)
    _expect_events(past, drafts, moment.at_ms, first_sale)
    return len(drafts)


def _give_up(past: Past, moment: Moment) -> None:
    """Draw a package that its seller gave up at a moment, which has to have come."""
    if moment.at_ms <= past.world.anchor_ms:
        package, (first_step, *_) = _package(past, moment, None)
        past.packages.append(walk(package, (first_step, ("unsupplied", moment.at_ms))))


def _expect_events(past: Past, drafts: list[Draft], sold_ms: int, first_sale: FirstSale | None) -> None:
    """Put what will happen to the units of a package where it waits for its day."""
    package_rows: list[PackageRow] = []
    for sale, name, _ in drafts:
        if name not in SALES:
            continue
        for event in _events_of_unit(past, first_sale):
            package_rows = package_rows or list(map(row_of_draft, drafts))
            due_ms = event_moment(event, sold_ms, past.rng)
            heappush(past.waiting, (due_ms, next(past.arrivals), sale, event, package_rows))


def _events_of_unit(past: Past, first_sale: FirstSale | None) -> list[SaleEvent]:
    edition = past.account.edition
    if first_sale is None:
        return draw_events(past.world, edition, past.rng)
    events = (event_of(edition, name) for name in first_sale.events)
    return [event for event in events if event is not None]


def _package(past: Past, moment: Moment, first_sale: FirstSale | None) -> tuple[Package, list[Step]]:
    world, rng = past.world, past.rng
    placed_ms = moment.at_ms - between(rng, 30, 140) * HOUR_MS - below(rng, HOUR_MS)
    lines = _lines(past, placed_ms, is_single=moment.is_edge or first_sale is not None)
    order = new_order(world, past.listing, OWN_MARKETPLACE, next(past.order_ids), placed_ms, lines, rng)
    if first_sale is not None:
        package = new_purchase(world, order, lines, first_sale.promotion, rng)
    elif past.listing.storefront == STOREFRONT and not moment.is_edge:
        package = new_package(*promote(order, lines, rng), rng)
    else:
        package = new_package(order, lines, rng)
    return package, route(package, moment.at_ms)


def _lines(past: Past, placed_ms: int, *, is_single: bool) -> tuple[Line, ...]:
    """What is in a package: one thing alone where each moment is to have few rows."""
    if not (is_single or past.decimals):
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
