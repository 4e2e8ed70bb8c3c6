"""Drawing orders by chance: who orders what, where it goes, in which package it travels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import TYPE_CHECKING

from emulator.world.catalogue.model import commission_e2
from emulator.world.core.ids import below, pick
from emulator.world.core.listing import Listing
from emulator.world.core.money import KURUS_E4, SCALE
from emulator.world.orders.carriers import cargo_number, carriers_of
from emulator.world.orders.model import Line, Order, Package, spread
from emulator.world.orders.products import Pool, Product

if TYPE_CHECKING:
    from emulator.world.core.world import World

FREE_SHIPPING_E4 = 500 * SCALE
SHIPPING_FEES_E4 = (349_900, 449_900, 599_900)
DISCOUNTS_PERCENT = (0, 0, 0, 0, 5, 10)
LINE_COUNTS = (1, 1, 1, 2, 2, 3)
QUANTITIES = (1, 1, 1, 2, 3)
# How many digits a marketplace's order numbers have: trendyol's by the samples of its orders, the others I.
NUMBERS: Mapping[str, int] = {
    "trendyol": 10_600_000_000,
    "hepsiburada": 4_100_000_000,
    "n11": 205_400_000_000,
}
# Live package ids lie beyond 32 bits, C.
PACKAGE_BASE, PACKAGE_STRIDE = 2_685_231_401, 53


def new_order(
    world: World,
    listing: Listing,
    marketplace: str,
    order_id: int,
    placed_ms: int,
    lines: tuple[Line, ...],
    rng: Random,
) -> Order:
    """An order by a customer of the storefront, at the second a moment lies in; dear goods come free."""
    # A server that only reads needs nothing of what draws people.
    from emulator.world.orders.customers import choose_address, choose_customer

    fee_e4 = pick(rng, SHIPPING_FEES_E4)
    return Order(
        id=order_id,
        order_number=order_number(marketplace, order_id, rng),
        marketplace=marketplace,
        seller_id=listing[0],
        storefront=listing[1],
        placed_ms=placed_ms - placed_ms % 1000,
        customer=choose_customer(world, listing[1], rng),
        address=choose_address(world.plan.lookups["places"], listing[1], rng),
        shipping_fee_e4=0 if sum(line.gross_e4 for line in lines) >= FREE_SHIPPING_E4 else fee_e4,
    )


def order_number(marketplace: str, order_id: int, rng: Random) -> str:
    """The number that customer and seller know, with the digits that the marketplace's have."""
    return str(NUMBERS[marketplace] + order_id * 97 + below(rng, 97))


def new_package(order: Order, lines: tuple[Line, ...], rng: Random) -> Package:
    """The package in which everything that was ordered travels, as it is when the order has been placed."""
    number = package_id(order.id) + below(rng, PACKAGE_STRIDE)
    carrier = pick(rng, carriers_of(order))
    return Package(
        id=number,
        order=order,
        status="created",
        updated_ms=order.placed_ms,
        carrier=carrier,
        cargo_number=cargo_number(carrier, number),
        lines=lines,
        history=(("created", order.placed_ms),),
        tax_e4=sum(line.tax_e4 for line in lines),
    )


def package_id(order_id: int) -> int:
    """The smallest number that the package of an order can have."""
    return PACKAGE_BASE + order_id * PACKAGE_STRIDE


def draw_lines(pool: Pool, placed_ms: int, line_ids: Iterator[int], rng: Random) -> tuple[Line, ...]:
    """A few things that were listed by then, each once, at a discount or none."""
    products = {product.variant_id: product for product in _draws(pool, placed_ms, rng)}
    percent = pick(rng, DISCOUNTS_PERCENT)
    return tuple(
        new_line(next(line_ids), product, pick(rng, QUANTITIES), rng, percent)
        for product in products.values()
    )


def _draws(pool: Pool, placed_ms: int, rng: Random) -> Iterator[Product]:
    for _ in range(pick(rng, LINE_COUNTS)):
        yield pool.draw(placed_ms, rng)


def new_line(
    line_id: int, product: Product, quantity: int, rng: Random, percent: int = 0, *, extra_e4: int = 0
) -> Line:
    """So many of a product as it is listed now, at a discount of some percent.

    Units: ``extra_e4`` on the listed price of each, for amounts of four decimals.
    """
    gross_e4 = product.price * (SCALE // 100) + extra_e4
    return Line(
        id=line_id,
        variant_id=product.variant_id,
        content_id=product.content_id,
        barcode=product.barcode,
        stock_code=product.stock_code,
        name=product.name,
        vat_rate=product.vat_rate,
        commission_e2=commission_e2(product.category_id),
        units=spread(quantity, gross_e4, gross_e4 * quantity * percent // 100),
        size=product.size,
        colour=product.colour,
        category_id=product.category_id,
        category=product.category,
        made_in=product.made_in,
        deposit_e4=product.deposit * KURUS_E4,
    )
