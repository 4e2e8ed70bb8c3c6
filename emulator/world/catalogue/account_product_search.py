"""Finding an account's products: pages in any order, by number, by SKU."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from emulator.world.catalogue.account_product_rows import AT_ONCE, COLUMNS
from emulator.world.catalogue.account_products import Goods
from emulator.world.core.listing import Listing
from emulator.world.core.memo import Memo
from emulator.world.core.rendering import Rendering
from emulator.world.core.select import Selection, count_rows, marks
from emulator.world.core.turkish import folded, folded_code

if TYPE_CHECKING:
    from emulator.world.core.world import World

GoodsOrder = Literal["created", "updated", "name", "sku", "price", "quantity"]
SORT_COLUMNS: Mapping[GoodsOrder, str] = {
    "created": "created_ms",
    "updated": "updated_ms",
    "name": "name_order",
    "sku": "sku",
    "price": "price",
    "quantity": "quantity",
}
LARGEST = 2**63
ROW: Rendering[[Goods]] = Rendering("account_row")
DETAIL: Rendering[[Goods, bytes]] = Rendering("account_detail")
DETAILS: Memo[tuple[Listing, int], bytes] = Memo(4096)


@dataclass(frozen=True, slots=True)
class GoodsQuery:
    """Which products of one account; ``search`` is a part of the name or the SKU."""

    listing: Listing
    search: str | None = None


@dataclass(frozen=True, slots=True)
class GoodsPage:
    """One page: how many products match in all, and these."""

    total: int
    goods: tuple[Goods, ...]


def find_goods(
    world: World, query: GoodsQuery, order: GoodsOrder, size: int, *, descending: bool, offset: int = 0
) -> GoodsPage:
    """One page of an account's products; equal ones stand by number, in the same direction."""
    chosen, direction = _selection(query), "DESC" if descending else "ASC"
    columns = f"{SORT_COLUMNS[order]} {direction}, number {direction}"
    rows = world.store.rows(
        f"SELECT {COLUMNS} FROM {chosen.source} WHERE {chosen.where} ORDER BY {columns} LIMIT ? OFFSET ?",
        (*chosen.values, size, offset),
    )
    return GoodsPage(count_rows(world, query, _selection), tuple(Goods(*row) for row in rows))


def goods_and_rest(world: World, listing: Listing, number: int) -> tuple[Goods, bytes] | None:
    """A product and the ready JSON of what only its detail tells, or None."""
    found = None
    if number < LARGEST:
        found = world.store.row(
            f"SELECT {COLUMNS}, rest FROM goods WHERE seller_id = ? AND storefront = ? AND number = ?",
            (*listing, number),
        )
    return None if found is None else (Goods(*found[:-1]), found[-1])


def goods_detail(world: World, listing: Listing, number: int) -> bytes | None:
    """A product as its detail tells it, or None; what was read lately is shared until a listing changes."""
    place = (listing, number)
    details = world.recall(DETAILS)
    if place not in details:
        found = goods_and_rest(world, *place)
        if found is None:
            return None
        details[place] = world.renderer(DETAIL)(*found)
    return details[place]


def goods_by(
    world: World, listing: Listing, mark: Literal["number", "sku"], values: Iterable[object]
) -> list[Goods]:
    """The products with one of these numbers or SKUs, each once."""
    wanted = [value for value in dict.fromkeys(values) if not isinstance(value, int) or value < LARGEST]
    return [
        goods
        for start in range(0, len(wanted), AT_ONCE)
        for goods in _some(world, listing, mark, wanted[start : start + AT_ONCE])
    ]


def all_goods(world: World, listing: Listing) -> Iterable[Goods]:
    """Every product of an account, by number."""
    rows = world.store.rows(
        f"SELECT {COLUMNS} FROM goods WHERE seller_id = ? AND storefront = ? ORDER BY number",
        listing,
    )
    return (Goods(*row) for row in rows)


def _some(world: World, listing: Listing, mark: str, values: Sequence[object]) -> Iterable[Goods]:
    rows = world.store.rows(
        f"SELECT {COLUMNS} FROM goods WHERE seller_id = ? AND storefront = ? AND {mark} IN ({marks(values)})",
        (*listing, *values),
    )
    return (Goods(*row) for row in rows)


def _selection(query: GoodsQuery) -> Selection:
    of_listing = "seller_id = ? AND storefront = ?"
    if query.search is None:
        return Selection("goods", of_listing, query.listing)
    either = "(name_key LIKE ? ESCAPE '!' OR sku_key LIKE ? ESCAPE '!')"
    parts = (_part(folded(query.search)), _part(folded_code(query.search)))
    return Selection("goods", f"{of_listing} AND {either}", (*query.listing, *parts))


def _part(text: str) -> str:
    escaped = text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{escaped}%"
