"""Who pays a part of what an order costs, and how the rest is paid: discounts, coupons, a payment link."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from emulator.world.core.ids import happens
from emulator.world.orders.draw import SHIPPING_FEES_E4, new_package
from emulator.world.orders.model import Dispatch, Line, Order, Package, spread

if TYPE_CHECKING:
    from emulator.world.core.world import World

# The one storefront whose current account has rows of these.
STOREFRONT = "TR"
# To how many companies the marketplace pays a part, how many discounts are a coupon's, how many orders are
# paid through a link; I.
PLATFORM_SHARE, COUPON_SHARE, LINK_SHARE = 0.3, 0.3, 0.02
PLATFORM_PERCENT, SELLER_PERCENT = 5, 10
OWN_DELIVERY = "own_delivery"
BY_PLATFORM = ("platform_discount", "platform_coupon")
Lines = tuple[Line, ...]
Purchase = tuple[Order, Lines]


def promote(order: Order, lines: Lines, rng: Random) -> Purchase:
    """An order and its lines with what chance gives them."""
    if order.customer.company and happens(rng, PLATFORM_SHARE):
        with_part = replace(order, has_platform_coupon=happens(rng, COUPON_SHARE))
        return with_part, with_platform_discount(lines)
    if order.storefront != STOREFRONT:
        return order, lines
    if happens(rng, LINK_SHARE):
        return replace(order, pays_by_link=True), lines
    return replace(order, has_seller_coupon=happens(rng, COUPON_SHARE)), lines


def with_seller_discount(lines: Lines) -> Lines:
    """Lines of which the seller takes a part off."""
    return tuple(_spread(line, line.gross_e4 * SELLER_PERCENT // 100, 0) for line in lines)


def with_platform_discount(lines: Lines) -> Lines:
    """Lines of which the marketplace pays a part of what the seller's discount leaves."""
    return tuple(
        _spread(line, line.discount_e4, (line.gross_e4 - line.discount_e4) * PLATFORM_PERCENT // 100)
        for line in lines
    )


def _spread(line: Line, *discounts_e4: int) -> Line:
    return replace(line, units=spread(line.quantity, line.units[0].gross_e4, *discounts_e4))


PROMOTIONS: Mapping[str, Callable[[Order, Lines], Purchase]] = {
    "none": lambda order, lines: (order, lines),
    "discount": lambda order, lines: (order, with_seller_discount(lines)),
    "coupon": lambda order, lines: (replace(order, has_seller_coupon=True), with_seller_discount(lines)),
    "platform_discount": lambda order, lines: (order, with_platform_discount(lines)),
    "platform_coupon": lambda order, lines: (
        replace(order, has_platform_coupon=True), with_platform_discount(lines)
    ),
    "link": lambda order, lines: (replace(order, pays_by_link=True), lines),
    OWN_DELIVERY: lambda order, lines: (
        replace(order, shipping_fee_e4=order.shipping_fee_e4 or SHIPPING_FEES_E4[0]), lines
    ),
}  # fmt: skip


def new_purchase(world: World, order: Order, lines: Lines, promotion: str, rng: Random) -> Package:
    """The package of an order that is bought in some way; the marketplace pays a part of what companies buy.

    Shapes: ``promotion`` is one of PROMOTIONS.
    """
    if promotion in BY_PLATFORM:
        # A server that only reads needs nothing of what draws people.
        from emulator.world.orders.kinds import KINDS

        order = KINDS["corporate"](world, order, rng)
    package = new_package(*PROMOTIONS[promotion](order, lines), rng)
    return replace(package, dispatch=Dispatch(by_seller=True)) if promotion == OWN_DELIVERY else package
