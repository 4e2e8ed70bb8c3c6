"""Finding contents: what a query means in SQL, and pages by number or from where the last one ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from emulator.world.catalogue.listings import FIRST, LOCAL, RENDERINGS, STOCK, render_blank_bodies
from emulator.world.catalogue.model import languages
from emulator.world.core.listing import Listing
from emulator.world.core.memo import Memo
from emulator.world.core.select import Clause, Selection, all_of, bounds, count_rows, marks, one_of

if TYPE_CHECKING:
    from emulator.world.core.world import World
    from emulator.world.store.interface import Row

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


# Where the page of a query and an offset goes on, and the bodies by their numbers.
PLACES: Memo[tuple[ContentQuery, int], tuple[int, ...]] = Memo(1000)
BODIES: Memo[int, bytes] = Memo(4096)


@dataclass(frozen=True, slots=True)
class ContentPage:
    """One page: how many contents match in all, the bodies of these, and where this page ended.

    Shapes: ``last_sort`` is the place to go on from, None when the page is empty.
    """

    total: int
    json_rows: list[bytes]
    last_sort: tuple[int, ...] | None
    more: bool


def find(
    world: World,
    query: ContentQuery,
    form: str,
    size: int,
    *,
    offset: int = 0,
    after: Sequence[int] | None = None,
) -> ContentPage:
    """One page of a listing, from an offset or after the place where another page ended.

    Shapes: ``form`` is a language, or ``stock`` for the short rows with stock and price.
    """
    if offset and after is None:
        after = _place(world, query, offset)
        if after is None:
            return ContentPage(count(world, query), [], None, more=False)
    rows = _rows(world, query, after, size + 1)
    page_rows = rows[:size]
    last_sort = tuple(page_rows[-1][1:]) if page_rows else None
    if last_sort is not None and (offset or after is None):
        _mark(world, query, offset + size, last_sort)
    form_number = _form_number(query.listing.storefront, form)
    json_rows = _bodies(world, [row[0] * RENDERINGS + form_number for row in page_rows])
    return ContentPage(count(world, query), json_rows, last_sort, len(rows) > size)


def count(world: World, query: ContentQuery) -> int:
    """How many contents match, in whatever order."""
    return count_rows(world, replace(query, newest_first=None), selection)


def _rows(world: World, query: ContentQuery, after: Sequence[int] | None, limit: int) -> list[Row]:
    chosen_contents = selection(query)
    further, place = _after(query, after)
    return world.store.rows(
        f"SELECT c.row_id, {_sort(query)} FROM {chosen_contents.source}"
        f" WHERE {chosen_contents.where}{further} ORDER BY {_order(query)} LIMIT ?",
        (*chosen_contents.values, *place, limit),
    )


def _bodies(world: World, numbers: list[int]) -> list[bytes]:
    """The bodies of those numbers; what was read lately is shared until a listing changes."""
    bodies = world.recall(BODIES, len(numbers))
    missing = [number for number in numbers if number not in bodies]
    if missing:
        read = world.store.rows(
            f"SELECT body_id, body FROM content_body WHERE body_id IN ({marks(missing)})", missing
        )
        blank = [number for number, body in read if not body]
        bodies.update(read)
        bodies.update(render_blank_bodies(world, blank) if blank else ())
    return [bodies[number] for number in numbers]


def _form_number(storefront: str, form: str) -> int:
    if form == "stock":
        return STOCK
    return LOCAL if form in languages(storefront)[1:] else FIRST


def _place(world: World, query: ContentQuery, offset: int) -> tuple[int, ...] | None:
    """Where the content before an offset stands; walked to once, or known from the page that ended there."""
    end = world.recall(PLACES).get((query, offset))
    if end is not None:
        return end
    chosen_contents = selection(query)
    row = world.store.row(
        f"SELECT {_sort(query)} FROM {chosen_contents.source} WHERE {chosen_contents.where}"
        f" ORDER BY {_order(query)} LIMIT 1 OFFSET ?",
        (*chosen_contents.values, offset - 1),
    )
    return None if row is None else _mark(world, query, offset, row)


def _mark(world: World, query: ContentQuery, offset: int, place: tuple[int, ...]) -> tuple[int, ...]:
    world.recall(PLACES)[query, offset] = place
    return place


def _sort(query: ContentQuery) -> str:
    return "c.content_id" if query.newest_first is None else "c.listed_ms, c.content_id"


def _order(query: ContentQuery) -> str:
    return _sort(query).replace(",", " DESC,") + " DESC" if query.newest_first else _sort(query)


def _after(query: ContentQuery, place: Sequence[int] | None) -> Clause:
    if place is None:
        return "", ()
    if query.newest_first is None:
        return " AND c.content_id > ?", tuple(place)
    return f" AND (c.listed_ms, c.content_id) {'<' if query.newest_first else '>'} (?, ?)", tuple(place)


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
