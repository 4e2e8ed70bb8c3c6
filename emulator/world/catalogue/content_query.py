"""Which contents of a listing are asked for, and the SQL that says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from emulator.world.core.listing import Listing
from emulator.world.core.select import Clause, Selection, all_of, bounds, one_of

Status = Literal["archived", "blacklisted", "locked", "on_sale", "not_on_sale"]
DateKind = Literal["variant_created", "variant_modified", "content_modified"]

DATE_COLUMNS: Mapping[DateKind, str] = {
    "variant_created": "v.created_ms",
    "variant_modified": "v.modified_ms",
    "content_modified": "c.modified_ms",
}
STATUS_CONDITIONS: Mapping[Status, str] = {
    "archived": "v.archived = 1",
    "blacklisted": "v.blacklisted = 1",
    "locked": "v.locked = 1",
    "on_sale": "v.on_sale = 1",
    "not_on_sale": "v.on_sale = 0",
}


@dataclass(frozen=True, slots=True)
class ContentQuery:
    """Which contents of one listing, in which order; what is None or empty does not filter.

    Shapes: a content matches when one of its variants meets every variant condition at once, and comes whole.
    Units: dates are epoch milliseconds UTC, both ends included.
    """

    listing: Listing
    """Where to look."""
    barcode: str | None = None
    """Only with a variant of this barcode."""
    barcodes: tuple[str, ...] = ()
    """Only with a variant of one of these."""
    stock_code: str | None = None
    """Only with a variant of this code of the seller's."""
    product_main_id: str | None = None
    """Only this product line."""
    content_id: int | None = None
    """Only this content."""
    brand_ids: tuple[int, ...] = ()
    """Only these brands."""
    origin: str | None = None
    """Only with a variant from this country."""
    status: Status | None = None
    """Only with a variant in this state."""
    date_kind: DateKind = "variant_created"
    """Which date the two moments bound."""
    start_ms: int | None = None
    """The first moment."""
    end_ms: int | None = None
    """The last moment."""
    supplier_id: int | None = None
    """Another one than the seller's own number finds nothing."""
    newest_first: bool | None = None
    """None is the order of content ids, else that in which they were listed."""

    @property
    def has_no_filter(self) -> bool:
        """Whether it asks for the whole listing in its own order."""
        return self == ContentQuery(self.listing, date_kind=self.date_kind)


def selection(query: ContentQuery) -> Selection:
    """The contents ``c`` that a query means.

    Variants that are looked for by their own marks are found first, by their index; states are so common
    that the listing is read in order and each content asked instead.
    """
    listing: Clause = ("c.seller_id = ? AND c.storefront = ?", query.listing)
    dates, status = _date_clauses(query), _status_clauses(query)
    of_content = [listing, *_content_clauses(query), *(clause for clause in dates if clause[0][0] == "c")]
    of_variant = [*_variant_clauses(query), *(clause for clause in dates if clause[0][0] == "v")]
    if of_variant:
        return _by_variant(query, [*of_variant, *status], of_content)
    if status:
        text = f"EXISTS (SELECT 1 FROM variant v WHERE v.row_id = c.row_id AND {status[0][0]})"
        of_content.append((text, ()))
    return Selection("content c", *all_of(of_content))


def _by_variant(query: ContentQuery, of_variant: list[Clause], of_content: list[Clause]) -> Selection:
    listing: Clause = ("v.seller_id = ? AND v.storefront = ?", query.listing)
    inner, inner_values = all_of([listing, *of_variant])
    text, values = all_of([("c.row_id = hit.row_id", ()), *of_content])
    source = f"(SELECT DISTINCT v.row_id FROM variant v WHERE {inner}) hit CROSS JOIN content c"
    return Selection(source, text, (*inner_values, *values))


def _content_clauses(query: ContentQuery) -> list[Clause]:
    clauses: list[Clause] = []
    if query.supplier_id is not None:
        clauses.append(("c.seller_id = ?", (query.supplier_id,)))
    if query.product_main_id is not None:
        clauses.append(("c.product_main_id = ?", (query.product_main_id,)))
    if query.content_id is not None:
        clauses.append(("c.content_id = ?", (query.content_id,)))
    if query.brand_ids:
        clauses.append(one_of("c.brand_id", query.brand_ids))
    return clauses


def _variant_clauses(query: ContentQuery) -> list[Clause]:
    clauses: list[Clause] = []
    if query.barcode is not None:
        clauses.append(("v.barcode = ?", (query.barcode,)))
    if query.barcodes:
        clauses.append(one_of("v.barcode", query.barcodes))
    if query.stock_code is not None:
        clauses.append(("v.stock_code = ?", (query.stock_code,)))
    if query.origin is not None:
        clauses.append(("v.origin = ?", (query.origin,)))
    return clauses


def _date_clauses(query: ContentQuery) -> list[Clause]:
    return bounds(DATE_COLUMNS[query.date_kind], query.start_ms, query.end_ms)


def _status_clauses(query: ContentQuery) -> list[Clause]:
    return [] if query.status is None else [(STATUS_CONDITIONS[query.status], ())]
