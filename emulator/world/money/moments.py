"""The moments at which a drawn account moves: anywhere in its days, and on both sides of window borders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.world.core import ids
from emulator.world.core.plan import DAY_MS

if TYPE_CHECKING:
    from emulator.world.core.world import World

WINDOW_DAYS = 15
# Istanbul's midnight lies three hours before that of UTC.
ISTANBUL_MS = 3 * 3_600_000


class Moment(NamedTuple):
    """When a row is booked, and whether it has to be exactly then because a window ends there."""

    at_ms: int
    is_edge: bool = False


def draw_moments(world: World, part: Mapping[str, Any], rng: Random) -> list[Moment]:
    """The moments of a recipe's part of money, the earliest first.

    Shapes: ``part`` says how many ``days`` back they reach, how many ``rows`` there are, and ``until`` how
    many days before the first day they end, or how many ``ahead`` of it; it may say which share of rows has
    the ``same_moment`` as the one before, and at which ``edges``, days before the clock's start, rows stand
    beside the others.
    Errors: ValueError when they would end before they begin, or both before and ahead.
    """
    until, ahead = part.get("until", 0), part.get("ahead", 0)
    if until and (ahead or until >= part["days"]):
        raise ValueError(f"money: what ends {until} days back has no days ahead and begins earlier")
    moments = _moments(world.anchor_ms, part["days"], part["rows"], ahead - until, rng)
    if "same_moment" in part:
        moments = _often_the_same(moments, part["same_moment"], rng)
    return sorted([*moments, *_requested_edges(world.plan.start_ms, part.get("edges", ()))])


def _moments(anchor_ms: int, days: int, rows: int, ahead: int, rng: Random) -> list[Moment]:
    start_ms, end_ms = anchor_ms - days * DAY_MS, anchor_ms + ahead * DAY_MS
    edges = [moment for moment in _edges(anchor_ms, days) if start_ms <= moment <= end_ms][: rows // 2]
    others = (start_ms + int(rng.random() * (end_ms - start_ms)) for _ in range(rows - len(edges)))
    return sorted([*(Moment(edge, is_edge=True) for edge in edges), *map(Moment, others)])


def _often_the_same(moments: list[Moment], share: float, rng: Random) -> list[Moment]:
    """The moments, that share of them put back to the one before."""
    moments_so_far: list[Moment] = []
    for moment in moments:
        moments_so_far.append(moments_so_far[-1] if moments_so_far and ids.happens(rng, share) else moment)
    return moments_so_far


def _requested_edges(start_ms: int, edges: Iterable[int]) -> Iterator[Moment]:
    """Moments on both sides of borders that lie so many days before the clock's start, and on them."""
    for days in edges:
        border = start_ms - days * DAY_MS
        for at_ms in (border - 1, border, border + 1):
            yield Moment(at_ms, is_edge=True)


def _edges(anchor_ms: int, days: int) -> Iterator[int]:
    """Moments on both sides of every 15-day border before the first day, UTC's and Istanbul's."""
    for back in range(0, days + 1, WINDOW_DAYS):
        for border in (anchor_ms - back * DAY_MS, anchor_ms - back * DAY_MS - ISTANBUL_MS):
            yield from (border - 1, border, border + 1)
