"""The life of a package: orders come into it for a day, then it is closed, then the warehouse takes it in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import time
from typing import TYPE_CHECKING, Any

from emulator.world.catalogue.listings import variant_by_barcode
from emulator.world.catalogue.model import text_in
from emulator.world.core.ids import next_number, seeded_uuid
from emulator.world.core.istanbul import next_time
from emulator.world.core.listing import Listing
from emulator.world.core.plan import DAY_MS
from emulator.world.exports.model import ExportProduct, Item, Package
from emulator.world.exports.rows import (
    ITEM,
    PACKAGE,
    items_of,
    open_package,
    package_by_number,
    products_by_barcode,
    put_package,
    put_products,
)

if TYPE_CHECKING:
    from emulator.world.core.world import World

STOREFRONT = "TR"
CLOSING, RECEIPT = "export closing", "export receipt"
# Source: docs/trendyol-autoft/paket-entegrasyonu/paket-listeleme-v2, D: between 08:00 and 08:15 each day.
CLOSING_TIME = time(8)
# When the warehouse has taken in what was not taken in by hand. No page says it, I.
RECEIPT_DAYS = 3
# Numbers like those that are printed.
FIRST_TRACKING_NUMBER, FIRST_BOUTIQUE = 518_315, 6_783


def order_units(world: World, product: ExportProduct, units: int) -> Package:
    """Put ordered units into the package of the day; the stock falls."""
    now_ms = world.clock.now_ms()
    package = open_package(world, product.seller_id) or _new_package(world, product.seller_id)
    package = replace(package, modified_ms=now_ms)
    items = {each.barcode: each for each in items_of(world, package)}
    item = items.get(product.barcode) or _new_item(world, package, product)
    items[product.barcode] = replace(item, units_new=item.units_new + units, modified_ms=now_ms)
    put_package(world, package, list(items.values()))
    put_products(world, [replace(product, stock=product.stock - units)])
    return package


def cancel_units(world: World, item: Item, units: int) -> None:
    """Cancel units that are ordered or waited for; the stock rises again.

    Source: docs/trendyol-autoft/paket-entegrasyonu/paket-detayi-v2, D: what is cancelled while it is new is
    counted nowhere, what is cancelled while it is pending is counted as cancelled. The stock is I.
    """
    if item.units_new:
        new_item = replace(item, units_new=item.units_new - units)
    else:
        pending = item.units_pending - units
        cancelled_units = item.units_cancelled + units
        new_item = replace(item, units_pending=pending, units_cancelled=cancelled_units)
    _put_item(world, new_item)
    products = products_by_barcode(world, item.seller_id, [item.barcode])
    put_products(world, [replace(each, stock=each.stock + units) for each in products.values()])


def receive_units(world: World, item: Item, units: int) -> None:
    """Take in units that were waited for; the others of the item are waited for no longer."""
    new_item = replace(
        item,
        units_pending=0,
        units_completed=item.units_completed + units,
        units_unsupplied=item.units_unsupplied + item.units_pending - units,
    )
    _put_item(world, new_item)


def close_due(world: World, at_ms: int, number: int) -> None:
    """Close the package of a day, if it is open: it gets its number, and is waited for."""
    package = package_by_number(world, number)
    if package.approved_ms is not None:
        return
    items = [
        replace(each, units_new=0, units_pending=each.units_new, modified_ms=at_ms)
        if each.units_new
        else each
        for each in items_of(world, package)
    ]
    tracking_number = next_number(world.store, "export tracking", FIRST_TRACKING_NUMBER)
    new_package = replace(package, approved_ms=at_ms, modified_ms=at_ms, tracking_number=tracking_number)
    put_package(world, new_package, items)
    world.schedule(at_ms + RECEIPT_DAYS * DAY_MS, RECEIPT, number)


def receive_due(world: World, at_ms: int, number: int) -> None:
    """Take in all that is still waited for."""
    for item in items_of(world, package_by_number(world, number)):
        if item.units_pending:
            receive_units(world, item, item.units_pending)


JOBS: Mapping[str, Callable[[World, int, Any], None]] = {CLOSING: close_due, RECEIPT: receive_due}


def _put_item(world: World, item: Item) -> None:
    """Put a new_item item into its package."""
    now_ms = world.clock.now_ms()
    package = package_by_number(world, item.package_number)
    new_item = replace(item, modified_ms=now_ms)
    items = [new_item if each.number == item.number else each for each in items_of(world, package)]
    put_package(world, replace(package, modified_ms=now_ms), items)


def _new_package(world: World, seller_id: int) -> Package:
    now_ms = world.clock.now_ms()
    number = next_number(world.store, PACKAGE)
    world.schedule(next_time(now_ms, CLOSING_TIME), CLOSING, number)
    return Package(
        number=number,
        id=seeded_uuid(world.seed, PACKAGE, number),
        seller_id=seller_id,
        boutique_id=FIRST_BOUTIQUE + number,
        created_ms=now_ms,
        modified_ms=now_ms,
    )


def _new_item(world: World, package: Package, product: ExportProduct) -> Item:
    now_ms = world.clock.now_ms()
    number = next_number(world.store, ITEM)
    match = variant_by_barcode(world, Listing(product.seller_id, STOREFRONT), product.barcode)
    name = product.barcode if match is None else text_in(match[0].title, "tr")
    return Item(
        number=number,
        package_number=package.number,
        seller_id=product.seller_id,
        id=f"{package.id}-{number}",
        barcode=product.barcode,
        name=name,
        seller_barcode=product.barcode if match is None else match[1].stock_code,
        unit_price=product.buying_price,
        created_ms=now_ms,
        modified_ms=now_ms,
    )
