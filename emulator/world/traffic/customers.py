"""What customers of a world that lives order, and what will become of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from emulator.world.catalogue.stock import move_stocks
from emulator.world.core.ids import below, between, happens, pick
from emulator.world.core.listing import Listing
from emulator.world.orders.announcements import announce
from emulator.world.orders.draw import (
    DISCOUNTS_PERCENT,
    LINE_COUNTS,
    QUANTITIES,
    new_line,
    new_order,
    new_package,
)
from emulator.world.orders.kinds import KINDS, kinds_of
from emulator.world.orders.model import OWN_MARKETPLACE, Package
from emulator.world.orders.products import Product, orderable_by_barcode
from emulator.world.orders.promotions import promote
from emulator.world.orders.rows import next_line_id, next_order_id, put_packages
from emulator.world.traffic.work import CHANGE_OF_MIND, HOUR_MS, MINUTE_MS, PAYMENT, ROUND, schedule_life

if TYPE_CHECKING:
    from emulator.world.core.world import World

# Shares and spans of a life that nobody documents, I: how many orders are looked at before they are paid, how
# many of these fail, how many are cancelled by their customers, and after how many hours a carrier comes
# first.
PAYMENT_SHARE, FAILED_SHARE, CHANGE_OF_MIND_SHARE = 0.3, 0.1, 0.04
# How many orders are no plain ones, and how many who change their minds give back a unit alone; I.
KIND_SHARE, UNIT_SHARE = 0.15, 0.4
PAYMENT_MINUTES, CHANGE_OF_MIND_HOURS, ROUND_HOURS = (2, 40), (1, 20), (16, 30)
SELECT_PRODUCT = (
    "SELECT barcode FROM variant WHERE seller_id = ? AND storefront = ? AND variant_id >= ? AND on_sale = 1"
    " AND archived = 0 AND blacklisted = 0 AND locked = 0 ORDER BY variant_id LIMIT 1"
)


def place_order(world: World, listing: Listing, at_ms: int, rng: Random) -> Package | None:
    """A customer orders a few things that are there, and the stock falls; None when nothing is.

    Some orders are Awaiting until they are paid for.
    """
    percent = pick(rng, DISCOUNTS_PERCENT)
    products = {product.variant_id: product for product in _products(world, listing, rng)}
    if not products:
        return None
    first_line, order_id = next_line_id(world, len(products)), next_order_id(world)
    lines = tuple(
        new_line(line_id, product, min(pick(rng, QUANTITIES), product.quantity), rng, percent)
        for line_id, product in enumerate(products.values(), first_line)
    )
    order = new_order(world, listing, OWN_MARKETPLACE, order_id, at_ms, lines, rng)
    if happens(rng, KIND_SHARE):
        order = KINDS[pick(rng, kinds_of(listing.storefront))](world, order, rng)
    order, lines = promote(order, lines, rng)
    awaits = happens(rng, PAYMENT_SHARE)
    package = new_package(order, lines, rng)
    if awaits:
        package = replace(package, status="awaiting", history=(("awaiting", order.placed_ms),))
    put_packages(world, [package])
    announce(world, package)
    move_stocks(world, listing, {line.barcode: partial(_less, line.quantity) for line in lines})
    schedule_life(world, package, dict(_life(package, at_ms, rng, awaits=awaits)))
    return package


def _life(
    package: Package, at_ms: int, rng: Random, *, awaits: bool
) -> Iterator[tuple[str, tuple[int, Any]]]:
    """What becomes of a package, by the kind of work."""
    if awaits:
        paid_ms = at_ms + between(rng, *PAYMENT_MINUTES) * MINUTE_MS
        yield PAYMENT, (paid_ms, not happens(rng, FAILED_SHARE))
    if happens(rng, CHANGE_OF_MIND_SHARE):
        moment_ms = at_ms + between(rng, *CHANGE_OF_MIND_HOURS) * HOUR_MS
        yield CHANGE_OF_MIND, (moment_ms, happens(rng, UNIT_SHARE))
    low, high = ROUND_HOURS
    yield ROUND, (at_ms + low * HOUR_MS + below(rng, (high - low) * HOUR_MS), None)


def _products(world: World, listing: Listing, rng: Random) -> Iterator[Product]:
    """Some of what is in stock, each found at a random place among the variants."""
    lowest, highest = (_edge(world, listing, edge) for edge in ("MIN", "MAX"))
    for _ in range(pick(rng, LINE_COUNTS)):
        start = between(rng, lowest, highest)
        row = world.store.row(SELECT_PRODUCT, (*listing, start)) or world.store.row(
            SELECT_PRODUCT, (*listing, 0)
        )
        product = None if row is None else orderable_by_barcode(world, listing, row[0])
        if product is not None and product.quantity > 0:
            yield product


def _edge(world: World, listing: Listing, edge: str) -> int:
    row = world.store.row(
        f"SELECT {edge}(variant_id) FROM variant WHERE seller_id = ? AND storefront = ?", listing
    )
    return 0 if row is None or row[0] is None else int(row[0])


def _less(count: int, stock: int) -> int:
    return stock - count
