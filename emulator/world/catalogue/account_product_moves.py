"""Moves of an account's own products: they come, and they change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.world.accounts.api_clients import has_account
from emulator.world.catalogue import account_product_rows
from emulator.world.catalogue.account_product_search import all_products
from emulator.world.catalogue.account_products import AccountProduct, Details
from emulator.world.catalogue.stock import set_quantities
from emulator.world.core import ids
from emulator.world.core.move import Move, price

if TYPE_CHECKING:
    from emulator.world.core.world import World

DEAREST = 99_999


def add_product(world: World, move: Move) -> str:
    """The account gets a product that no marketplace lists.

    Errors: ValueError when no account looks after the listing.
    """
    _check_account(world, move)
    number = account_product_rows.next_own_number(world)
    random_price = ids.between(move.rng, 100, DEAREST)
    product = AccountProduct(
        seller_id=move.seller_id,
        storefront=move.storefront,
        number=number,
        content_id=None,
        barcode=None,
        sku=f"ÖZGÜN-{number}",
        name=f"{ids.pick(move.rng, world.plan.lookups['words']['models'])} İkili Işık {number}",
        description="Yalnız bu hesapta satılır.",
        quantity=ids.between(move.rng, 1, 100) if move.quantity is None else move.quantity,
        price=random_price if move.sale_price is None else move.sale_price,
        status="active",
        created_ms=move.now_ms,
        updated_ms=move.now_ms,
    )
    account_product_rows.put_product(world, product, Details())
    return f"product {number} with sku {product.sku} was added to the account of {move.where}"


def change_product(world: World, move: Move) -> str:
    """A product that no marketplace lists gets the stock given, else the price given or a tenth more.

    Errors: ValueError when the account has none.
    """
    _check_account(world, move)
    product = move.choose(
        [each for each in all_products(world, move.listing) if each.barcode is None], "own product"
    )
    if move.quantity is not None:
        set_quantities(world, [(product, move.quantity)])
        return f"product {product.number} on {move.where} has stock {move.quantity}, not {product.quantity}"
    new_price = product.price + max(product.price // 10, 1) if move.sale_price is None else move.sale_price
    account_product_rows.reprice(world, product, new_price, move.now_ms)
    return f"product {product.number} on {move.where} costs {price(new_price)}, not {price(product.price)}"


def _check_account(world: World, move: Move) -> None:
    if not has_account(world, move.listing):
        raise ValueError(f"no account looks after {move.where}")
