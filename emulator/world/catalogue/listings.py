"""The contents of every listing: put in, looked up, taken out; bodies are drawn when a content changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.world.accounts.sellers import seller_by_id
from emulator.world.catalogue import account_product_rows
from emulator.world.catalogue.model import (
    Content,
    Variant,
    content_from,
    languages,
)
from emulator.world.catalogue.stored_contents import (
    Offers,
    content_bytes,
    content_of,
    facts_of,
    offers_bytes,
    offers_of,
)
from emulator.world.core.ids import next_number
from emulator.world.core.listing import Listing
from emulator.world.core.rendering import Rendering
from emulator.world.core.select import AT_ONCE, marks, rows_among

if TYPE_CHECKING:
    from emulator.world.core.world import World
    from emulator.world.store.interface import Row

RENDERINGS = 4
FIRST, LOCAL, STOCK, VALUE = range(RENDERINGS)
# A content in a language by the world's decisions; with stock and prices alone; a variant by itself, and what
# is known of its barcode at first sight.
CONTENT: Rendering[[Content, str, Mapping[str, str]]] = Rendering("content")
CONTENT_STOCK: Rendering[[Content, Mapping[str, str]]] = Rendering("content_stock")
VARIANT_ROW: Rendering[[Content, Variant, Mapping[str, str]]] = Rendering("variant_row")
BASE: Rendering[[Content, Variant]] = Rendering("product_base")

INSERT_CONTENT = (
    "INSERT INTO content (row_id, seller_id, storefront, content_id, product_main_id, brand_id, listed_ms,"
    " modified_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
INSERT_VARIANT = (
    "INSERT INTO variant (row_id, seller_id, storefront, variant_id, barcode, stock_code, origin, created_ms,"
    " modified_ms, on_sale, archived, blacklisted, locked, body, base)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
INSERT_BODY = "INSERT INTO content_body (body_id, body) VALUES (?, ?)"
RESTOCK = (
    "UPDATE variant SET on_sale = CASE WHEN ? > 0 AND archived = 0 AND locked = 0 AND blacklisted = 0"
    " THEN 1 ELSE 0 END, body = NULL"
)
RESTOCK_VARIANT = f"{RESTOCK} WHERE row_id = ? AND variant_id = ?"
REPRICE_VARIANT = f"{RESTOCK}, modified_ms = ? WHERE row_id = ? AND variant_id = ?"
REPRICE_CONTENT = "UPDATE content SET modified_ms = ? WHERE row_id = ?"
BLANK_BODIES = "UPDATE content_body SET body = ? WHERE body_id BETWEEN ? AND ?"
UPDATE_BODY = "UPDATE content_body SET body = ? WHERE body_id = ?"
SELECT_FACTS = (
    "SELECT b.body FROM content c JOIN content_body b ON b.body_id = c.row_id * 4 + 3"
    " WHERE c.seller_id = ? AND c.storefront = ?"
)


class Restock(NamedTuple):
    """A content with new stock or prices.

    Shapes: its row, what it sells now, (variant id, quantity) of what changed, and when the variants with a
    new price among them were modified, by their ids.
    """

    row_id: int
    offers: Offers
    quantities: Sequence[tuple[int, int]]
    modified_ms: Mapping[int, int] = {}


def put_content(world: World, content: Content) -> None:
    """Put a content into its listing, in the place of the one with its id."""
    with world.transaction():
        _clear(world, content.listing, content.id)
        put_new(world, [content])


def put_new(world: World, contents: Iterable[Content], *, with_documents: bool = True) -> None:
    """Put many contents, none of which is listed yet; without documents, whoever reads one draws it."""
    waiting: list[Content] = []
    for content in contents:
        waiting.append(content)
        if len(waiting) == AT_ONCE:
            _insert(world, waiting, with_documents=with_documents)
            waiting.clear()
    _insert(world, waiting, with_documents=with_documents)


def take_out(world: World, listing: Listing, content_id: int) -> bool:
    """Take a content out of its listing; False when it was not there."""
    account_product_rows.forget(world, listing, [content_id])
    return _clear(world, listing, content_id)


def restock(world: World, changes: Sequence[Restock]) -> None:
    """Write down contents whose stock and prices alone have changed.

    Stock moves more often than anyone looks: the bodies are left blank by the first change, and whoever reads
    one draws it.
    """
    world.store.executemany(
        RESTOCK_VARIANT,
        [
            (quantity, each.row_id, number)
            for each in changes
            for number, quantity in each.quantities
            if number not in each.modified_ms
        ],
    )
    world.store.executemany(
        REPRICE_VARIANT,
        [
            (quantity, each.modified_ms[number], each.row_id, number)
            for each in changes
            for number, quantity in each.quantities
            if number in each.modified_ms
        ],
    )
    repriced_contents = [each for each in changes if each.modified_ms]
    moments = [(each.offers.modified_ms, each.row_id) for each in repriced_contents]
    world.store.executemany(REPRICE_CONTENT, moments)
    blank = [
        (b"", each.row_id * RENDERINGS, each.row_id * RENDERINGS + STOCK)
        for each in changes
        if each.offers.is_first
    ]
    world.store.executemany(BLANK_BODIES, blank)
    values = [(offers_bytes(each.offers), each.row_id * RENDERINGS + VALUE) for each in changes]
    world.store.executemany(UPDATE_BODY, values)
    world.forget_rows()


def render_blank_bodies(world: World, body_ids: Iterable[int]) -> dict[int, bytes]:
    """Draw the bodies that stock moves have left blank."""
    numbers = set(body_ids)
    contents = contents_in(world, {body_id // RENDERINGS for body_id in numbers})
    return {
        body_id: body
        for row_id, content in contents.items()
        for body_id, body in _render_bodies(world, row_id, content)
        if body_id in numbers
    }


def contents_in(world: World, row_ids: Collection[int]) -> dict[int, Content]:
    """The contents of those rows."""
    if not row_ids:
        return {}
    numbers = [row_id * RENDERINGS + VALUE for row_id in row_ids]
    rows = world.store.rows(
        f"SELECT body_id, body FROM content_body WHERE body_id IN ({marks(numbers)})", numbers
    )
    return {body_id // RENDERINGS: content_of(facts) for body_id, facts in rows}


def facts_with(world: World, listing: Listing, barcodes: Sequence[str]) -> dict[int, dict[str, Any]]:
    """The contents of a listing that have a variant with one of the barcodes, as plain data by their rows."""
    return {row_id: facts_of(value) for row_id, value in _values_with(world, listing, barcodes)}


def offers_with(world: World, listing: Listing, barcodes: Sequence[str]) -> dict[int, Offers]:
    """What the contents of a listing sell that have a variant with one of the barcodes, by their rows."""
    return {row_id: offers_of(value) for row_id, value in _values_with(world, listing, barcodes)}


def _values_with(world: World, listing: Listing, barcodes: Sequence[str]) -> Iterable[tuple[int, bytes]]:
    query = (
        "SELECT v.row_id, b.body FROM (SELECT DISTINCT row_id FROM variant WHERE seller_id = ?"
        " AND storefront = ? AND barcode IN ({marks})) v"
        f" CROSS JOIN content_body b WHERE b.body_id = v.row_id * {RENDERINGS} + {VALUE}"
    )
    values: dict[int, bytes] = dict(rows_among(world, query, listing, barcodes))
    return values.items()


def known_barcodes(world: World, listing: Listing, barcodes: Sequence[str]) -> set[str]:
    """Those of the barcodes that a listing has."""
    query = "SELECT barcode FROM variant WHERE seller_id = ? AND storefront = ? AND barcode IN ({marks})"
    return {barcode for (barcode,) in rows_among(world, query, listing, barcodes)}


def content_by_id(world: World, listing: Listing, content_id: int) -> Content | None:
    """The content of that id in a listing, or None."""
    row = world.store.row(f"{SELECT_FACTS} AND c.content_id = ?", (*listing, content_id))
    return None if row is None else content_of(row[0])


def contents_of_line(world: World, listing: Listing, product_main_id: str) -> list[Content]:
    """The contents of one product line, by content id."""
    rows = world.store.rows(
        f"{SELECT_FACTS} AND c.product_main_id = ? ORDER BY c.content_id", (*listing, product_main_id)
    )
    return [content_of(facts) for (facts,) in rows]


def variant_by_barcode(world: World, listing: Listing, barcode: str) -> tuple[Content, Variant] | None:
    """The variant with that barcode in a listing, together with its content, or None."""
    row = world.store.row(
        f"{SELECT_FACTS} AND c.row_id IN (SELECT row_id FROM variant"
        " WHERE seller_id = ? AND storefront = ? AND barcode = ?)",
        (*listing, *listing, barcode),
    )
    if row is None:
        return None
    content = content_of(row[0])
    return content, next(variant for variant in content.variants if variant.barcode == barcode)


def variant_base(world: World, listing: Listing, barcode: str) -> bytes | None:
    """What is known of a barcode at first sight, ready to be sent; None when the listing does not have it."""
    row = world.store.row(
        "SELECT base FROM variant WHERE seller_id = ? AND storefront = ? AND barcode = ?",
        (*listing, barcode),
    )
    return None if row is None else bytes(row[0])


def contents_of(world: World, listing: Listing) -> Iterator[Content]:
    """Every content of a listing, by content id."""
    return map(content_from, content_facts_of(world, listing))


def content_facts_of(world: World, listing: Listing) -> Iterator[Mapping[str, Any]]:
    """Every content of a listing as plain data under its field names, by content id."""
    after = -1
    while True:
        rows = world.store.rows(
            f"{SELECT_FACTS} AND c.content_id > ? ORDER BY c.content_id LIMIT {AT_ONCE}",
            (*listing, after),
        )
        if not rows:
            return
        for (facts,) in rows:
            content = facts_of(facts)
            after = content["id"]
            yield content


def _clear(world: World, listing: Listing, content_id: int) -> bool:
    row = world.store.row(
        "SELECT row_id FROM content WHERE seller_id = ? AND storefront = ? AND content_id = ?",
        (*listing, content_id),
    )
    if row is None:
        return False
    row_id = int(row[0])
    world.store.execute("DELETE FROM content WHERE row_id = ?", (row_id,))
    world.store.execute("DELETE FROM variant WHERE row_id = ?", (row_id,))
    world.store.execute(
        "DELETE FROM content_body WHERE body_id BETWEEN ? AND ?",
        (row_id * RENDERINGS, row_id * RENDERINGS + VALUE),
    )
    world.forget_rows()
    return True


def _insert(world: World, contents: list[Content], *, with_documents: bool) -> None:
    first = next_number(world.store, "content row", count=len(contents))
    rows = list(enumerate(contents, first))
    world.store.executemany(INSERT_CONTENT, [_content_row(row_id, content) for row_id, content in rows])
    world.store.executemany(
        INSERT_VARIANT, [row for row_id, content in rows for row in _variant_rows(world, row_id, content)]
    )
    draw = _content_bodies if with_documents else _blank_bodies
    world.store.executemany(
        INSERT_BODY, [row for row_id, content in rows for row in draw(world, row_id, content)]
    )
    account_product_rows.follow(world, contents)
    world.forget_rows()


def _content_row(row_id: int, content: Content) -> Row:
    return (
        row_id, content.seller_id, content.storefront, content.id, content.product_main_id, content.brand.id,
        content.listed_ms, content.modified_ms,
    )  # fmt: skip


def _variant_rows(world: World, row_id: int, content: Content) -> Iterator[Row]:
    draw_base = world.renderer(BASE)
    for variant in content.variants:
        yield (
            row_id, content.seller_id, content.storefront, variant.id, variant.barcode, variant.stock_code,
            variant.origin, variant.created_ms, variant.modified_ms, int(variant.on_sale),
            int(variant.archived), int(variant.blacklisted), int(variant.locked),
            _alone(world, content, variant), draw_base(content, variant),
        )  # fmt: skip


def _alone(world: World, content: Content, variant: Variant) -> bytes | None:
    """The row of the variant by itself; those of sellers abroad are rendered when somebody reads them."""
    seller = seller_by_id(world, content.seller_id)
    if seller is None or seller.edition != "tr":
        return None
    return world.renderer(VARIANT_ROW)(content, variant, world.decisions)


def _content_bodies(world: World, row_id: int, content: Content) -> Iterator[Row]:
    yield from _render_bodies(world, row_id, content)
    yield row_id * RENDERINGS + VALUE, content_bytes(content)


def _blank_bodies(world: World, row_id: int, content: Content) -> Iterator[Row]:
    forms = (*range(len(languages(content.storefront))), STOCK)
    yield from ((row_id * RENDERINGS + form, b"") for form in forms)
    yield row_id * RENDERINGS + VALUE, content_bytes(content)


def _render_bodies(world: World, row_id: int, content: Content) -> Iterator[Row]:
    draw, draw_stock = world.renderer(CONTENT), world.renderer(CONTENT_STOCK)
    for form, language in enumerate(languages(content.storefront)):
        yield row_id * RENDERINGS + form, draw(content, language, world.decisions)
    yield row_id * RENDERINGS + STOCK, draw_stock(content, world.decisions)
