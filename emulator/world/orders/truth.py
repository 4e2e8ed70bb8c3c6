"""What a faithful copy of a PazarSync account holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import orjson

from emulator.world.catalogue.account_product_search import all_goods
from emulator.world.orders.search import OrderQuery, find_orders

if TYPE_CHECKING:
    from emulator.world.core.world import World

ALL = -1


def goods_truth(world: World, seller_id: int, storefront: str) -> Iterator[dict[str, Any]]:
    """The products of the account linked to a listing, as its list tells them."""
    draw = world.renderers["goods_row"]
    return (orjson.loads(draw(goods)) for goods in all_goods(world, seller_id, storefront))


def stock_truth(world: World, seller_id: int, storefront: str) -> Iterator[dict[str, Any]]:
    """How many there are of each product."""
    return (
        {"sku": goods.sku, "quantity": goods.quantity} for goods in all_goods(world, seller_id, storefront)
    )


def order_truth(
    world: World, seller_id: int, storefront: str, from_ms: int, to_ms: int
) -> Iterator[dict[str, Any]]:
    """The orders placed in a span of time, as the list tells them."""
    page = find_orders(world, OrderQuery(seller_id, storefront, (), from_ms, to_ms), ALL)
    return map(orjson.loads, page.fragments)
