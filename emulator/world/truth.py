"""The world's own answer: what a faithful copy of a seller's data holds, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from emulator.world.catalogue.listings import listing
from emulator.world.catalogue.model import told
from emulator.world.core.calendar import NEVER
from emulator.world.money.truth import ledger_truth
from emulator.world.orders.truth import goods_truth, order_truth, pazarsync_order_truth, stock_truth
from emulator.world.purchases.truth import offer_truth, purchase_truth

if TYPE_CHECKING:
    from emulator.world.core.world import World


def truth(
    world: World, kind: str, seller_id: int, storefront: str, from_ms: int | None, to_ms: int | None
) -> Iterable[dict[str, Any]]:
    """The rows of one kind, in the shape integrations export them.

    Shapes: ``kind`` is products, offers, goods, stock, pazarsync-orders, orders, purchases, settlements,
    otherfinancials or totals; the first four are never cut by date.
    """
    if kind in WHOLE:
        return WHOLE[kind](world, seller_id, storefront)
    earliest, latest = from_ms or 0, NEVER if to_ms is None else to_ms
    if kind == "purchases":
        return purchase_truth(world, seller_id, storefront, earliest, latest)
    if kind == "pazarsync-orders":
        return pazarsync_order_truth(world, seller_id, storefront, earliest, latest)
    if kind == "orders":
        return order_truth(world, seller_id, storefront, earliest, latest)
    return ledger_truth(world, kind, seller_id, storefront, earliest, latest)


def _products(world: World, seller_id: int, storefront: str) -> Iterator[dict[str, Any]]:
    """A row a barcode; ``titles`` has the title in every language the storefront can be asked in."""
    for content in listing(world, seller_id, storefront):
        for variant in content.variants:
            yield {
                "barcode": variant.barcode,
                "contentId": content.id,
                "productMainId": content.product_main_id,
                "stockCode": variant.stock_code,
                "quantity": variant.quantity,
                "salePrice": decimal(variant.sale_price),
                "listPrice": decimal(variant.list_price),
                "title": told(content.title, ""),
                "titles": dict(content.title),
                "archived": variant.archived,
            }


def decimal(hundredths: int) -> str:
    """Money as a decimal string that loses nothing."""
    return f"{hundredths // 100}.{hundredths % 100:02d}"


WHOLE: Mapping[str, Callable[[World, int, str], Iterable[dict[str, Any]]]] = {
    "products": _products,
    "offers": offer_truth,
    "goods": goods_truth,
    "stock": stock_truth,
}
