"""What customers may order of a listing, laid out ready to draw from."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from emulator.world.catalogue.account_products import account_product_of
from emulator.world.catalogue.listings import contents_in, contents_of, variant_by_barcode
from emulator.world.catalogue.model import Attribute, Content, Variant, languages, text_in
from emulator.world.catalogue.templates import COLOUR
from emulator.world.core.ids import between, chance, pick
from emulator.world.core.listing import Listing

if TYPE_CHECKING:
    from emulator.world.core.world import World

# So many contents at most are laid out to draw the orders of a past from.
MOST_CONTENTS = 600
FIRST_BARCODE, DELISTED_COUNT = 8_681_385_000_000, 40
CHEAPEST, DEAREST = 2_999, 89_999
# The attributes that are sizes: of clothes and of shoes.
SIZES = (293, 292)


@dataclass(frozen=True, slots=True)
class Product:
    """One variant as a customer orders it.

    Units: ``price`` in hundredths of the storefront's currency, ``vat_rate`` in percent, ``listed_ms`` epoch
    milliseconds UTC; ``quantity`` is what is in stock.
    """

    variant_id: int
    """The number of the variant."""
    content_id: int | None
    """The number of its content; None before there is one."""
    barcode: str
    """The barcode."""
    stock_code: str
    """The seller's own code."""
    name: str
    """The name as customers see it."""
    price: int
    """What one costs."""
    vat_rate: int
    """The VAT contained in the price."""
    listed_ms: int
    """When it was listed first."""
    quantity: int
    """How many are in stock."""
    size: str = ""
    """The size it has, empty where it has none."""
    colour: str = ""
    """The colour it has, empty where it has none."""
    category_id: int = 0
    """The number of its category."""
    category: str = ""
    """The name of its category."""
    made_in: str = ""
    """The country it was made in, empty where it is not known."""
    deposit: int = 0
    """The deposit on its packaging, in hundredths of the currency."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Products to draw orders from, the earliest listed first, and the moments when they were."""

    products: Sequence[Product]
    listed_ms: Sequence[int]

    def draw(self, at_ms: int, rng: Random) -> Product:
        """One of the products that were listed by a moment, or else the first one of all."""
        return self.products[int(rng.random() * max(bisect_right(self.listed_ms, at_ms), 1))]


def orderable(world: World, listing: Listing) -> list[Product]:
    """What customers may order of a listing, sold out or not, by content id."""
    return _products(contents_of(world, listing))


def orderable_by_barcode(world: World, listing: Listing, barcode: str) -> Product | None:
    """What customers may order under a barcode of a listing, sold out or not; None when there is nothing."""
    row = variant_by_barcode(world, listing, barcode)
    return _product(*row) if row is not None and _is_orderable(row[1]) else None


def pool_of(world: World, listing: Listing) -> Pool:
    """Products of a listing to draw the orders of a past from; delisted ones where nothing is listed.

    A large listing is represented by contents from all over it.
    """
    rows = world.store.rows(
        "SELECT row_id FROM content WHERE seller_id = ? AND storefront = ? ORDER BY content_id",
        listing,
    )
    row_ids = [row_id for (row_id,) in rows[:: len(rows) // MOST_CONTENTS + 1]]
    contents = contents_in(world, row_ids)
    products = _products(contents[row_id] for row_id in row_ids) or _delisted_products(world, listing)
    products.sort(key=lambda product: (product.listed_ms, product.variant_id))
    return Pool(products, [product.listed_ms for product in products])


def _products(contents: Iterable[Content]) -> list[Product]:
    return [
        _product(content, variant)
        for content in contents
        for variant in content.variants
        if _is_orderable(variant)
    ]


def _is_orderable(variant: Variant) -> bool:
    return not (variant.locked or variant.blacklisted or variant.archived)


def _product(content: Content, variant: Variant) -> Product:
    language = languages(content.storefront)[-1]
    return Product(
        variant_id=variant.id,
        content_id=content.id,
        barcode=variant.barcode,
        stock_code=variant.stock_code,
        name=account_product_of(content, variant, variant.stock_code).name,
        price=variant.sale_price,
        vat_rate=variant.vat_rate,
        listed_ms=variant.created_ms,
        quantity=variant.quantity,
        size=_text_of(variant.attributes, SIZES, language),
        colour=_text_of(content.attributes, (COLOUR,), language),
        category_id=content.category.id,
        category=text_in(content.category.name, language),
        made_in=variant.origin or "",
        deposit=variant.sgr_price or 0,
    )


def _text_of(attributes: Iterable[Attribute], ids: Sequence[int], language: str) -> str:
    """The text of the first attribute that has one of the ids, empty without one."""
    return next((text_in(each.value, language) for each in attributes if each.id in ids), "")


def _delisted_products(world: World, listing: Listing) -> list[Product]:
    """Products that were sold once and are listed no more."""
    rng = chance(world.seed, "delisted", *listing)
    return [
        Product(
            variant_id=FIRST_BARCODE + number,
            content_id=None,
            barcode=str(FIRST_BARCODE + number),
            stock_code=f"ESKİ-{number}",
            name=f"Eski Ürün {number}",
            price=between(rng, CHEAPEST, DEAREST),
            vat_rate=pick(rng, (1, 10, 20)),
            listed_ms=0,
            quantity=0,
        )
        for number in range(DELISTED_COUNT)
    ]
