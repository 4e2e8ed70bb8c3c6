"""Seeding orders: those that a recipe writes out, and drawn ones whose steps go on with the clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from operator import attrgetter
from random import Random
from typing import TYPE_CHECKING, Any

from emulator.world.catalogue.model import commission_e2
from emulator.world.core.ids import below, between, chance, pick
from emulator.world.core.listing import Listing
from emulator.world.core.money import KURUS_E4
from emulator.world.core.plan import DAY_MS
from emulator.world.orders.carriers import cargo_number
from emulator.world.orders.draw import draw_lines, new_order, new_package, package_id
from emulator.world.orders.due import schedule_steps
from emulator.world.orders.life import put_past
from emulator.world.orders.model import (
    Line,
    Order,
    Package,
    Route,
    Status,
    Step,
    Units,
    with_discount,
)
from emulator.world.orders.parties import Address, Customer
from emulator.world.orders.products import pool_of
from emulator.world.orders.promotions import STOREFRONT, promote
from emulator.world.orders.rows import next_line_id, next_order_id, put_packages
from emulator.world.orders.seed_account import seed_account

if TYPE_CHECKING:
    from emulator.world.core.world import World

HOUR_MS = 3_600_000
MOST_LINES = 3
# A customer pays within so many hours; before that an order is awaiting.
PAYMENT_HOURS = 2
FASTEST_HOURS, SLOWEST_HOURS = 26, 110
# Where packages at a window's border changed last: on it, and beside it, as far as a second goes.
AROUND_MS = (-999, -1, 0, 1, 999)
TO_THE_DOOR: Route = ("picking", "invoiced", "shipped", "delivered")
TO_A_SHOP: Route = ("picking", "invoiced", "shipped", "at_collection_point", "delivered")
THERE_AND_BACK: Route = ("picking", "invoiced", "shipped", "undelivered", "returned")
# The ways that orders go, as often as each stands here.
ROUTES: tuple[Route, ...] = (
    *(TO_THE_DOOR,) * 14, *(TO_A_SHOP,) * 3, ("cancelled",), ("picking", "unsupplied"), THERE_AND_BACK,
)  # fmt: skip
# Orders that have been slow when the world begins: the status they linger in, and their way. A part of a
# recipe has one of each, the first ones here where it is short: so each status can be met.
SLOW: tuple[tuple[Status, Route], ...] = (
    ("shipped", TO_THE_DOOR),
    ("awaiting", ("created", *TO_THE_DOOR)),
    ("created", TO_THE_DOOR),
    ("picking", TO_THE_DOOR),
    ("invoiced", TO_THE_DOOR),
    ("at_collection_point", TO_A_SHOP),
    ("undelivered", THERE_AND_BACK),
)
SLOW_SHARE = 3
# When a slow order was placed and came to its status, hours before the world begins; when it goes on, and how
# long each way takes from then on.
SLOW_PLACED, SLOW_SINCE, SLOW_UNTIL, SLOW_STEP = 30, 6, 72, 12


@dataclass(frozen=True, slots=True)
class Course:
    """When an order is placed, in which status it begins, and the steps of its package from then on.

    Units: epoch milliseconds UTC.
    """

    placed_ms: int
    first: Status
    steps: tuple[Step, ...]


def seed_orders(world: World) -> None:
    """Seed each part of the recipe's ``orders``, and the past that its ``money`` comes from.

    Stock stays as it is: what is listed is what these orders have left.
    """
    recipe = world.plan.recipe
    for part in recipe.get("orders", ()):
        if "order_number" in part:
            put_packages(world, [literal_package(part)])
        elif part["count"]:
            _seed_part(world, part)
    for part in recipe.get("money", ()):
        if "entries" not in part:
            seed_account(world, part)


def _seed_part(world: World, part: Mapping[str, Any]) -> None:
    """Draw the orders of a part."""
    drafts = list(_draw(world, Listing(part["seller"], part["storefront"]), part))
    pasts = [(package, [step for step in steps if step[1] <= world.anchor_ms]) for package, steps in drafts]
    with_documents = part.get("documents", "ready") == "ready"
    packages, _ = put_past(world, pasts, with_documents=with_documents)
    for package, (_, steps) in zip(packages, drafts, strict=True):
        schedule_steps(world, package, [step for step in steps if step[1] > world.anchor_ms])


def _draw(
    world: World, listing: Listing, part: Mapping[str, Any]
) -> Iterator[tuple[Package, Sequence[Step]]]:
    """Draw the packages of a part as they were placed, with all their steps, the first one first."""
    rng = chance(world.seed, "orders", *listing)
    pool = pool_of(world, listing)
    if pool.products[0].content_id is None:
        raise ValueError(f"orders: seller {listing[0]} sells nothing on {listing[1]} yet")
    drawn_courses = _courses(world.anchor_ms, part["count"], part["days"], rng)
    edge_courses = _edge_courses(world.plan.start_ms, part.get("edges", ()))
    courses = sorted((*drawn_courses, *edge_courses), key=attrgetter("placed_ms"))
    line_ids = count(next_line_id(world, len(courses) * MOST_LINES))
    for order_id, course in enumerate(courses, next_order_id(world, len(courses))):
        lines = draw_lines(pool, course.placed_ms, line_ids, rng)
        marketplace = pick(rng, part["marketplaces"])
        order = new_order(world, listing, marketplace, order_id, course.placed_ms, lines, rng)
        if listing.storefront == STOREFRONT:
            order, lines = promote(order, lines, rng)
        package = new_package(order, lines, rng)
        if course.first != package.status:
            history: tuple[Step, ...] = ((course.first, order.placed_ms),)
            package = replace(package, status=course.first, history=history)
        yield package, course.steps


def _courses(anchor_ms: int, number: int, days: int, rng: Random) -> Iterator[Course]:
    slow = SLOW[: number // SLOW_SHARE]
    for status, route in slow:
        yield _slow_course(anchor_ms, status, route)
    for _ in range(number - len(slow)):
        placed_ms = anchor_ms - int(rng.random() * days * DAY_MS)
        span_ms = between(rng, FASTEST_HOURS, SLOWEST_HOURS) * HOUR_MS - below(rng, HOUR_MS)
        steps = _spread(pick(rng, ROUTES), placed_ms, placed_ms + span_ms)
        paid_ms = placed_ms + PAYMENT_HOURS * HOUR_MS
        if paid_ms > anchor_ms:
            yield Course(placed_ms, "awaiting", (("created", paid_ms), *steps))
        else:
            yield Course(placed_ms, "created", steps)


def _edge_courses(start_ms: int, edges: Sequence[int]) -> Iterator[Course]:
    """Packages that were delivered at borders of windows, so many days before the clock's start."""
    for days in edges:
        for around_ms in AROUND_MS:
            last_ms = start_ms - days * DAY_MS + around_ms
            placed_ms = last_ms - SLOWEST_HOURS * HOUR_MS
            yield Course(placed_ms, "created", _spread(TO_THE_DOOR, placed_ms, last_ms))


def _slow_course(anchor_ms: int, status: Status, route: Route) -> Course:
    first: Status = "awaiting" if route[0] == "created" else "created"
    place = route.index(status) + 1 if status in route else 0
    since_ms = anchor_ms - SLOW_SINCE * HOUR_MS
    placed_ms = anchor_ms - SLOW_PLACED * HOUR_MS if place else since_ms
    onward_ms = anchor_ms + SLOW_UNTIL * HOUR_MS
    onward = [(way, onward_ms + each * SLOW_STEP * HOUR_MS) for each, way in enumerate(route[place:])]
    return Course(placed_ms, first, (*_spread(route[:place], placed_ms, since_ms), *onward))


def _spread(route: Route, placed_ms: int, end_ms: int) -> tuple[Step, ...]:
    """The steps of a way, evenly between the order and its end."""
    span_ms = end_ms - placed_ms
    return tuple((way, placed_ms + span_ms * place // len(route)) for place, way in enumerate(route, 1))


def literal_package(facts: Mapping[str, Any]) -> Package:
    """The one package of an order that a recipe writes out; amounts in it are hundredths."""
    order = Order(
        **{name: facts[name] for name in ("id", "order_number", "marketplace", "seller_id", "storefront")},
        placed_ms=facts["placed_ms"],
        customer=Customer(**facts["customer"]),
        address=Address(**facts["address"]),
        shipping_fee_e4=facts["shipping_fee"] * KURUS_E4,
        export=facts.get("export", "none"),
    )
    lines = tuple(_literal_line(line) for line in facts["lines"])
    number = facts.get("package_id", package_id(order.id))
    carrier, status = facts.get("carrier", "trendyol_express"), facts["status"]
    return Package(
        id=number,
        order=order,
        status=status,
        updated_ms=facts["updated_ms"],
        carrier=carrier,
        cargo_number=cargo_number(carrier, number),
        lines=tuple(with_discount(lines, facts["discount"] * KURUS_E4)),
        history=_literal_history(status, order.placed_ms, facts["updated_ms"]),
        tax_e4=facts["tax"] * KURUS_E4,
    )


def _literal_history(status: Status, placed_ms: int, updated_ms: int) -> tuple[Step, ...]:
    if status in ("awaiting", "created"):
        return ((status, placed_ms),)
    return (("created", placed_ms), (status, updated_ms))


def _literal_line(facts: Mapping[str, Any]) -> Line:
    return Line(
        **{name: facts[name] for name in ("id", "variant_id", "barcode", "stock_code", "name", "vat_rate")},
        content_id=None,
        commission_e2=facts.get("commission", commission_e2(facts.get("category_id", 0))),
        units=(Units(facts["quantity"], facts["unit_price"] * KURUS_E4),),
        **{name: facts[name] for name in ("category_id", "category") if name in facts},
    )
