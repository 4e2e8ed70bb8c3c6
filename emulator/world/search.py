"""Finding contents: pages of a listing by number, or by the place where the last one ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from emulator.world.catalogue import FIRST, FORMS, LOCAL, STOCK
from emulator.world.contents import languages
from emulator.world.query import Clause, ContentQuery, where

if TYPE_CHECKING:
    from emulator.world.world import World

REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class ContentPage:
    """One page: how many contents match in all, the bodies of these, and where this page ended.

    Shapes: ``last_sort`` is the place to go on from, None when the page is empty.
    """

    total: int
    fragments: list[bytes]
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
    text, values = where(query)
    further, place = _after(query, after)
    rows = world.store.rows(
        "SELECT b.body, page.listed_ms, page.content_id FROM ("
        f"SELECT c.row_id, c.content_id, c.listed_ms FROM content c WHERE {text}{further}"
        f" ORDER BY {_order(query, 'c')} LIMIT ? OFFSET ?) page"
        " JOIN content_body b ON b.body_id = page.row_id * ? + ?"
        f" ORDER BY {_order(query, 'page')}",
        (*values, *place, size + 1, offset, FORMS, _form_number(query.storefront, form)),
    )
    shown = rows[:size]
    sort_from = 2 if query.newest_first is None else 1
    last_sort = tuple(shown[-1][sort_from:]) if shown else None
    return ContentPage(count(world, query), [row[0] for row in shown], last_sort, len(rows) > size)


def count(world: World, query: ContentQuery) -> int:
    """How many contents match; counted once until the catalogue changes."""
    asked = replace(query, newest_first=None)
    if asked not in world.counts:
        if len(world.counts) > REMEMBERED:
            world.counts.clear()
        text, values = where(asked)
        found = world.store.row(f"SELECT COUNT(*) FROM content c WHERE {text}", values)
        world.counts[asked] = int(found[0]) if found else 0
    return world.counts[asked]


def _form_number(storefront: str, form: str) -> int:
    if form == "stock":
        return STOCK
    return LOCAL if form in languages(storefront)[1:] else FIRST


def _order(query: ContentQuery, table: str) -> str:
    if query.newest_first is None:
        return f"{table}.content_id"
    way = "DESC" if query.newest_first else "ASC"
    return f"{table}.listed_ms {way}, {table}.content_id {way}"


def _after(query: ContentQuery, place: Sequence[int] | None) -> Clause:
    if place is None:
        return "", ()
    if query.newest_first is None:
        return " AND c.content_id > ?", tuple(place)
    return f" AND (c.listed_ms, c.content_id) {'<' if query.newest_first else '>'} (?, ?)", tuple(place)
