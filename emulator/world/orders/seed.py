"""Sowing orders: people of the lookups order what the seller lists; an order's age says how far it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING, Any

from emulator.world.catalogue.account_products import goods_of
from emulator.world.catalogue.listings import listing
from emulator.world.catalogue.model import Content, Variant
from emulator.world.core.ids import below, between, chance, next_number, pick
from emulator.world.core.plan import DAY_MS
from emulator.world.orders.model import Address, Customer, Line, Order, OrderStatus, order_from, put_orders

if TYPE_CHECKING:
    from emulator.world.core.world import World

FIRST_ORDER, FIRST_LINE = 700_001, 3_000_001
HOUR_MS = 3_600_000
FREE_SHIPPING = 50_000
SHIPPING_FEES = (3_499, 4_499, 5_999)
DISCOUNTS_PERCENT = (0, 0, 0, 0, 5, 10)
# How far an order has come: before so many hours it is what stands beside them.
PROGRESS: tuple[tuple[int, OrderStatus], ...] = (
    (2, "awaiting"), (14, "created"), (26, "picking"), (40, "invoiced"), (110, "shipped"),
)  # fmt: skip
ENDS: tuple[OrderStatus, ...] = ("delivered",) * 17 + ("cancelled", "unsupplied", "returned")
# How many digits a marketplace's order numbers have: trendyol's by the samples of its orders, the others I.
NUMBERS: Mapping[str, int] = {
    "trendyol": 10_600_000_000,
    "hepsiburada": 4_100_000_000,
    "n11": 205_400_000_000,
}

Sold = tuple[Content, Variant]


def sow_orders(world: World) -> None:
    """Sow each part of the recipe's ``orders``: drawn by chance, or one it writes out."""
    for part in world.plan.recipe.get("orders", ()):
        if "order_number" in part:
            put_orders(world, [order_from(part)])
        else:
            put_orders(world, _drawn(world, part))


def next_order_id(world: World, count: int = 1) -> int:
    """The id the next order takes, the first of ``count`` that are taken at once."""
    return next_number(world.store, "order", world.plan.id_base + FIRST_ORDER, count)


def next_line_id(world: World, count: int = 1) -> int:
    """The id the next line of an order takes, the first of ``count`` that are taken at once."""
    return next_number(world.store, "order line", world.plan.id_base + FIRST_LINE, count)


def sellable(world: World, seller_id: int, storefront: str) -> list[Sold]:
    """What customers may order of a listing, sold out or not."""
    return [
        (content, variant)
        for content in listing(world, seller_id, storefront)
        for variant in content.variants
        if not (variant.locked or variant.blacklisted or variant.archived)
    ]


def _drawn(world: World, part: Mapping[str, Any]) -> Iterator[Order]:
    rng = chance(world.seed, "orders", part["seller"], part["storefront"])
    sold = sellable(world, part["seller"], part["storefront"])
    if not sold and part["count"]:
        raise ValueError(f"orders: seller {part['seller']} sells nothing on {part['storefront']} yet")
    span_ms = part["days"] * DAY_MS
    moments = sorted(world.anchor_ms - int(rng.random() * span_ms) for _ in range(part["count"]))
    first = next_order_id(world, len(moments))
    for order_id, placed_ms in enumerate(moments, first):
        yield _order(world, part, rng, sold, order_id, placed_ms - placed_ms % 1000)


def _order(
    world: World, part: Mapping[str, Any], rng: Random, sold: Sequence[Sold], order_id: int, placed_ms: int
) -> Order:
    lines = _lines(world, rng, sold, placed_ms)
    marketplace = pick(rng, part["marketplaces"])
    status, updated_ms = _progress(rng, placed_ms, world.anchor_ms)
    drawn = order_of(world, (part["seller"], part["storefront"]), marketplace, lines, order_id, rng)
    return replace(drawn, status=status, placed_ms=placed_ms, updated_ms=updated_ms)


def order_of(
    world: World,
    owner: tuple[int, str],
    marketplace: str,
    lines: tuple[Line, ...],
    order_id: int,
    rng: Random,
) -> Order:
    """An order of these lines, by somebody of the lookups, that was placed just now."""
    goods = sum(line.total for line in lines)
    now_ms = world.clock.now_ms() // 1000 * 1000
    return Order(
        id=order_id,
        order_number=str(NUMBERS[marketplace] + order_id * 97 + below(rng, 97)),
        marketplace=marketplace,
        seller_id=owner[0],
        storefront=owner[1],
        status="created",
        placed_ms=now_ms,
        updated_ms=now_ms,
        customer=_customer(rng, world.plan.lookups["people"]),
        address=_address(rng, world.plan.lookups["people"]),
        lines=lines,
        shipping_fee=0 if goods >= FREE_SHIPPING else pick(rng, SHIPPING_FEES),
        discount=goods * pick(rng, DISCOUNTS_PERCENT) // 100,
        tax=sum(line.tax for line in lines),
    )


def _lines(world: World, rng: Random, sold: Sequence[Sold], placed_ms: int) -> tuple[Line, ...]:
    """Things that were listed by then, each once."""
    chosen: dict[int, Sold] = {}
    for _ in range(pick(rng, (1, 1, 1, 2, 2, 3))):
        content, variant = pick(rng, sold)
        if variant.created_ms <= placed_ms or not chosen:
            chosen[variant.id] = (content, variant)
    first = next_line_id(world, len(chosen))
    return tuple(
        line_of(number, *one, pick(rng, (1, 1, 1, 2, 3))) for number, one in enumerate(chosen.values(), first)
    )


def line_of(number: int, content: Content, variant: Variant, quantity: int) -> Line:
    """So many of a variant as a line of an order, as it is listed now."""
    return Line(
        id=number,
        variant_id=variant.id,
        barcode=variant.barcode,
        stock_code=variant.stock_code,
        name=goods_of(content, variant, variant.stock_code).name,
        quantity=quantity,
        unit_price=variant.sale_price,
        vat_rate=variant.vat_rate,
    )


def _progress(rng: Random, placed_ms: int, anchor_ms: int) -> tuple[OrderStatus, int]:
    age_ms = anchor_ms - placed_ms
    for hours, status in PROGRESS:
        if age_ms < hours * HOUR_MS:
            return status, placed_ms + below(rng, age_ms // 1000 + 1) * 1000
    return pick(rng, ENDS), placed_ms + between(rng, 26, 110) * HOUR_MS


def _customer(rng: Random, people: Mapping[str, Any]) -> Customer:
    first, last = pick(rng, people["first_names"]), pick(rng, people["last_names"])
    return Customer(
        first_name=first["name"],
        last_name=last["name"],
        email=f"{first['plain']}.{last['plain']}{between(rng, 1, 99)}@example.com",
        phone=f"+90555{below(rng, 10_000_000):07d}",
    )


def _address(rng: Random, people: Mapping[str, Any]) -> Address:
    district = pick(rng, people["districts"])
    floor = between(rng, 0, 9)
    return Address(
        line1=f"{pick(rng, people['neighbourhoods'])} Mahallesi, {pick(rng, people['streets'])}"
        f" No:{between(rng, 1, 120)}",
        line2=f"Kat {floor} Daire {floor * 2 + between(rng, 1, 2)}",
        district=district["name"],
        city=district["city"],
        postal_code=district["postal_code"],
    )
