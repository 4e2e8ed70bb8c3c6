"""The products of the accounts in the store: they follow the listings, and take additions of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from emulator.world.accounts.api_clients import has_account
from emulator.world.catalogue.account_products import (
    AccountProduct,
    Details,
    account_product_from,
    account_product_of,
    details_of,
)
from emulator.world.catalogue.model import Content, Variant
from emulator.world.core.ids import next_number
from emulator.world.core.listing import Listing
from emulator.world.core.rendering import Rendering
from emulator.world.core.select import rows_among
from emulator.world.core.turkish import fold_case, fold_code, sort_key

if TYPE_CHECKING:
    from emulator.world.core.world import World
    from emulator.world.store.interface import Row

COLUMNS = (
    "seller_id, storefront, number, content_id, barcode, sku, name, description, quantity, price, status,"
    " created_ms, updated_ms"
)
# A product keeps the SKU it once got.
PUT_PRODUCT = (
    f"INSERT INTO account_products ({COLUMNS}, name_key, name_order, sku_key, detail_json)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (seller_id, storefront, number) DO UPDATE SET content_id = excluded.content_id,"
    " barcode = excluded.barcode, name = excluded.name, description = excluded.description,"
    " quantity = excluded.quantity, price = excluded.price, status = excluded.status,"
    " created_ms = excluded.created_ms, updated_ms = excluded.updated_ms, name_key = excluded.name_key,"
    " name_order = excluded.name_order, detail_json = excluded.detail_json"
)
SET_STOCK = (
    "UPDATE account_products SET quantity = ?, updated_ms = ?"
    " WHERE seller_id = ? AND storefront = ? AND number = ?"
)
DELETE = "DELETE FROM account_products WHERE seller_id = ? AND storefront = ? AND number = ?"
REPRICE = (
    "UPDATE account_products SET price = ?, updated_ms = ?"
    " WHERE seller_id = ? AND storefront = ? AND number = ?"
)
DETAIL_JSON: Rendering[[Details]] = Rendering("account_detail_json")
# The first product that no marketplace lists; variants have larger numbers.
FIRST_OWN = 1_000_001


def seed_products(world: World) -> None:
    """Put the products of the recipe that no marketplace lists."""
    for facts in world.plan.recipe.get("account_products", ()):
        put_product(world, *account_product_from(facts))


def next_own_number(world: World) -> int:
    """The number the next product that no marketplace lists takes."""
    return next_number(world.store, "account_products", world.plan.id_base + FIRST_OWN)


def put_product(world: World, product: AccountProduct, details: Details) -> None:
    """Put one product that no marketplace lists."""
    world.store.execute(PUT_PRODUCT, _row(world, product, details))
    world.forget_rows()


def follow(world: World, contents: Sequence[Content]) -> None:
    """See what was put into the linked listings."""
    account_contents = [each for each in contents if has_account(world, each.listing)]
    for listing in dict.fromkeys(each.listing for each in account_contents):
        _follow(world, listing, [each for each in account_contents if each.listing == listing])


def forget(world: World, listing: Listing, content_ids: Sequence[int], staying: Iterable[int] = ()) -> None:
    """Let go of the products of some contents, but for the variants ``staying`` in them."""
    rows = _numbers_and_skus(world, listing, "content_id", content_ids)
    numbers = {number for number, _ in rows} - set(staying)
    world.store.executemany(DELETE, [(*listing, number) for number in numbers])


def set_stock(world: World, listing: Listing, quantities: Iterable[tuple[int, int]], at_ms: int) -> None:
    """Note new quantities, as pairs of product number and quantity."""
    world.store.executemany(
        SET_STOCK, [(quantity, at_ms, *listing, number) for number, quantity in quantities]
    )


def set_prices(world: World, listing: Listing, prices: Iterable[tuple[int, int]], at_ms: int) -> None:
    """Note new prices, as pairs of product number and hundredths."""
    world.store.executemany(REPRICE, [(price, at_ms, *listing, number) for number, price in prices])


def reprice(world: World, product: AccountProduct, price: int, at_ms: int) -> None:
    """Note a new price of a product that no marketplace lists, in hundredths."""
    world.store.execute(REPRICE, (price, at_ms, product.seller_id, product.storefront, product.number))


def _follow(world: World, listing: Listing, contents: Sequence[Content]) -> None:
    variants = [(content, variant) for content in contents for variant in content.variants]
    skus = _skus(world, listing, [variant for _, variant in variants])
    world.store.executemany(
        PUT_PRODUCT,
        [
            _row(world, account_product_of(content, variant, skus[variant.id]), details_of(content, variant))
            for content, variant in variants
        ],
    )
    forget(world, listing, [content.id for content in contents], (variant.id for _, variant in variants))


def _skus(world: World, listing: Listing, variants: Sequence[Variant]) -> Mapping[int, str]:
    """Choose an SKU for each variant.

    The one it has, else its stock code, behind which the barcode stands when another product has taken it.
    """
    owners: dict[str, int] = {}
    for column, values in (
        ("number", [variant.id for variant in variants]),
        ("sku", [variant.stock_code for variant in variants]),
    ):
        owners |= {sku: number for number, sku in _numbers_and_skus(world, listing, column, values)}
    skus = {number: sku for sku, number in owners.items()}
    for variant in variants:
        if variant.id not in skus:
            is_taken = variant.stock_code in owners or not variant.stock_code
            skus[variant.id] = f"{variant.stock_code}-{variant.barcode}" if is_taken else variant.stock_code
            owners[skus[variant.id]] = variant.id
    return skus


def _numbers_and_skus(world: World, listing: Listing, column: str, values: Sequence[object]) -> list[Row]:
    query = (
        "SELECT number, sku FROM account_products WHERE seller_id = ? AND storefront = ?"
        f" AND {column} IN ({{marks}})"
    )
    return list(rows_among(world, query, listing, values))


def _row(world: World, product: AccountProduct, details: Details) -> Row:
    return (
        product.seller_id, product.storefront, product.number, product.content_id, product.barcode,
        product.sku, product.name, product.description, product.quantity, product.price, product.status,
        product.created_ms, product.updated_ms, fold_case(product.name), sort_key(product.name),
        fold_code(product.sku), world.renderer(DETAIL_JSON)(details),
    )  # fmt: skip
