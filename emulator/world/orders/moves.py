"""Moves of orders: they are placed, go on their way, and are delivered and booked late."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from emulator.world.catalogue.stock import move_stock
from emulator.world.core import ids
from emulator.world.core.move import Move
from emulator.world.money import moves as money
from emulator.world.money import settlements
from emulator.world.money.cargo_invoices import FindParcels, ParcelFinders
from emulator.world.money.ledger import edition_of
from emulator.world.money.transaction_types import TYPES
from emulator.world.orders import repack
from emulator.world.orders.announcements import announce
from emulator.world.orders.draw import new_line, new_order
from emulator.world.orders.life import LIFE, move_package, sold_package, walk
from emulator.world.orders.model import OWN_MARKETPLACE, Package, Status
from emulator.world.orders.penalties import fine_past
from emulator.world.orders.products import Product, orderable, pool_of
from emulator.world.orders.promotions import new_purchase
from emulator.world.orders.rows import next_line_id, next_order_id, packages_where, put_packages
from emulator.world.orders.search import delivered_parcels, package_by_id
from emulator.world.orders.seed_account import HOUR_MS, route

if TYPE_CHECKING:
    from emulator.world.core.world import World

MARKETPLACES = ("trendyol",)
DIVISIBLE: tuple[Status, ...] = ("created", "picking", "invoiced")
# Where a seller leads what no carrier brings.
ENDS_OF_OWN_DELIVERY: tuple[Status, ...] = ("shipped", "delivered", "returned")
# How an order is bought whose delivery makes a row of a type.
BOUGHT_AS: Mapping[str, str] = {
    "sale": "none",
    "discount": "discount",
    "coupon": "coupon",
    "ty_discount": "platform_discount",
    "ty_coupon": "platform_coupon",
    "pay_by_link": "link",
    "delivery_fee": "own_delivery",
}
# The number of a customer's reason is on no page, I.
CUSTOMERS_REASON = 1


def place_order(world: World, move: Move) -> str:
    """A customer orders something that is there, as many as the move says or as there are; the stock falls.

    Units: an order that was placed ``ago_ms`` ago shows up late, among those of that time.
    Source: new orders were missing from the list for an hour and a half and had to be read again, D.
    Errors: ValueError when everything is sold out.
    """
    in_stock = [product for product in orderable(world, move.listing) if product.quantity > 0]
    product = move.choose(sorted(in_stock, key=lambda each: each.variant_id), "variant in stock")
    count = min(move.quantity or 1, product.quantity)
    marketplace = ids.pick(move.rng, _marketplaces(world, move))
    package = _place(world, move, marketplace, product, count, move.at_ms)
    put_packages(world, [package])
    announce(world, package)
    move_stock(world, move.listing, product.barcode, partial(_less, count))
    order = package.order
    return (
        f"order {order.order_number} ({order.id}) of {count} x {product.barcode} was placed"
        f" on {marketplace} for {move.where}"
    )


def move_on(world: World, move: Move) -> str:
    """A package of an order goes on to the status given, or to the next one, with what follows from it.

    Errors: ValueError when no order can.
    """
    ways = {status: onward[0] for status in LIFE if (onward := _ways_on(status, move.status))}
    marks = ", ".join("?" * len(ways))
    rows = world.store.rows(
        f"SELECT id FROM package WHERE seller_id = ? AND storefront = ? AND status IN ({marks})"
        " ORDER BY order_id, id",
        (*move.listing, *ways),
    )
    (number,) = move.choose(
        rows, "order that can move on" if move.status is None else f"order for {move.status}"
    )
    package = package_by_id(world, number)
    assert package is not None
    status = move_package(world, package, ways[package.status]).status
    order = package.order
    return f"order {order.order_number} ({order.id}) on {move.where} is {status}, not {package.status}"


def _ways_on(status: Status, to: str | None) -> list[Status]:
    """Where a package may go that its seller does not bring alone."""
    return [
        way.to
        for way in LIFE[status]
        if to in (None, way.to) and not (way.by == "seller" and way.to in ENDS_OF_OWN_DELIVERY)
    ]


def split_package(world: World, move: Move) -> str:
    """The seller splits a package of several units that no carrier has yet: one unit goes on alone.

    Errors: ValueError when there is none.
    """
    package = _divisible(world, move)
    children = repack.split_package(world, package, [{package.lines[0].id: 1}])
    numbers = ", ".join(str(child.id) for child in children)
    return f"package {package.id} of order {package.order.order_number} was split into {numbers}"


def cancel_unit(world: World, move: Move) -> str:
    """A customer cancels one unit of a package of several that no carrier has yet.

    Errors: ValueError when there is none.
    """
    package = _divisible(world, move)
    rest = repack.cancel_units(
        world, package, {package.lines[0].id: 1}, repack.Cancellation("customer", CUSTOMERS_REASON)
    )
    assert rest is not None
    number = package.order.order_number
    return f"a unit of package {package.id} of order {number} was cancelled, the rest is in {rest.id}"


def _divisible(world: World, move: Move) -> Package:
    """A package of the own marketplace that has several units and could still be changed."""
    marks = ", ".join("?" * len(DIVISIBLE))
    condition = f"p.seller_id = ? AND p.storefront = ? AND p.marketplace = ? AND p.status IN ({marks})"
    packages = packages_where(
        world, f"{condition} ORDER BY p.id", (*move.listing, OWN_MARKETPLACE, *DIVISIBLE)
    )
    return move.choose([package for package in packages if package.quantity > 1], "package to divide")


def book_entry_with(find_returns: FindParcels) -> Callable[[World, Move], str]:
    """A move that books a row whose transaction lies as long ago as it says: a sale, or of the type given.

    Shapes: ``find_returns`` gives the parcels that a cargo invoice can charge beside those of deliveries.
    Errors: ValueError for a type that the edition's accounts do not have.
    """

    def book_entry(world: World, move: Move) -> str:
        name = move.type or "sale"
        if name in BOUGHT_AS and edition_of(world, move.listing) in TYPES[name].editions:
            return _deliver(world, move, BOUGHT_AS[name])
        return money.book_entry(world, move, ParcelFinders(delivered_parcels, find_returns))

    return book_entry


def _deliver(world: World, move: Move, promotion: str) -> str:
    """A package is delivered that was ordered some days before, and its rows are booked.

    A sale is one of them; so are those that a discount, a coupon, a payment link or the fee of the seller's
    own delivery makes.
    """
    placed_ms = move.at_ms - ids.between(move.rng, 30, 140) * HOUR_MS
    product = pool_of(world, move.listing).draw(placed_ms, move.rng)
    package = _place(world, move, OWN_MARKETPLACE, product, 1, placed_ms, promotion)
    package_now = walk(package, route(package, move.at_ms))
    put_packages(world, [package_now])
    fine_past(world, [package_now])
    with world.clock.standing_at(move.at_ms):
        rows = settlements.book_sale(world, sold_package(package))
    return money.sentence(move, rows)


def _place(
    world: World,
    move: Move,
    marketplace: str,
    product: Product,
    count: int,
    placed_ms: int,
    promotion: str = "none",
) -> Package:
    line = new_line(next_line_id(world), product, count, move.rng)
    order = new_order(world, move.listing, marketplace, next_order_id(world), placed_ms, (line,), move.rng)
    return new_purchase(world, order, (line,), promotion, move.rng)


def _marketplaces(world: World, move: Move) -> tuple[str, ...]:
    for part in world.plan.recipe.get("orders", ()):
        if (part.get("seller"), part["storefront"]) == move.listing:
            return tuple(part["marketplaces"])
    return MARKETPLACES


def _less(pieces: int, stock: int) -> int:
    return stock - pieces
