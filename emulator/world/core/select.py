"""Pieces of SQL that every search is put together from, and the count of what a selection holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from emulator.world.core.memo import Memo

if TYPE_CHECKING:
    from emulator.world.core.world import World
    from emulator.world.store.interface import Row

Q = TypeVar("Q")
# A condition, and the values of its placeholders in order.
Clause = tuple[str, tuple[Any, ...]]
COUNTS: Memo[Any, int] = Memo(1000)
AT_ONCE = 500
"""How many values one statement takes behind IN."""


class Selection(NamedTuple):
    """What stands behind FROM and behind WHERE, and the values of both in order."""

    source: str
    where: str
    values: tuple[Any, ...]


def marks(values: Sized) -> str:
    """The placeholders of so many values, as they stand in the parentheses behind IN."""
    return ", ".join("?" * len(values))


def rows_among(world: World, query: str, fixed: Sequence[Any], values: Sequence[Any]) -> Iterator[Row]:
    """The rows of a query for any number of values, asked for so many at once.

    Shapes: the query has ``({marks})`` behind its IN, after the placeholders of the ``fixed`` values.
    """
    for start in range(0, len(values), AT_ONCE):
        some = values[start : start + AT_ONCE]
        yield from world.store.rows(query.format(marks=marks(some)), (*fixed, *some))


def one_of(column: str, values: tuple[Any, ...]) -> Clause:
    """The condition that a column has one of the values."""
    return f"{column} IN ({marks(values)})", values


def bounds(column: str, start_ms: int | None, end_ms: int | None) -> list[Clause]:
    """The conditions that a moment lies between two others, both included; None leaves a side open."""
    ends = ((f"{column} >= ?", start_ms), (f"{column} <= ?", end_ms))
    return [(text, (moment,)) for text, moment in ends if moment is not None]


def all_of(clauses: Iterable[Clause]) -> Clause:
    """The condition that all of these hold, there being at least one."""
    texts, values = zip(*clauses, strict=True)
    return " AND ".join(texts), tuple(value for some in values for value in some)


def count_rows(world: World, query: Q, select: Callable[[Q], Selection]) -> int:
    """How many rows a query selects; counted once until rows change."""
    counts = world.recall(COUNTS)
    if query not in counts:
        source, where, values = select(query)
        row = world.store.row(f"SELECT COUNT(*) FROM {source} WHERE {where}", values)
        counts[query] = int(row[0]) if row else 0
    return counts[query]
