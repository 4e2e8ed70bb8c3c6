"""Finding an account's products: pages in any order, by number, by SKU."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from emulator.world.catalogue.account_product_rows import COLUMNS
from emulator.world.catalogue.account_products import AccountProduct
from emulator.world.core.listing import Listing
from emulator.world.core.memo import Memo
from emulator.world.core.rendering import Rendering
from emulator.world.core.select import Selection, count_rows, rows_among
from emulator.world.core.turkish import fold_case, fold_code

if TYPE_CHECKING:
    from emulator.world.core.world import World

ProductOrder = Literal["created", "updated", "name", "sku", "price", "quantity"]
SORT_COLUMNS: Mapping[ProductOrder, str] = {
    "created": "created_ms",
    "updated": "updated_ms",
    "name": "name_order",
    "sku": "sku",
    "price": "price",
    "quantity": "quantity",
}
LARGEST = 2**63
ROW: Rendering[[AccountProduct]] = Rendering("account_row")
DETAIL: Rendering[[AccountProduct, bytes]] = Rendering("account_detail")
DETAILS: Memo[tuple[Listing, int], bytes] = Memo(4096)


@dataclass(frozen=True, slots=True)
class ProductQuery:
    """Which products of one account; ``search`` is a part of the name or the SKU."""

    listing: Listing
    search: str | None = None


@dataclass(frozen=True, slots=True)
class ProductPage:
    """One page: how many products match in all, and these."""

    total: int
    products: tuple[AccountProduct, ...]


def find_products(
    world: World, query: ProductQuery, order: ProductOrder, size: int, *, descending: bool, offset: int = 0
) -> ProductPage:
    """One page of an account's products; equal ones stand by number, in the same direction."""
    selection, direction = _selection(query), "DESC" if descending else "ASC"
    columns = f"{SORT_COLUMNS[order]} {direction}, number {direction}"
    rows = world.store.rows(
        f"SELECT {COLUMNS} FROM {selection.source} WHERE {selection.where}"
        f" ORDER BY {columns} LIMIT ? OFFSET ?",
        (*selection.values, size, offset),
    )
    return ProductPage(count_rows(world, query, _selection), tuple(AccountProduct(*row) for row in rows))


def product_and_detail_json(
    world: World, listing: Listing, number: int
) -> tuple[AccountProduct, bytes] | None:
    """A product and the ready JSON of what only its detail has, or None."""
    row = None
    if number < LARGEST:
        row = world.store.row(
            f"SELECT {COLUMNS}, detail_json FROM account_products"
            " WHERE seller_id = ? AND storefront = ? AND number = ?",
            (*listing, number),
        )
    return None if row is None else (AccountProduct(*row[:-1]), row[-1])


def product_detail(world: World, listing: Listing, number: int) -> bytes | None:
    """A product as its detail has it, or None; what was read lately is shared until a listing changes."""
    place = (listing, number)
    details = world.recall(DETAILS)
    if place not in details:
        product_and_json = product_and_detail_json(world, *place)
        if product_and_json is None:
            return None
        details[place] = world.renderer(DETAIL)(*product_and_json)
    return details[place]


def products_by(
    world: World, listing: Listing, mark: Literal["number", "sku"], values: Iterable[object]
) -> list[AccountProduct]:
    """The products with one of these numbers or SKUs, each once."""
    marks_sought = [value for value in dict.fromkeys(values) if not isinstance(value, int) or value < LARGEST]
    query = (
        f"SELECT {COLUMNS} FROM account_products"
        f" WHERE seller_id = ? AND storefront = ? AND {mark} IN ({{marks}})"
    )
    return [AccountProduct(*row) for row in rows_among(world, query, listing, marks_sought)]


def all_products(world: World, listing: Listing) -> Iterable[AccountProduct]:
    """Every product of an account, by number."""
    rows = world.store.rows(
        f"SELECT {COLUMNS} FROM account_products WHERE seller_id = ? AND storefront = ? ORDER BY number",
        listing,
    )
    return (AccountProduct(*row) for row in rows)


def _selection(query: ProductQuery) -> Selection:
    of_listing = "seller_id = ? AND storefront = ?"
    if query.search is None:
        return Selection("account_products", of_listing, query.listing)
    either = "(name_key LIKE ? ESCAPE '!' OR sku_key LIKE ? ESCAPE '!')"
    parts = (_part(fold_case(query.search)), _part(fold_code(query.search)))
    return Selection("account_products", f"{of_listing} AND {either}", (*query.listing, *parts))


def _part(text: str) -> str:
    pattern = text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{pattern}%"
