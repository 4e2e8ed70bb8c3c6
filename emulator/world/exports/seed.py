"""Seeding the export centre: who is enrolled, what is open, and the packages of the last days."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from emulator.world.catalogue.categories import Category
from emulator.world.catalogue.listings import contents_of
from emulator.world.catalogue.model import Content, Variant, text_in
from emulator.world.core.ids import below, between, chance, next_number, pick
from emulator.world.core.istanbul import next_time
from emulator.world.core.listing import Listing
from emulator.world.core.plan import DAY_MS
from emulator.world.exports.choices import choices, composition_id, export_category
from emulator.world.exports.life import (
    CLOSING_TIME,
    STOREFRONT,
    cancel_units,
    close_due,
    order_units,
    receive_units,
)
from emulator.world.exports.model import Account, ExportAttribute, ExportProduct, Package
from emulator.world.exports.rows import PRODUCT, items_of, products_by_barcode, put_account, put_products

if TYPE_CHECKING:
    from random import Random

    from emulator.world.core.world import World

HOUR_MS = 3_600_000
OPENED_DAYS = 40
# What becomes of packages besides being taken in whole: every so many of them.
CANCELLED_EVERY, SHORT_EVERY = 5, 3
MOST_ITEMS, MOST_UNITS, LEAST_STOCK, MOST_STOCK = 4, 6, 40, 400
# Of the price on the marketplace, in percent: what Trendyol pays, and what customers are advised to pay.
BUYING_PERCENT, RRP_PERCENT = 60, 140
LIRA_A_UNIT = 45
SHARES = ((95, 5), (60, 40), (100,))


def seed_exports(world: World) -> None:
    """Enrol sellers, open some of their products, and have some days' packages ordered."""
    for facts in world.plan.recipe.get("exports", ()):
        put_account(world, Account(facts["seller"], facts.get("currency", "EUR")))
        listing = Listing(facts["seller"], STOREFRONT)
        rng = chance(world.seed, "exports", facts["seller"])
        products = [
            _product(world, rng, *each) for each in islice(_openable(world, listing), facts["products"])
        ]
        put_products(world, products)
        if products:
            barcodes = [each.barcode for each in products]
            for day in range(facts.get("days", 0), -1, -1):
                _seed_day(world, rng, facts["seller"], barcodes, day)


def _openable(world: World, listing: Listing) -> Iterator[tuple[Content, Variant, Category]]:
    """What can be opened, one variant a content."""
    for content in contents_of(world, listing):
        category = export_category(world, content.category.id)
        for variant in content.variants[:1]:
            if category is not None and not (variant.archived or variant.locked or variant.blacklisted):
                yield content, variant, category


def _product(
    world: World, rng: Random, content: Content, variant: Variant, category: Category
) -> ExportProduct:
    opened_ms = world.clock.now_ms() - OPENED_DAYS * DAY_MS + below(rng, DAY_MS)
    price = max(variant.sale_price // LIRA_A_UNIT, 100)
    return ExportProduct(
        number=next_number(world.store, PRODUCT),
        seller_id=content.seller_id,
        barcode=variant.barcode,
        opened_ms=opened_ms,
        buying_price=price * BUYING_PERCENT // 100,
        rrp=price * RRP_PERCENT // 100,
        priced_ms=opened_ms,
        stock=between(rng, LEAST_STOCK, MOST_STOCK),
        gtip=f"{610_000 + below(rng, 9_999)}{below(rng, 10**6):06d}",
        origin=pick(rng, choices(world)["origins"])[1],
        category_id=category.id,
        attributes=tuple(_attributes(world, rng, category)),
    )


def _attributes(world: World, rng: Random, category: Category) -> Iterator[ExportAttribute]:
    for each in category.attributes:
        name = text_in(each.name, "tr")
        if each.id == composition_id(world):
            yield ExportAttribute(each.id, name, None, _mixture(world, rng))
        elif each.values:
            value = pick(rng, each.values)
            yield ExportAttribute(each.id, name, value.id, text_in(value.name, "tr"))
        else:
            yield ExportAttribute(each.id, name, None, "Siyah")


def _mixture(world: World, rng: Random) -> str:
    fabrics = choices(world)["compositions"]
    first = below(rng, len(fabrics))
    return ", ".join(
        f"%{share} {fabrics[(first + place) % len(fabrics)][1]}"
        for place, share in enumerate(pick(rng, SHARES))
    )


def _seed_day(world: World, rng: Random, seller_id: int, barcodes: list[str], day: int) -> None:
    """One day's orders, so many days before the first day of the world, and what came of them."""
    at_ms = world.clock.now_ms() - day * DAY_MS - between(rng, 2, 9) * HOUR_MS
    with world.clock.standing_at(at_ms):
        package = None
        for _ in range(between(rng, 1, MOST_ITEMS)):
            product = products_by_barcode(world, seller_id, [pick(rng, barcodes)])
            for each in product.values():
                package = order_units(world, each, min(each.stock, between(rng, 1, MOST_UNITS)))
    closing_ms = next_time(at_ms, CLOSING_TIME)
    if package is not None and closing_ms <= world.clock.now_ms():
        _close(world, package, closing_ms, day)


def _close(world: World, package: Package, closing_ms: int, day: int) -> None:
    with world.clock.standing_at(closing_ms):
        close_due(world, closing_ms, package.number)
        items = items_of(world, package)
        if day % CANCELLED_EVERY == CANCELLED_EVERY - 1:
            for item in items:
                cancel_units(world, item, item.units_pending)
        elif day % SHORT_EVERY == SHORT_EVERY - 1:
            receive_units(world, items[0], items[0].units_pending - 1)
