"""What becomes of a product that is approved: a variant of a content that is there, or a new content."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from emulator.world.catalogue.categories import category_tree
from emulator.world.catalogue.content_ids import take_last_id
from emulator.world.catalogue.cross_country import follow_content
from emulator.world.catalogue.listings import contents_of_line, put_content
from emulator.world.catalogue.model import Attribute, Content, Delivery, Variant, text_in
from emulator.world.catalogue.seed_variants import to_seconds
from emulator.world.catalogue.unapproved_products import UnapprovedProduct

if TYPE_CHECKING:
    from emulator.world.core.world import World

# Who changed a content last, where it was the moderation. Source: live bodies name a person or a system, C.
EDITOR = "qc-system"
# When nothing was sent of it. No page gives the account's own time, I.
USUAL_DELIVERY = Delivery(3)
PLAIN_LETTERS = str.maketrans("çğıöşüÇĞİÖŞÜ", "cgiosuCGIOSU")


def list_product(world: World, product: UnapprovedProduct) -> None:
    """Put an approved product into its listing.

    Source: docs/ürün-yaratma-v2, D: variants of one productMainId that differ in a slicer are contents of
    their own, all others variants of one content.
    """
    category = category_tree(world).by_id[product.category.id]
    sibling = _sibling(world, product, category.slicer_ids)
    if sibling is None:
        sibling = _content(world, product, category.varianter_ids, take_last_id(world, product.listing))
    number = max((each.id for each in sibling.variants), default=sibling.id * 10 - 1) + 1
    variants = (*sibling.variants, _variant(product, number, category.varianter_ids))
    content = replace(sibling, variants=variants, modified_ms=world.clock.now_ms())
    put_content(world, content)
    follow_content(world, content)


def preview(world: World, product: UnapprovedProduct) -> tuple[Content, Variant]:
    """The content and the variant that a product would be, with numbers that follow from its barcode."""
    category = category_tree(world).by_id[product.category.id]
    number = int.from_bytes(hashlib.sha256(product.barcode.encode()).digest()[:6], "big")
    content = _content(world, product, category.varianter_ids, number)
    variant = _variant(product, number, category.varianter_ids)
    return replace(content, variants=(variant,)), variant


def _sibling(world: World, product: UnapprovedProduct, slicers: frozenset[int]) -> Content | None:
    """The content of the same line, brand and category with the same values of the slicers, or None."""
    wanted_values = _values(product.attributes, slicers)
    for content in contents_of_line(world, product.listing, product.product_main_id):
        is_alike = (content.brand.id, content.category.id) == (product.brand.id, product.category.id)
        if is_alike and _values(content.attributes, slicers) == wanted_values:
            return content
    return None


def _values(attributes: tuple[Attribute, ...], numbers: frozenset[int]) -> set[tuple[int, object]]:
    return {
        (each.id, each.value_id or text_in(each.value, "").casefold())
        for each in attributes
        if each.id in numbers
    }


def _content(world: World, product: UnapprovedProduct, varianters: frozenset[int], number: int) -> Content:
    """A content without variants yet."""
    now_ms = world.clock.now_ms()
    brand, title = text_in(product.brand.name, ""), text_in(product.title, "")
    return Content(
        seller_id=product.seller_id,
        storefront=product.storefront,
        id=number,
        product_main_id=product.product_main_id,
        brand=product.brand,
        category=product.category,
        created_ms=now_ms,
        modified_ms=now_ms,
        modified_by=EDITOR,
        slug=f"{_plain(brand)}/{_plain(title)}",
        title=product.title,
        description=product.description,
        images=product.images,
        attributes=tuple(each for each in product.attributes if each.id not in varianters),
        variants=(),
    )


def _variant(product: UnapprovedProduct, number: int, varianters: frozenset[int]) -> Variant:
    return Variant(
        id=number,
        barcode=product.barcode,
        stock_code=product.stock_code,
        listing_id=hashlib.sha256(f"listing {number}".encode()).hexdigest()[:32],
        attributes=tuple(each for each in product.attributes if each.id in varianters),
        quantity=product.quantity,
        stock_modified_ms=None,
        sale_price=product.sale_price,
        list_price=product.list_price,
        vat_rate=product.vat_rate,
        delivery=product.delivery or USUAL_DELIVERY,
        created_ms=to_seconds(product.created_ms),
        modified_ms=to_seconds(product.modified_ms),
        sgr_price=product.sgr_price,
        origin=product.origin,
        doc_needed=product.doc_needed,
        terms=product.terms,
    )


def _plain(text: str) -> str:
    letters = text.translate(PLAIN_LETTERS).lower()
    return "-".join("".join(each if each.isalnum() else " " for each in letters).split()) or "-"
