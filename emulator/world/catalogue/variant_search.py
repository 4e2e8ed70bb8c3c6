"""Finding variants: flat pages of a listing by number, a row for each barcode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from emulator.world.catalogue.listings import VARIANT_ROW, contents_in
from emulator.world.core.listing import Listing
from emulator.world.core.select import Clause, Selection, all_of, bounds, count_rows, one_of

if TYPE_CHECKING:
    from emulator.world.core.world import World
    from emulator.world.store.interface import Row

VariantDate = Literal["created", "modified"]

DATE_COLUMNS: Mapping[VariantDate, str] = {"created": "v.created_ms", "modified": "v.modified_ms"}
NOTHING: Clause = ("0 = 1", ())


@dataclass(frozen=True, slots=True)
class VariantQuery:
    """Which variants of one listing; what is None or empty does not filter.

    Units: dates are epoch milliseconds UTC, both ends included.
    """

    listing: Listing
    """Where to look."""
    barcode: str | None = None
    """Only this barcode."""
    stock_code: str | None = None
    """Only this code of the seller's."""
    product_main_id: str | None = None
    """Only this product line."""
    brand_ids: tuple[int, ...] = ()
    """Only these brands."""
    origin: str | None = None
    """Only from this country."""
    is_approved: bool | None = None
    """False finds nothing, for everything listed is approved."""
    is_rejected: bool | None = None
    """True finds nothing."""
    is_archived: bool | None = None
    """Only those put away, or only the others."""
    on_sale: bool | None = None
    """Only what a customer could buy, or only the others."""
    is_blacklisted: bool | None = None
    """Only those that may never be sold again, or only the others."""
    date_kind: VariantDate = "created"
    """Which date the two moments bound."""
    start_ms: int | None = None
    """The first moment."""
    end_ms: int | None = None
    """The last moment."""


@dataclass(frozen=True, slots=True)
class VariantPage:
    """One page: how many variants match in all, and the bodies of these."""

    total: int
    json_rows: list[bytes]


def find_variants(world: World, query: VariantQuery, size: int, *, offset: int = 0) -> VariantPage:
    """One page of a listing's variants, by variant id.

    Bodies are read for the page alone: what is skipped or sorted are numbers.
    """
    selection = _selection(query)
    # The plus keeps the database from walking the listing in order for the few that an index finds at once.
    order = "+v.variant_id" if query.barcode or query.stock_code else "v.variant_id"
    rows = world.store.rows(
        "SELECT b.body, b.row_id, b.variant_id FROM (SELECT v.variant_no, v.variant_id"
        f" FROM {selection.source} WHERE {selection.where} ORDER BY {order} LIMIT ? OFFSET ?) hit"
        " CROSS JOIN variant b WHERE b.variant_no = hit.variant_no ORDER BY hit.variant_id",
        (*selection.values, size, offset),
    )
    return VariantPage(count_rows(world, query, _selection), _bodies(world, rows))


def _bodies(world: World, rows: Sequence[Row]) -> list[bytes]:
    """The rows' bodies; those that a stock move has left blank are drawn."""
    contents = contents_in(world, {row_id for body, row_id, _ in rows if body is None})
    draw = world.renderer(VARIANT_ROW)
    blank = {
        variant.id: draw(content, variant, world.decisions)
        for content in contents.values()
        for variant in content.variants
    }
    return [blank[number] if body is None else body for body, _, number in rows]


def _selection(query: VariantQuery) -> Selection:
    """The variants ``v`` that a query means; those of a brand or a product line through their contents."""
    of_content = _content_clauses(query)
    source, owner = ("content c CROSS JOIN variant v", "c") if of_content else ("variant v", "v")
    listing: Clause = (f"{owner}.seller_id = ? AND {owner}.storefront = ?", query.listing)
    clauses = [listing, *of_content, *_variant_clauses(query), *_date_clauses(query)]
    return Selection(source, *all_of(clauses))


def _content_clauses(query: VariantQuery) -> list[Clause]:
    clauses: list[Clause] = []
    if query.product_main_id is not None:
        clauses.append(("c.product_main_id = ?", (query.product_main_id,)))
    if query.brand_ids:
        clauses.append(one_of("c.brand_id", query.brand_ids))
    return [*clauses, ("v.row_id = c.row_id", ())] if clauses else []


def _variant_clauses(query: VariantQuery) -> list[Clause]:
    columns = {
        "v.barcode": query.barcode,
        "v.stock_code": query.stock_code,
        "v.origin": query.origin,
        "v.archived": query.is_archived,
        "v.on_sale": query.on_sale,
        "v.blacklisted": query.is_blacklisted,
    }
    clauses: list[Clause] = [
        (f"{name} = ?", (int(value) if isinstance(value, bool) else value,))
        for name, value in columns.items()
        if value is not None
    ]
    return [*clauses, NOTHING] if query.is_approved is False or query.is_rejected else clauses


def _date_clauses(query: VariantQuery) -> list[Clause]:
    return bounds(DATE_COLUMNS[query.date_kind], query.start_ms, query.end_ms)
