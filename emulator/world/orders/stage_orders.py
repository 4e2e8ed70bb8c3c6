"""What a stage lets a seller do in the place of customer and carrier: order, and lead a package on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from emulator.world.catalogue.stock import move_stocks
from emulator.world.core.ids import chance
from emulator.world.core.life import NoWay
from emulator.world.core.listing import Listing
from emulator.world.orders.announcements import announce
from emulator.world.orders.draw import new_line, new_package, order_number
from emulator.world.orders.due import schedule_steps
from emulator.world.orders.life import move_package
from emulator.world.orders.model import OWN_MARKETPLACE, Export, Line, Order, Package, Status, spread
from emulator.world.orders.parties import Address, Customer
from emulator.world.orders.products import Product, orderable_by_barcode
from emulator.world.orders.rows import next_line_id, next_order_id, put_packages

if TYPE_CHECKING:
    from emulator.world.core.world import World

# The customers of such orders have numbers of their own.
FIRST_CUSTOMER = 888_000_000
# How long the payment is looked at where an order begins as Awaiting. Source: I.
PAYMENT_MS = 60_000
WHOLE_E2 = 10_000
# What a package has to go through before it comes to a status. Source: statuses progress in sequence, D.
STEPS_BEFORE: Mapping[Status, tuple[Status, ...]] = {
    "shipped": (),
    "at_collection_point": ("shipped",),
    "delivered": ("shipped",),
    "undelivered": ("shipped",),
    "returned": ("shipped", "undelivered"),
}


class UnknownBarcode(ValueError):
    """A listing sells nothing under a barcode; its text is the barcode."""


class OutOfStock(ValueError):
    """There is less of a barcode than was ordered; its text is the barcode."""


@dataclass(frozen=True, slots=True)
class OrderedItem:
    """So many of a barcode.

    Units: hundredths of a percent; the marketplace's discount is taken off what the seller's leaves.
    """

    barcode: str
    quantity: int
    seller_discount_e2: int = 0
    platform_discount_e2: int = 0


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """Who orders what, and where it goes."""

    customer: Customer
    address: Address
    invoice_address: Address
    items: Sequence[OrderedItem]
    export: Export = "none"


def place_stage_order(
    world: World, listing: Listing, request: OrderRequest, first_status: Status = "created"
) -> Package:
    """Place an order; the stock falls. One that is Awaiting at first is paid for a little later.

    Errors: UnknownBarcode, OutOfStock.
    """
    order_id, now_ms = next_order_id(world), world.clock.now_ms()
    rng = chance(world.seed, "stage order", order_id)
    lines = tuple(_lines(world, listing, request.items, rng))
    order = Order(
        id=order_id,
        order_number=order_number(OWN_MARKETPLACE, order_id, rng),
        marketplace=OWN_MARKETPLACE,
        seller_id=listing.seller_id,
        storefront=listing.storefront,
        placed_ms=now_ms - now_ms % 1000,
        customer=replace(request.customer, id=FIRST_CUSTOMER + order_id),
        address=request.address,
        invoice_address=request.invoice_address,
        export=request.export,
    )
    package = replace(
        new_package(order, lines, rng),
        status=first_status,
        updated_ms=now_ms,
        history=((first_status, now_ms),),
    )
    with world.transaction():
        put_packages(world, [package])
        announce(world, package)
        counts = _counts(request.items)
        move_stocks(world, listing, {barcode: partial(_less, count) for barcode, count in counts.items()})
        if first_status == "awaiting":
            schedule_steps(world, package, [("created", now_ms + PAYMENT_MS)])
    return package


def advance_package(world: World, package: Package, status: Status) -> Package:
    """Lead a package to a status of the carrier's, through those that come before it.

    Errors: NoWay for one that lies behind, or has to be paid for first.
    """
    past_statuses = {each for each, _ in package.history}
    if package.status in ("awaiting", status):
        raise NoWay(f"package {package.id} is {package.status}")
    for step in (*(each for each in STEPS_BEFORE[status] if each not in past_statuses), status):
        package = move_package(world, package, step)
    return package


def _lines(world: World, listing: Listing, items: Sequence[OrderedItem], rng: Random) -> Iterator[Line]:
    """The lines of an order.

    Errors: UnknownBarcode, OutOfStock.
    """
    products = {item.barcode: _product(world, listing, item.barcode) for item in items}
    for barcode, count in _counts(items).items():
        if count > products[barcode].quantity:
            raise OutOfStock(barcode)
    first_id = next_line_id(world, len(items))
    for line_id, item in enumerate(items, first_id):
        yield _with_discounts(new_line(line_id, products[item.barcode], item.quantity, rng), item)


def _product(world: World, listing: Listing, barcode: str) -> Product:
    product = orderable_by_barcode(world, listing, barcode)
    if product is None:
        raise UnknownBarcode(barcode)
    return product


def _with_discounts(line: Line, item: OrderedItem) -> Line:
    gross_e4 = line.gross_e4
    seller_e4 = gross_e4 * item.seller_discount_e2 // WHOLE_E2
    platform_e4 = (gross_e4 - seller_e4) * item.platform_discount_e2 // WHOLE_E2
    return replace(line, units=spread(item.quantity, line.units[0].gross_e4, seller_e4, platform_e4))


def _counts(items: Sequence[OrderedItem]) -> Mapping[str, int]:
    counts: dict[str, int] = {}
    for item in items:
        counts[item.barcode] = counts.get(item.barcode, 0) + item.quantity
    return counts


def _less(count: int, stock: int) -> int:
    return stock - count
