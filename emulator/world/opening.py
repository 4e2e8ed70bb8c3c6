"""Sowing a world: the parts of its recipe, each by the noun it makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from emulator.world.accounts import api_clients, buyers, sellers
from emulator.world.accounts.sellers import Seller
from emulator.world.catalogue import account_product_rows, listings
from emulator.world.catalogue.account_products import goods_from
from emulator.world.catalogue.model import content_from
from emulator.world.catalogue.seed import FIRST_CONTENT_ID, LISTING_STRIDE, grow
from emulator.world.catalogue.templates import assortment
from emulator.world.money.seed import seed_money
from emulator.world.orders.customers import seed_customers
from emulator.world.orders.seed import seed_orders

if TYPE_CHECKING:
    from emulator.world.core.world import World


def sow(world: World) -> None:
    """Fill an empty world as its recipe says."""
    recipe = world.plan.recipe
    for told in recipe.get("sellers", ()):
        sellers.add_seller(world, seller_from(told))
    for told in recipe.get("buyers", ()):
        buyers.add_buyer(world, buyers.buyer_from(told))
    for told in recipe.get("clients", ()):
        api_clients.add_client(world, api_clients.client_from(told))
    listings.put_new(world, [content_from(told) for told in recipe.get("contents", ())])
    for ordinal, part in enumerate(recipe.get("listings", ())):
        goods = assortment(world.plan.lookups, part["storefront"])
        first_id = world.plan.id_base + FIRST_CONTENT_ID + ordinal * LISTING_STRIDE
        listings.put_new(world, grow(part, goods, world.seed, first_id, world.anchor_ms))
    for told in recipe.get("goods", ()):
        account_product_rows.put_goods(world, *goods_from(told))
    seed_customers(world)
    seed_orders(world)
    seed_money(world)


def seller_from(told: Mapping[str, Any]) -> Seller:
    """One seller as a recipe writes it down."""
    return Seller(
        id=told["id"],
        name=told["name"],
        edition=told["edition"],
        storefronts=tuple(told["storefronts"]),
        key=told["key"],
        secret=told["secret"],
        tier=told["tier"],
        allowed_ips=tuple(told.get("allowed_ips", ())),
    )
