"""Seeding orders of every kind and status; those under way go on some days later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count, product
from random import Random
from typing import TYPE_CHECKING

from emulator.world.core.ids import below, between, chance
from emulator.world.core.listing import Listing
from emulator.world.core.plan import DAY_MS
from emulator.world.orders.carriers import LOCKER_CARRIER, LOCKER_CODE, cargo_number, has_begun
from emulator.world.orders.draw import draw_lines, new_line, new_order, new_package
from emulator.world.orders.due import schedule_steps
from emulator.world.orders.kinds import KINDS, kinds_of
from emulator.world.orders.life import put_past
from emulator.world.orders.model import OWN_MARKETPLACE, Line, Package, Route, Status, Step
from emulator.world.orders.products import Pool, pool_of
from emulator.world.orders.repack import Cancellation, cancel_units, split_package
from emulator.world.orders.rows import next_line_id, next_order_id

if TYPE_CHECKING:
    from emulator.world.core.world import World

HOUR_MS = 3_600_000
# How long each step of such an order takes.
STEP_MS = 6 * HOUR_MS
MOST_LINES = 3
# How many of a thing are ordered where a package is taken apart, and after how long.
DIVISIBLE_COUNT, DIVIDED_MS = 3, 8 * HOUR_MS
SPLIT_DAYS, CANCEL_DAYS = 1, 9
# The number of a customer's reason is on no page, I.
CUSTOMERS_REASON = 1


@dataclass(frozen=True, slots=True)
class Fate:
    """How an order has gone, and how many days before the first day it was placed: from, to."""

    route: Route
    days: tuple[int, int]
    onward: Route = ()
    first: Status = "created"


TO_CARRIER: Route = ("picking", "invoiced", "shipped")
TO_THE_DOOR: Route = (*TO_CARRIER, "delivered")
# When those under way go on, after the world begins, and how long each step takes from then on.
ONWARD_MS, ONWARD_STEP_MS = 3 * DAY_MS, 12 * HOUR_MS
# Sales are some days old at the most, so that no payment order of the past has to pay them.
PLAIN_FATES = (
    Fate((), (0, 0), ("created", *TO_THE_DOOR), "awaiting"),
    Fate((), (0, 1), TO_THE_DOOR),
    Fate(("picking",), (1, 2), TO_THE_DOOR[1:]),
    Fate(("picking", "invoiced"), (1, 2), TO_THE_DOOR[2:]),
    Fate(TO_CARRIER, (1, 4), TO_THE_DOOR[3:]),
    Fate((*TO_CARRIER, "at_collection_point"), (2, 5), TO_THE_DOOR[3:]),
    Fate(TO_THE_DOOR, (2, 7)),
    Fate((*TO_CARRIER, "undelivered"), (2, 6), ("returned",)),
    Fate((*TO_CARRIER, "undelivered", "returned"), (8, 28)),
    Fate(("cancelled",), (3, 28)),
    Fate(("picking", "unsupplied"), (3, 28)),
)
# What the orders of each other kind have gone through.
FATES = tuple(PLAIN_FATES[place] for place in (1, 2, 4, 6, 9))


LOCKER_STOREFRONTS = ("GR",)
# Where goods without a parcel are sold, and what these are called.
DIGITAL_STOREFRONTS, DIGITAL_GOODS = ("TR",), "Digital Goods"
DIGITAL_FATES = (PLAIN_FATES[1], Fate(("shipped", "delivered"), (2, 7)))


@dataclass(slots=True)
class Draft:
    """A listing whose orders are drawn: what they are made of."""

    world: World
    listing: Listing
    pool: Pool
    rng: Random
    order_ids: Iterator[int]
    line_ids: Iterator[int]


def seed_kinds(world: World) -> None:
    """Draw the orders of every kind and status for each part of the recipe's ``orders`` that asks for them.

    They come of a chance of their own, behind all others, so that nothing else changes by them.
    """
    for part in world.plan.recipe.get("orders", ()):
        if part.get("kinds"):
            _seed(world, Listing(part["seller"], part["storefront"]))


def _seed(world: World, listing: Listing) -> None:
    kinds = kinds_of(listing.storefront)
    size = len(PLAIN_FATES) + len(kinds) * len(FATES) + len(FATES) + 2 + len(DIGITAL_FATES)
    draft = Draft(
        world=world,
        listing=listing,
        pool=pool_of(world, listing),
        rng=chance(world.seed, "kinds", *listing),
        order_ids=count(next_order_id(world, size)),
        line_ids=count(next_line_id(world, size * MOST_LINES)),
    )
    fates = [(fate, _past(draft, fate)) for fate in PLAIN_FATES]
    fates += [(fate, _past(draft, fate, kind)) for kind, fate in product(kinds, FATES)]
    has_lockers = has_begun(world.plan.lookups["carriers"], LOCKER_CODE, world.anchor_ms)
    if listing.storefront in LOCKER_STOREFRONTS and has_lockers:
        fates += [(fate, _in_locker(*_past(draft, fate))) for fate in FATES]
    packages, _ = put_past(world, [past for _, past in fates])
    for package, (fate, _) in zip(packages, fates, strict=True):
        _schedule_onward(world, package, fate.onward)
    _seed_divided(draft)
    if listing.storefront in DIGITAL_STOREFRONTS:
        put_past(world, [_digital(*_past(draft, fate)) for fate in DIGITAL_FATES])


def _schedule_onward(world: World, package: Package, route: Route) -> None:
    start_ms = world.anchor_ms + ONWARD_MS
    schedule_steps(
        world, package, [(status, start_ms + place * ONWARD_STEP_MS) for place, status in enumerate(route)]
    )


def _past(draft: Draft, fate: Fate, kind: str | None = None) -> tuple[Package, list[Step]]:
    """A package as it was placed, and the steps that it has gone."""
    anchor_ms = draft.world.anchor_ms
    days = between(draft.rng, *fate.days)
    placed_ms = anchor_ms - days * DAY_MS - HOUR_MS - below(draft.rng, HOUR_MS)
    lines = draw_lines(draft.pool, placed_ms, draft.line_ids, draft.rng)
    package = _package(draft, placed_ms, lines, kind)
    first_package = replace(package, status=fate.first, history=((fate.first, package.order.placed_ms),))
    steps = [
        (status, package.order.placed_ms + place * STEP_MS) for place, status in enumerate(fate.route, 1)
    ]
    return first_package, [(status, min(at_ms, anchor_ms)) for status, at_ms in steps]


def _package(draft: Draft, placed_ms: int, lines: tuple[Line, ...], kind: str | None = None) -> Package:
    order = new_order(
        draft.world, draft.listing, OWN_MARKETPLACE, next(draft.order_ids), placed_ms, lines, draft.rng
    )
    if kind is not None:
        order = KINDS[kind](draft.world, order, draft.rng)
    return new_package(order, lines, draft.rng)


def _digital(package: Package, steps: list[Step]) -> tuple[Package, list[Step]]:
    """The same package of goods that have no parcel; its seller sends a code."""
    lines = tuple(replace(line, category=DIGITAL_GOODS) for line in package.lines)
    return replace(package, lines=lines), steps


def _in_locker(package: Package, steps: list[Step]) -> tuple[Package, list[Step]]:
    number = cargo_number(LOCKER_CARRIER, package.id)
    return replace(package, carrier=LOCKER_CARRIER, cargo_number=number), steps


def _seed_divided(draft: Draft) -> None:
    """A package that was split, and one of which a unit was cancelled; what is left of each lives on."""
    world = draft.world
    for days, divide in ((SPLIT_DAYS, _split), (CANCEL_DAYS, _cancel_unit)):
        placed_ms = world.anchor_ms - days * DAY_MS - HOUR_MS
        line = new_line(
            next(draft.line_ids), draft.pool.draw(placed_ms, draft.rng), DIVISIBLE_COUNT, draft.rng
        )
        (package,), _ = put_past(world, [(_package(draft, placed_ms, (line,)), [])])
        with world.clock.standing_at(placed_ms + DIVIDED_MS):
            divide(world, package)
        _schedule_onward(world, package, TO_THE_DOOR)


def _split(world: World, package: Package) -> None:
    split_package(world, package, [{package.lines[0].id: 1}])


def _cancel_unit(world: World, package: Package) -> None:
    cancellation = Cancellation("customer", CUSTOMERS_REASON, is_past=True)
    cancel_units(world, package, {package.lines[0].id: 1}, cancellation)
