"""Seeding orders: those that a recipe writes out, and drawn ones whose age says how far they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any

from emulator.world.core.ids import below, between, chance, pick
from emulator.world.core.listing import Listing
from emulator.world.core.plan import DAY_MS
from emulator.world.orders.draw import (
    COMMISSIONS_E2,
    cargo_number,
    draw_lines,
    new_order,
    new_package,
    package_id,
)
from emulator.world.orders.life import book_sale, walk
from emulator.world.orders.model import (
    KURUS_E4,
    Address,
    Customer,
    Line,
    Order,
    Package,
    Status,
    Step,
    Units,
    with_discount,
)
from emulator.world.orders.products import pool_of
from emulator.world.orders.rows import next_line_id, next_order_id, put_packages
from emulator.world.orders.seed_account import seed_account

if TYPE_CHECKING:
    from emulator.world.core.world import World

HOUR_MS = 3_600_000
MOST_LINES = 3
# How far an order has come: before so many hours it is what stands beside them.
PROGRESS: tuple[tuple[int, Status], ...] = (
    (2, "awaiting"), (14, "created"), (26, "picking"), (40, "invoiced"), (110, "shipped"),
)  # fmt: skip
ENDS: tuple[Status, ...] = ("delivered",) * 17 + ("cancelled", "unsupplied", "returned")
# The way to each status that an order of the past can have.
ROUTES: Mapping[Status, tuple[Status, ...]] = {
    "awaiting": (),
    "created": (),
    "picking": ("picking",),
    "invoiced": ("picking", "invoiced"),
    "shipped": ("picking", "invoiced", "shipped"),
    "delivered": ("picking", "invoiced", "shipped", "delivered"),
    "returned": ("picking", "invoiced", "shipped", "undelivered", "returned"),
    "cancelled": ("cancelled",),
    "unsupplied": ("picking", "unsupplied"),
}


def seed_orders(world: World) -> None:
    """Seed each part of the recipe's ``orders``, and the past that its ``money`` comes from.

    Stock stays as it is: what is listed is what these orders have left.
    """
    for part in world.plan.recipe.get("orders", ()):
        if "order_number" in part:
            put_packages(world, [literal_package(part)])
        else:
            _seed_part(world, part)
    for part in world.plan.recipe.get("money", ()):
        if "entries" not in part:
            seed_account(world, part)


def _seed_part(world: World, part: Mapping[str, Any]) -> None:
    packages = sorted(_draw(world, part), key=lambda package: package.updated_ms)
    put_packages(world, packages)
    for package in packages:
        if package.status == "delivered":
            with world.clock.standing_at(package.updated_ms):
                book_sale(world, package)


def _draw(world: World, part: Mapping[str, Any]) -> Iterator[Package]:
    listing, number = Listing(part["seller"], part["storefront"]), part["count"]
    rng = chance(world.seed, "orders", *listing)
    pool = pool_of(world, listing)
    if number and pool.products[0].content_id is None:
        raise ValueError(f"orders: seller {listing[0]} sells nothing on {listing[1]} yet")
    span_ms = part["days"] * DAY_MS
    moments = sorted(world.anchor_ms - int(rng.random() * span_ms) for _ in range(number))
    line_ids = count(next_line_id(world, number * MOST_LINES))
    for order_id, placed_ms in enumerate(moments, next_order_id(world, number)):
        lines = draw_lines(pool, placed_ms, line_ids, rng)
        order = new_order(world, listing, pick(rng, part["marketplaces"]), order_id, placed_ms, lines, rng)
        yield walk_to(new_package(order, lines, rng), *_progress(rng, order.placed_ms, world.anchor_ms))


def _progress(rng: Random, placed_ms: int, anchor_ms: int) -> tuple[Status, int]:
    age_ms = anchor_ms - placed_ms
    for hours, status in PROGRESS:
        if age_ms < hours * HOUR_MS:
            return status, placed_ms + below(rng, age_ms // 1000 + 1) * 1000
    return pick(rng, ENDS), placed_ms + between(rng, 26, 110) * HOUR_MS


def walk_to(package: Package, status: Status, at_ms: int) -> Package:
    """A package that has come to a status by now, its ways evenly between the order and that moment."""
    if status == "awaiting":
        return replace(package, status=status, updated_ms=at_ms, history=((status, package.order.placed_ms),))
    route = ROUTES[status]
    placed_ms = package.order.placed_ms
    steps: list[Step] = [
        (way, placed_ms + (at_ms - placed_ms) * place // len(route)) for place, way in enumerate(route, 1)
    ]
    return replace(walk(package, steps), updated_ms=at_ms)


def literal_package(facts: Mapping[str, Any]) -> Package:
    """The one package of an order that a recipe writes out; amounts in it are hundredths."""
    order = Order(
        **{name: facts[name] for name in ("id", "order_number", "marketplace", "seller_id", "storefront")},
        placed_ms=facts["placed_ms"],
        customer=Customer(**facts["customer"]),
        address=Address(**facts["address"]),
        shipping_fee_e4=facts["shipping_fee"] * KURUS_E4,
    )
    lines = tuple(_literal_line(line) for line in facts["lines"])
    number, carrier = package_id(order.id), "trendyol_express"
    return Package(
        id=number,
        order=order,
        status=facts["status"],
        updated_ms=facts["updated_ms"],
        carrier=carrier,
        cargo_number=cargo_number(carrier, number),
        lines=tuple(with_discount(lines, facts["discount"] * KURUS_E4)),
        history=(("created", order.placed_ms), (facts["status"], facts["updated_ms"])),
        tax_e4=facts["tax"] * KURUS_E4,
    )


def _literal_line(facts: Mapping[str, Any]) -> Line:
    return Line(
        **{name: facts[name] for name in ("id", "variant_id", "barcode", "stock_code", "name", "vat_rate")},
        content_id=None,
        commission_e2=COMMISSIONS_E2[facts["id"] % len(COMMISSIONS_E2)],
        units=(Units(facts["quantity"], facts["unit_price"] * KURUS_E4),),
    )
