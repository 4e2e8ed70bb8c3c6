"""Moves of what an account sells: orders come and go on their way, its own products come and change."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from emulator.world.catalogue import account_product_rows
from emulator.world.catalogue.account_product_search import all_goods
from emulator.world.catalogue.account_product_stock import set_quantities
from emulator.world.catalogue.account_products import Details, Goods
from emulator.world.catalogue.stock import move_stock
from emulator.world.core import ids
from emulator.world.core.move import Move, price
from emulator.world.orders.model import TRANSITIONS, OrderStatus, move_order, put_orders
from emulator.world.orders.search import order_by_id
from emulator.world.orders.seed import line_of, next_line_id, next_order_id, order_of, sellable

if TYPE_CHECKING:
    from emulator.world.core.world import World

MARKETPLACES = ("trendyol",)
DEAREST = 99_999


def place_order(world: World, move: Move) -> str:
    """A customer orders something that is there, as many as asked for or as there are, and the stock falls.

    Errors: ValueError when everything is sold out.
    """
    there = [one for one in sellable(world, *move.listing) if one[1].quantity > 0]
    content, variant = move.chosen(sorted(there, key=lambda one: one[1].id), "variant in stock")
    taken = min(move.quantity or 1, variant.quantity)
    line = line_of(next_line_id(world), content, variant, taken)
    marketplace = ids.pick(move.rng, _marketplaces(world, move))
    order = order_of(world, move.listing, marketplace, (line,), next_order_id(world), move.rng)
    put_orders(world, [order])
    move_stock(world, *move.listing, variant.barcode, partial(_less, taken))
    return (
        f"order {order.order_number} ({order.id}) of {taken} x {variant.barcode} was placed"
        f" on {marketplace} for {move.where}"
    )


def move_on(world: World, move: Move) -> str:
    """An order goes on to the status given, or to the next one; stock stays as it is.

    Errors: ValueError when no order can.
    """
    ways: dict[OrderStatus, OrderStatus] = {
        status: next(way for way in onward if move.status in (None, way))
        for status, onward in TRANSITIONS.items()
        if onward and (move.status is None or move.status in onward)
    }
    marks = ", ".join("?" * len(ways))
    rows = world.store.rows(
        f"SELECT id FROM placed_order WHERE seller_id = ? AND storefront = ? AND status IN ({marks})"
        " ORDER BY id",
        (*move.listing, *ways),
    )
    (number,) = move.chosen(
        rows, "order that can move on" if move.status is None else f"order for {move.status}"
    )
    order = order_by_id(world, *move.listing, number)
    assert order is not None
    moved = move_order(world, order, ways[order.status])
    return f"order {order.order_number} ({order.id}) on {move.where} is {moved.status}, not {order.status}"


def add_goods(world: World, move: Move) -> str:
    """The account gets a product that no marketplace lists.

    Errors: ValueError when no account looks after the listing.
    """
    _check_account(world, move)
    number = account_product_rows.next_own_number(world)
    drawn = ids.between(move.rng, 100, DEAREST)
    goods = Goods(
        seller_id=move.seller_id,
        storefront=move.storefront,
        number=number,
        content_id=None,
        barcode=None,
        sku=f"ÖZGÜN-{number}",
        name=f"{ids.pick(move.rng, world.plan.lookups['words']['models'])} İkili Işık {number}",
        description="Yalnız bu hesapta satılır.",
        quantity=ids.between(move.rng, 1, 100) if move.quantity is None else move.quantity,
        price=drawn if move.sale_price is None else move.sale_price,
        status="active",
        created_ms=move.now_ms,
        updated_ms=move.now_ms,
    )
    account_product_rows.put_goods(world, goods, Details())
    return f"product {number} with sku {goods.sku} was added to the account of {move.where}"


def change_goods(world: World, move: Move) -> str:
    """A product that no marketplace lists gets the stock given, else the price given or a tenth more.

    Errors: ValueError when the account has none.
    """
    _check_account(world, move)
    goods = move.chosen(
        [each for each in all_goods(world, *move.listing) if each.barcode is None], "own product"
    )
    if move.quantity is not None:
        set_quantities(world, [(goods, move.quantity)])
        return f"product {goods.number} on {move.where} has stock {move.quantity}, not {goods.quantity}"
    asked = goods.price + max(goods.price // 10, 1) if move.sale_price is None else move.sale_price
    account_product_rows.reprice(world, goods, asked, move.now_ms)
    return f"product {goods.number} on {move.where} costs {price(asked)}, not {price(goods.price)}"


def _check_account(world: World, move: Move) -> None:
    if move.listing not in world.clients.linked:
        raise ValueError(f"no account looks after {move.where}")


def _marketplaces(world: World, move: Move) -> tuple[str, ...]:
    for part in world.plan.recipe.get("orders", ()):
        if (part.get("seller"), part["storefront"]) == move.listing:
            return tuple(part["marketplaces"])
    return MARKETPLACES


def _less(pieces: int, stock: int) -> int:
    return stock - pieces
