"""What a right copy of a seller's listing holds, taken from the contents and not from the pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import orjson

from emulator.world.batches.model import Batch
from emulator.world.batches.rows import batches_of
from emulator.world.catalogue.account_product_search import ROW, all_products
from emulator.world.catalogue.listings import content_facts_of, contents_of
from emulator.world.catalogue.model import text_in
from emulator.world.catalogue.moderation import state_of
from emulator.world.catalogue.price_updates import hundredths
from emulator.world.catalogue.unapproved_products import products_of
from emulator.world.core.listing import Listing

if TYPE_CHECKING:
    from emulator.world.core.world import World


def product_truth(world: World, listing: Listing) -> Iterator[dict[str, Any]]:
    """A row a barcode; ``titles`` has the title in every language the storefront can be asked in."""
    # As plain data: a seller has thousands, and each run of a client is compared with all of them.
    for content in content_facts_of(world, listing):
        titles = content["title"]
        title = text_in(titles, "")
        for variant in content["variants"]:
            yield {
                "barcode": variant["barcode"],
                "content_id": content["id"],
                "product_main_id": content["product_main_id"],
                "stock_code": variant["stock_code"],
                "quantity": variant["quantity"],
                "sale_price": decimal(variant["sale_price"]),
                "list_price": decimal(variant["list_price"]),
                "title": title,
                "titles": titles,
                "archived": variant["archived_ms"] is not None,
            }


def state_truth(world: World, listing: Listing) -> Iterator[dict[str, Any]]:
    """Where each product stands, approved or not, and in which content it is."""
    for content in contents_of(world, listing):
        for variant in content.variants:
            yield {"barcode": variant.barcode, "state": state_of(variant), "content_id": content.id}
    for product in products_of(world, listing):
        yield {"barcode": product.barcode, "state": product.state, "content_id": None}


def push_truth(world: World, listing: Listing) -> Iterator[dict[str, Any]]:
    """A row a barcode: what it has, and each push of stock and price that named it, in the order of sending.

    Shapes: a push has what it set, None of what it left as it was, and the stock that was there before it.
    """
    pushes = _pushes(world, listing)
    for content in contents_of(world, listing):
        for variant in content.variants:
            yield {
                "barcode": variant.barcode,
                "quantity": variant.quantity,
                "sale_price": decimal(variant.sale_price),
                "list_price": decimal(variant.list_price),
                "archived": variant.archived,
                "locked": variant.locked,
                "blacklisted": variant.blacklisted,
                "pushes": pushes.get(variant.barcode, []),
            }


def _pushes(world: World, listing: Listing) -> dict[str, list[dict[str, Any]]]:
    pushes: dict[str, list[dict[str, Any]]] = {}
    for batch in batches_of(world, listing, "inventory"):
        for place, item in enumerate(batch.items):
            pushes.setdefault(item["barcode"], []).append(_push(batch, place, item))
    return pushes


def _push(batch: Batch, place: int, item: Mapping[str, Any]) -> dict[str, Any]:
    before = batch.effects[place] if batch.effects else None
    is_done = batch.completed_ms is not None
    return {
        "batch": batch.id,
        "state": ("done" if before else "failed") if is_done else "waiting",
        "done_ms": batch.completed_ms,
        "quantity": item.get("quantity"),
        "sale_price": decimal(hundredths(item["salePrice"])) if "salePrice" in item else None,
        "list_price": decimal(hundredths(item["listPrice"])) if "listPrice" in item else None,
        "quantity_before": before[0] if before else None,
        "sale_price_before": decimal(before[1]) if before else None,
        "list_price_before": decimal(before[2]) if before else None,
    }


def decimal(hundredths: int) -> str:
    """Money as a decimal string that loses nothing."""
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def account_product_truth(world: World, listing: Listing) -> Iterator[dict[str, Any]]:
    """The products of the account linked to a listing, as its list tells them."""
    draw = world.renderer(ROW)
    return (orjson.loads(draw(product)) for product in all_products(world, listing))


def stock_truth(world: World, listing: Listing) -> Iterator[dict[str, Any]]:
    """How many there are of each product."""
    return ({"sku": product.sku, "quantity": product.quantity} for product in all_products(world, listing))
