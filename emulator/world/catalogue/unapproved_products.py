"""Products that are not approved: put in by barcode, looked up, found page by page, taken out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import orjson

from emulator.world.catalogue.model import (
    Attribute,
    Delivery,
    Named,
    Terms,
    Text,
    attributes_from,
    delivery_from,
    terms_from,
)
from emulator.world.core.ids import next_number
from emulator.world.core.listing import Listing
from emulator.world.core.select import Clause, all_of, bounds, one_of, rows_among

if TYPE_CHECKING:
    from emulator.world.core.world import World

State = Literal["pending", "rejected"]
DateColumn = Literal["created_ms", "modified_ms"]
INSERT = (
    "INSERT INTO unapproved_product (product_no, seller_id, storefront, barcode, stock_code, product_main_id,"
    " brand_id, origin, state, created_ms, modified_ms, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (seller_id, storefront, barcode) DO UPDATE SET stock_code = excluded.stock_code,"
    " product_main_id = excluded.product_main_id, brand_id = excluded.brand_id, origin = excluded.origin,"
    " state = excluded.state, modified_ms = excluded.modified_ms, body = excluded.body"
)


@dataclass(frozen=True, slots=True)
class UnapprovedProduct:
    """One product that waits for its approval, or was rejected.

    Units: prices in hundredths of the storefront's currency; names in ``_ms`` are epoch milliseconds UTC.
    """

    seller_id: int
    """Who sells it."""
    storefront: str
    """Where it is to be sold."""
    barcode: str
    """What it is known by, without blanks."""
    title: Text
    """Its title."""
    description: Text
    """Its description, HTML."""
    product_main_id: str
    """The seller's code of the product line."""
    brand: Named
    """Its brand."""
    category: Named
    """Its leaf category."""
    stock_code: str
    """The seller's own code."""
    quantity: int
    """How many there are."""
    sale_price: int
    """What it costs."""
    list_price: int
    """What it costs without a reduction."""
    vat_rate: int
    """VAT in percent."""
    images: tuple[str, ...]
    """The addresses of its pictures."""
    attributes: tuple[Attribute, ...]
    """All its attributes."""
    delivery: Delivery | None
    """How fast it leaves; None for as the account says."""
    origin: str | None
    """The country it was made in."""
    sgr_price: int | None
    """The deposit on its packaging."""
    terms: Terms
    """What the seller has fixed of how it is sold and sent."""
    created_ms: int
    """When the seller created it."""
    modified_ms: int
    """When the seller last changed it."""
    state: State = "pending"
    """Whether it waits or was rejected."""
    reject_reasons: tuple[str, ...] = ()
    """The ids of why it was rejected."""
    doc_needed: bool = False
    """Whether a document is missing."""

    @property
    def listing(self) -> Listing:
        """The listing it is to come into."""
        return Listing(self.seller_id, self.storefront)


@dataclass(frozen=True, slots=True)
class UnapprovedQuery:
    """Which products of one listing; what is None or empty does not filter.

    Units: dates are epoch milliseconds UTC, both ends included.
    """

    listing: Listing
    """Where to look."""
    barcode: str | None = None
    """Only this barcode."""
    barcodes: tuple[str, ...] = ()
    """Only these barcodes."""
    stock_code: str | None = None
    """Only this code of the seller's."""
    product_main_id: str | None = None
    """Only this product line."""
    brand_ids: tuple[int, ...] = ()
    """Only these brands."""
    origin: str | None = None
    """Only from this country."""
    state: State | None = None
    """Only in this state."""
    supplier_id: int | None = None
    """Another one than the seller's own number finds nothing."""
    date_column: DateColumn = "created_ms"
    """Which date the two moments bound."""
    start_ms: int | None = None
    """The first moment."""
    end_ms: int | None = None
    """The last moment."""

    @property
    def has_no_filter(self) -> bool:
        """Whether it asks for all of them."""
        return self == UnapprovedQuery(self.listing, date_column=self.date_column)


@dataclass(frozen=True, slots=True)
class UnapprovedPage:
    """Some products, how many there are, and where the page ended."""

    total: int
    products: tuple[UnapprovedProduct, ...]
    last_place: int | None
    has_more: bool


def put_products(world: World, products: Sequence[UnapprovedProduct]) -> None:
    """Put products, each in the place of the one with its barcode."""
    if not products:
        return
    first = next_number(world.store, "unapproved product", count=len(products))
    world.store.executemany(
        INSERT,
        [
            (number, each.seller_id, each.storefront, each.barcode, each.stock_code, each.product_main_id,
             each.brand.id, each.origin, each.state, each.created_ms, each.modified_ms, orjson.dumps(each))
            for number, each in enumerate(products, first)
        ],
    )  # fmt: skip


def delete_product(world: World, listing: Listing, barcode: str) -> None:
    """Take a product out."""
    world.store.execute(
        "DELETE FROM unapproved_product WHERE seller_id = ? AND storefront = ? AND barcode = ?",
        (*listing, barcode),
    )


def product_by_barcode(world: World, listing: Listing, barcode: str) -> UnapprovedProduct | None:
    """The product of that barcode, or None."""
    return products_by_barcode(world, listing, [barcode]).get(barcode)


def products_by_barcode(
    world: World, listing: Listing, barcodes: Sequence[str]
) -> dict[str, UnapprovedProduct]:
    """The products of some barcodes, by these."""
    query = (
        "SELECT body FROM unapproved_product WHERE seller_id = ? AND storefront = ? AND barcode IN ({marks})"
    )
    products = (_product(body) for (body,) in rows_among(world, query, listing, barcodes))
    return {each.barcode: each for each in products}


def find_products(
    world: World, query: UnapprovedQuery, size: int, offset: int = 0, after: int | None = None
) -> UnapprovedPage:
    """A page of the products that match, in the order in which they were created."""
    if query.supplier_id not in (None, query.listing.seller_id):
        return UnapprovedPage(0, (), None, has_more=False)
    place: list[Clause] = [] if after is None else [("product_no > ?", (after,))]
    text, values = all_of([*_clauses(query), *place])
    rows = world.store.rows(
        f"SELECT product_no, body FROM unapproved_product WHERE {text} ORDER BY product_no LIMIT ? OFFSET ?",
        (*values, size + 1, 0 if after is not None else offset),
    )
    page = rows[:size]
    return UnapprovedPage(
        total=_count(world, query),
        products=tuple(_product(body) for _, body in page),
        last_place=int(page[-1][0]) if page else None,
        has_more=len(rows) > size,
    )


def products_of(world: World, listing: Listing) -> Iterable[UnapprovedProduct]:
    """Every product of a listing, in the order in which they were created."""
    return find_products(world, UnapprovedQuery(listing), 1_000_000).products


def _count(world: World, query: UnapprovedQuery) -> int:
    text, values = all_of(_clauses(query))
    row = world.store.row(f"SELECT COUNT(*) FROM unapproved_product WHERE {text}", values)
    return int(row[0]) if row else 0


def _clauses(query: UnapprovedQuery) -> list[Clause]:
    equals: dict[str, Any] = {
        "barcode": query.barcode,
        "stock_code": query.stock_code,
        "product_main_id": query.product_main_id,
        "origin": query.origin,
        "state": query.state,
    }
    clauses: list[Clause] = [("seller_id = ? AND storefront = ?", query.listing)]
    clauses += [(f"{column} = ?", (value,)) for column, value in equals.items() if value is not None]
    clauses += [one_of("barcode", query.barcodes)] if query.barcodes else []
    clauses += [one_of("brand_id", query.brand_ids)] if query.brand_ids else []
    return clauses + bounds(query.date_column, query.start_ms, query.end_ms)


def _product(body: bytes) -> UnapprovedProduct:
    facts: Mapping[str, Any] = orjson.loads(body)
    parts = {
        "brand": Named(**facts["brand"]),
        "category": Named(**facts["category"]),
        "images": tuple(facts["images"]),
        "attributes": attributes_from(facts["attributes"]),
        "delivery": None if facts["delivery"] is None else delivery_from(facts["delivery"]),
        "terms": terms_from(facts["terms"]),
        "reject_reasons": tuple(facts["reject_reasons"]),
    }
    return UnapprovedProduct(**{**facts, **parts})
