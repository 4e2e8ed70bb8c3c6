"""Finding contents: pages of a listing by number, or by the place where the last one ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from emulator.world.catalogue.content_query import ContentQuery, selection
from emulator.world.catalogue.listings import FIRST, LOCAL, RENDERINGS, STOCK, render_blank_bodies
from emulator.world.catalogue.model import languages
from emulator.world.core.memo import Memo
from emulator.world.core.select import Clause, count_rows, marks

if TYPE_CHECKING:
    from emulator.world.core.world import World
    from emulator.world.store.interface import Row

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
