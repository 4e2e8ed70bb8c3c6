"""The contents of every listing: put in, looked up, taken out; bodies are drawn when a content changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from emulator.world import goods_table
from emulator.world.accounts import seller_by_id
from emulator.world.contents import Content, Variant, languages, packed, unpacked
from emulator.world.ids import next_number

if TYPE_CHECKING:
    from emulator.world.store.interface import Row
    from emulator.world.world import World

FORMS = 4
FIRST, LOCAL, STOCK, FACTS = range(FORMS)
AT_ONCE = 500

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
UPDATE_VARIANT = "UPDATE variant SET on_sale = ?, body = ? WHERE row_id = ? AND variant_id = ?"
UPDATE_BODY = "UPDATE content_body SET body = ? WHERE body_id = ?"
SELECT_FACTS = (
    "SELECT b.body FROM content c JOIN content_body b ON b.body_id = c.row_id * 4 + 3"
    " WHERE c.seller_id = ? AND c.storefront = ?"
)


class Restocked(NamedTuple):
    """A content with new stock: its row, its plain data, itself, and the variants that changed."""

    row_id: int
    facts: dict[str, Any]
    content: Content
    variants: Sequence[Variant]


def put_content(world: World, content: Content) -> None:
    """Put a content into its listing, in the place of the one with its id."""
    with world.transaction():
        _clear(world, content.seller_id, content.storefront, content.id)
        put_new(world, [content])


def put_new(world: World, contents: Iterable[Content]) -> None:
    """Put many contents, none of which is listed yet."""
    waiting: list[Content] = []
    for content in contents:
        waiting.append(content)
        if len(waiting) == AT_ONCE:
            _insert(world, waiting)
            waiting.clear()
    _insert(world, waiting)


def take_out(world: World, seller_id: int, storefront: str, content_id: int) -> bool:
    """Take a content out of its listing; False when it was not there."""
    goods_table.forget(world, (seller_id, storefront), content_id)
    return _clear(world, seller_id, storefront, content_id)


def restock(world: World, changes: Sequence[Restocked]) -> None:
    """Write down contents whose stock alone has changed."""
    world.store.executemany(
        UPDATE_VARIANT,
        [
            (int(variant.on_sale), _alone(world, each.content, variant), each.row_id, variant.id)
            for each in changes
            for variant in each.variants
        ],
    )
    bodies = [row for each in changes for row in _drawn(world, each.row_id, each.content)]
    bodies += [(each.row_id * FORMS + FACTS, orjson.dumps(each.facts)) for each in changes]
    world.store.executemany(UPDATE_BODY, [(body, body_id) for body_id, body in bodies])
    world.forget_listings()


def facts_with(
    world: World, seller_id: int, storefront: str, barcodes: Sequence[str]
) -> dict[int, dict[str, Any]]:
    """The contents of a listing that have a variant with one of the barcodes, as plain data by their rows."""
    found: dict[int, bytes] = {}
    for start in range(0, len(barcodes), AT_ONCE):
        some = barcodes[start : start + AT_ONCE]
        rows = world.store.rows(
            f"SELECT v.row_id, b.body FROM (SELECT DISTINCT row_id FROM variant WHERE seller_id = ?"
            f" AND storefront = ? AND barcode IN ({', '.join('?' * len(some))})) v"
            f" CROSS JOIN content_body b ON b.body_id = v.row_id * {FORMS} + {FACTS}",
            (seller_id, storefront, *some),
        )
        found |= dict(rows)
    return {row_id: orjson.loads(facts) for row_id, facts in found.items()}


def content_by_id(world: World, seller_id: int, storefront: str, content_id: int) -> Content | None:
    """The content of that id in a listing, or None."""
    found = world.store.row(f"{SELECT_FACTS} AND c.content_id = ?", (seller_id, storefront, content_id))
    return None if found is None else unpacked(found[0])


def variant_by_barcode(
    world: World, seller_id: int, storefront: str, barcode: str
) -> tuple[Content, Variant] | None:
    """The variant with that barcode in a listing, together with its content, or None."""
    found = world.store.row(
        f"{SELECT_FACTS} AND c.row_id IN (SELECT row_id FROM variant"
        " WHERE seller_id = ? AND storefront = ? AND barcode = ?)",
        (seller_id, storefront, seller_id, storefront, barcode),
    )
    if found is None:
        return None
    content = unpacked(found[0])
    return content, next(variant for variant in content.variants if variant.barcode == barcode)


def variant_base(world: World, seller_id: int, storefront: str, barcode: str) -> bytes | None:
    """What is known of a barcode at first sight, ready to be sent; None when the listing does not have it."""
    found = world.store.row(
        "SELECT base FROM variant WHERE seller_id = ? AND storefront = ? AND barcode = ?",
        (seller_id, storefront, barcode),
    )
    return None if found is None else bytes(found[0])


def listing(world: World, seller_id: int, storefront: str) -> Iterator[Content]:
    """Every content of a listing, by content id."""
    after = -1
    while True:
        rows = world.store.rows(
            f"{SELECT_FACTS} AND c.content_id > ? ORDER BY c.content_id LIMIT {AT_ONCE}",
            (seller_id, storefront, after),
        )
        if not rows:
            return
        for (facts,) in rows:
            content = unpacked(facts)
            after = content.id
            yield content


def _clear(world: World, seller_id: int, storefront: str, content_id: int) -> bool:
    found = world.store.row(
        "SELECT row_id FROM content WHERE seller_id = ? AND storefront = ? AND content_id = ?",
        (seller_id, storefront, content_id),
    )
    if found is None:
        return False
    row_id = int(found[0])
    world.store.execute("DELETE FROM content WHERE row_id = ?", (row_id,))
    world.store.execute("DELETE FROM variant WHERE row_id = ?", (row_id,))
    world.store.execute(
        "DELETE FROM content_body WHERE body_id BETWEEN ? AND ?", (row_id * FORMS, row_id * FORMS + FACTS)
    )
    world.forget_listings()
    return True


def _insert(world: World, contents: list[Content]) -> None:
    first = next_number(world.store, "content row", count=len(contents))
    numbered = list(enumerate(contents, first))
    world.store.executemany(INSERT_CONTENT, [_content_row(row_id, content) for row_id, content in numbered])
    world.store.executemany(
        INSERT_VARIANT, [row for row_id, content in numbered for row in _variant_rows(world, row_id, content)]
    )
    world.store.executemany(
        INSERT_BODY, [row for row_id, content in numbered for row in _body_rows(world, row_id, content)]
    )
    goods_table.follow(world, contents)
    world.forget_listings()


def _content_row(row_id: int, content: Content) -> Row:
    return (
        row_id, content.seller_id, content.storefront, content.id, content.product_main_id, content.brand.id,
        content.listed_ms, content.modified_ms,
    )  # fmt: skip


def _variant_rows(world: World, row_id: int, content: Content) -> Iterator[Row]:
    draw_base = world.renderers["product_base"]
    for variant in content.variants:
        yield (
            row_id, content.seller_id, content.storefront, variant.id, variant.barcode, variant.stock_code,
            variant.origin, variant.created_ms, variant.modified_ms, int(variant.on_sale),
            int(variant.archived), int(variant.blacklisted), int(variant.locked),
            _alone(world, content, variant), draw_base(content, variant),
        )  # fmt: skip


def _alone(world: World, content: Content, variant: Variant) -> bytes | None:
    """The variant told by itself; only the Turkish edition tells variants one by one."""
    seller = seller_by_id(world, content.seller_id)
    if seller is None or seller.edition != "tr":
        return None
    return world.renderers["product_row"](content, variant)


def _body_rows(world: World, row_id: int, content: Content) -> Iterator[Row]:
    yield from _drawn(world, row_id, content)
    yield row_id * FORMS + FACTS, packed(content)


def _drawn(world: World, row_id: int, content: Content) -> Iterator[Row]:
    draw, draw_stock = world.renderers["content"], world.renderers["content_stock"]
    for form, language in enumerate(languages(content.storefront)):
        yield row_id * FORMS + form, draw(content, language, world.decisions)
    yield row_id * FORMS + STOCK, draw_stock(content)
