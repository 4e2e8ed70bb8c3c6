"""What became of the products a seller wants in the shop: where each stands, what it is, who wrote to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from emulator.world.accounts.sellers import seller_by_id
from emulator.world.batches.model import Batch, Kind
from emulator.world.batches.rows import batches_of
from emulator.world.catalogue.approval import preview
from emulator.world.catalogue.categories import category_tree, text_for
from emulator.world.catalogue.content_audits import audits_of
from emulator.world.catalogue.listings import contents_of
from emulator.world.catalogue.model import Content, Variant, text_in
from emulator.world.catalogue.moderation import state_of
from emulator.world.catalogue.product_checks import stored_barcode
from emulator.world.catalogue.truth import decimal
from emulator.world.catalogue.unapproved_products import products_of

if TYPE_CHECKING:
    from emulator.world.core.listing import Listing
    from emulator.world.core.world import World

# The batches that concern products as such; stock and prices have a ledger of their own.
KINDS: tuple[Kind, ...] = ("create", "update", "content", "archive", "unlock", "delete")
Row = dict[str, Any]


def onboarding_truth(world: World, listing: Listing) -> Iterator[Row]:
    """A row a barcode that is there or was written to; ``state`` None where there is no such product.

    Shapes: ``titles`` are those it has and those that were asked for; ``writes`` the batches that named its
    barcode, in the order of sending. Names are in English, in Türkiye in Turkish.
    """
    seller = seller_by_id(world, listing.seller_id)
    language = "tr" if seller is None or seller.edition == "tr" else "en"
    writes = _writes(world, listing)
    for row in _product_rows(world, listing, language):
        yield {**row, "writes": writes.pop(row["barcode"], [])}
    for barcode, entries in writes.items():
        yield {"barcode": barcode, "state": None, "content_id": None, "writes": entries}


def _product_rows(world: World, listing: Listing, language: str) -> Iterator[Row]:
    asked_titles, waiting_titles = _asked_titles(world, listing), _waiting_titles(world, listing)
    for content in contents_of(world, listing):
        for variant in content.variants:
            row = _row(world, content, variant, language)
            titles = [*row["titles"], *asked_titles.get(content.id, ())]
            titles += waiting_titles.get(variant.barcode, ())
            yield {**row, "state": state_of(variant), "content_id": content.id, "titles": titles}
    for product in products_of(world, listing):
        content, variant = preview(world, product)
        row = _row(world, content, variant, language)
        titles = [*row["titles"], *waiting_titles.get(row["barcode"], ())]
        yield {**row, "state": product.state, "content_id": None, "titles": titles}


def _row(world: World, content: Content, variant: Variant, language: str) -> Row:
    """What a product is, in the words that a shop would send."""
    attributes = (*content.attributes, *variant.attributes)
    weight = None if variant.terms is None else variant.terms.dimensional_weight
    return {
        "barcode": variant.barcode,
        "archived_ms": variant.archived_ms,
        "product_main_id": content.product_main_id,
        "stock_code": variant.stock_code,
        "brand": text_in(content.brand.name, language),
        "category": _path(world, content.category.id, language),
        "attributes": {text_in(each.name, language): text_in(each.value, language) for each in attributes},
        "titles": [*dict.fromkeys(content.title.values())],
        "title": text_in(content.title, language),
        "description": text_in(content.description, language),
        "dimensional_weight": 1 if weight is None else weight,
        "vat_rate": variant.vat_rate,
        "quantity": variant.quantity,
        "sale_price": decimal(variant.sale_price),
        "list_price": decimal(variant.list_price),
        "sgr_price": None if variant.sgr_price is None else decimal(variant.sgr_price),
    }


def _path(world: World, number: int, language: str) -> list[str]:
    """The names of a category and of those above it, the root first."""
    by_id = category_tree(world).by_id
    names: list[str] = []
    category = by_id.get(number)
    while category is not None:
        names.insert(0, text_for(category.name, language))
        category = None if category.parent_id is None else by_id[category.parent_id]
    return names


def _asked_titles(world: World, listing: Listing) -> dict[int, list[str]]:
    """The titles that were or are asked for of approved contents, whatever came of it."""
    titles: dict[int, list[str]] = {}
    for batch in batches_of(world, listing, "content"):
        for item in batch.items if batch.completed_ms is None else ():
            titles.setdefault(item["product"].get("contentId") or 0, []).append(item["product"].get("title"))
    for audit in audits_of(world, listing):
        titles.setdefault(audit.content_id, []).extend(
            each.new for each in audit.changes if each.kind == "title"
        )
    return titles


def _waiting_titles(world: World, listing: Listing) -> dict[str, list[str]]:
    """The titles that updates by barcode ask for, as long as they wait."""
    titles: dict[str, list[str]] = {}
    for batch in batches_of(world, listing, "update"):
        for item in batch.items if batch.completed_ms is None else ():
            titles.setdefault(_barcode(item), []).append(item["product"].get("title"))
    return titles


def _writes(world: World, listing: Listing) -> dict[str, list[Row]]:
    writes: dict[str, list[Row]] = {}
    batches = [batch for kind in KINDS for batch in batches_of(world, listing, kind)]
    for batch in sorted(batches, key=lambda each: each.number):
        for place, item in enumerate(batch.items):
            barcode = _barcode(item)
            if barcode:
                writes.setdefault(barcode, []).append(_write(batch, place, item))
    return writes


def _barcode(item: Mapping[str, Any]) -> str:
    """The barcode that an item names; those of contents name none."""
    return stored_barcode(str(item.get("product", item).get("barcode") or ""))


def _write(batch: Batch, place: int, item: Mapping[str, Any]) -> Row:
    is_done = batch.completed_ms is not None
    kind = "unarchive" if batch.kind == "archive" and not item["archived"] else batch.kind
    return {
        "batch": batch.id,
        "kind": kind,
        "state": ("failed" if place in batch.failures else "done") if is_done else "waiting",
        "done_ms": batch.completed_ms,
    }
