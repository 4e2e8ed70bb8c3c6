"""What a buyer may buy: the variants its seller sells, as one list of offers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from emulator.world.catalogue.listings import RENDERINGS, VALUE
from emulator.world.catalogue.model import Content, Variant
from emulator.world.catalogue.stored_contents import content_of
from emulator.world.core.listing import Listing
from emulator.world.core.select import Clause, Selection, all_of, bounds, count_rows, one_of

if TYPE_CHECKING:
    from emulator.world.accounts.buyers import Buyer
    from emulator.world.core.world import World
    from emulator.world.store.interface import Row

OfferOrder = Literal["id", "barcode", "modified"]
SORT_COLUMNS: Mapping[OfferOrder, str] = {
    "id": "v.variant_id",
    "barcode": "v.barcode",
    "modified": "v.modified_ms",
}
# What is sold out stays an offer; what may not be sold is none.
IS_OFFER = "v.seller_id = ? AND v.storefront = ? AND v.archived = 0 AND v.blacklisted = 0 AND v.locked = 0"


@dataclass(frozen=True, slots=True)
class OfferQuery:
    """Which offers of a buyer, in which order; what is None does not filter.

    Units: dates are epoch milliseconds UTC, both ends included.
    """

    listing: Listing
    """Whose offers."""
    barcodes: tuple[str, ...] | None = None
    """Only of these; an empty list of them finds nothing."""
    model: str | None = None
    """Only those of this product main id."""
    start_ms: int | None = None
    """Modified at this moment or later."""
    end_ms: int | None = None
    """Modified at this moment or before."""
    order: OfferOrder = "id"
    """What they are sorted by, then by variant id."""
    descending: bool = False
    """Whether the largest comes first."""


class Offer(NamedTuple):
    """One thing to buy: a variant and the content it belongs to."""

    content: Content
    variant: Variant


def offers_of(buyer: Buyer, barcodes: tuple[str, ...] | None = None, model: str | None = None) -> OfferQuery:
    """Everything a buyer is offered, or those of some barcodes or of a model."""
    return OfferQuery(buyer.listing, barcodes, model)


def find_offers(world: World, query: OfferQuery, limit: int | None = None, offset: int = 0) -> list[Offer]:
    """A page of offers, or all of them."""
    selection = _selection(query)
    page, span = ("", ()) if limit is None else (" LIMIT ? OFFSET ?", (limit, offset))
    direction = "DESC" if query.descending else "ASC"
    order = f"{SORT_COLUMNS[query.order]} {direction}, v.variant_id {direction}"
    rows = world.store.rows(
        "SELECT hit.row_id, hit.variant_id, b.body FROM"
        f" (SELECT v.row_id, v.variant_id, ROW_NUMBER() OVER (ORDER BY {order}) AS place"
        f" FROM {selection.source} WHERE {selection.where} ORDER BY {order}{page}) hit"
        f" JOIN content_body b ON b.body_id = hit.row_id * {RENDERINGS} + {VALUE} ORDER BY hit.place",
        (*selection.values, *span),
    )
    return list(_read(rows))


def find_offer(world: World, buyer: Buyer, barcode: str) -> Offer | None:
    """The offer of a barcode, or None."""
    offers = find_offers(world, offers_of(buyer, (barcode,)), limit=1)
    return offers[0] if offers else None


def count_offers(world: World, query: OfferQuery) -> int:
    """How many offers a query means."""
    return count_rows(world, query, _selection)


def _read(rows: Iterable[Row]) -> Iterator[Offer]:
    contents: dict[int, Content] = {}
    for row_id, variant_id, body in rows:
        content = contents.get(row_id) or contents.setdefault(row_id, content_of(body))
        yield Offer(content, next(variant for variant in content.variants if variant.id == variant_id))


def _selection(query: OfferQuery) -> Selection:
    clauses: list[Clause] = [(IS_OFFER, query.listing)]
    if query.barcodes is not None:
        clauses.append(one_of("v.barcode", query.barcodes))
    if query.model is not None:
        clauses.append(("v.row_id = c.row_id AND c.product_main_id = ?", (query.model,)))
        clauses.append(("c.seller_id = ? AND c.storefront = ?", query.listing))
    clauses += bounds("v.modified_ms", query.start_ms, query.end_ms)
    source = "variant v" if query.model is None else "content c CROSS JOIN variant v"
    return Selection(source, *all_of(clauses))
