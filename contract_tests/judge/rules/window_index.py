"""Windows by where they begin and end: what one of them is asked costs little, however many there are."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import accumulate
from operator import itemgetter
from typing import NamedTuple

from contract_tests.records.computed import computed_once

Stretch = tuple[int, int]
NEVER = -math.inf
# The part of a window that may lie before what a later run asks for.
LEFT_BEHIND = 0.1


class _Best(NamedTuple):
    """The best of the windows so far: what it is measured by, itself, and the measure of the second."""

    measure_ms: float
    stretch: Stretch
    second_ms: float

    def measure_without(self, other: Stretch | None) -> float:
        """Give the best measure of the windows but that one."""
        return self.second_ms if self.stretch == other else self.measure_ms

    def beside(self, one: _Best) -> _Best:
        """Give the best of both; the larger measure is the better one."""
        if one.measure_ms > self.measure_ms:
            return _Best(one.measure_ms, one.stretch, self.measure_ms)
        return _Best(self.measure_ms, self.stretch, max(self.second_ms, one.measure_ms))


@dataclass(frozen=True)
class WindowIndex:
    """Windows, each once, as pairs of their first and last moment. Units: epoch milliseconds."""

    stretches: list[Stretch] = field(default_factory=list)
    """In the order of their beginnings."""

    @computed_once
    def starts(self) -> list[int]:
        """Their beginnings, in this order."""
        return [start for start, _ in self.stretches]

    @computed_once
    def furthest(self) -> list[_Best]:
        """Of each and those before it, where they reach."""
        return list(accumulate((_Best(one[1], one, NEVER) for one in self.stretches), _Best.beside))

    @computed_once
    def soonest_ends(self) -> list[int]:
        """Of each and those behind it, the first end."""
        return list(accumulate((end for _, end in reversed(self.stretches)), min))[::-1]

    @computed_once
    def ends(self) -> list[int]:
        """All ends, in order."""
        return sorted(end for _, end in self.stretches)

    @computed_once
    def first_starts(self) -> list[_Best]:
        """Of each in the order of ends and those behind it, the first beginning, below 0."""
        by_end = sorted(self.stretches, key=itemgetter(1))
        first_starts = (_Best(-one[0], one, NEVER) for one in reversed(by_end))
        return list(accumulate(first_starts, _Best.beside))[::-1]

    def furthest_end(self, at_ms: float, other: Stretch | None = None) -> float:
        """Give where those but one reach that begin at a moment or before it."""
        place = bisect_right(self.starts, at_ms)
        return self.furthest[place - 1].measure_without(other) if place else NEVER

    def first_start_beyond(self, end_ms: float, other: Stretch | None = None) -> float:
        """Give the first beginning of the windows but one that end behind a moment."""
        place = bisect_right(self.ends, end_ms)
        return -self.first_starts[place].measure_without(other) if place < len(self.ends) else -NEVER

    def holds_one_within(self, stretch: Stretch, *, is_smaller: bool) -> bool:
        """Tell whether a window lies within a stretch, and is smaller than it where that is asked."""
        place = bisect_left(self.starts, stretch[0])
        if not is_smaller:
            return place < len(self.starts) and self.soonest_ends[place] <= stretch[1]
        if place < len(self.starts) and self.starts[place] == stretch[0]:
            first_end_ms = self.stretches[place][1]
            if first_end_ms < stretch[1]:
                return True
            place = bisect_right(self.starts, stretch[0])
        return place < len(self.starts) and self.soonest_ends[place] <= stretch[1]


def index_of(windows: Iterable[Stretch]) -> WindowIndex:
    """Make the index of windows."""
    return WindowIndex(sorted(set(windows)))


def start_from_later_day(start_ms: float, end_ms: float, first_start_ms: float) -> float | None:
    """Give the moment from which a stretch has to be read: a later run looks back from a later day.

    What has left its span is not lost, if it is a little; None where it is more.
    Shapes: ``first_start_ms`` is where the windows begin that end behind the start of the stretch.
    """
    start = max(min(first_start_ms, end_ms), start_ms)
    return start if start - start_ms <= (end_ms - start_ms + 1) * LEFT_BEHIND else None


def is_covered(indexes: Iterable[tuple[WindowIndex, Stretch | None]], start_ms: float, end_ms: float) -> bool:
    """Tell whether windows hold every moment from one to another, both included.

    Shapes: of each index one window may be left out.
    """
    every = list(indexes)
    next_ms = start_ms
    while next_ms <= end_ms:
        end = max((index.furthest_end(next_ms, other) for index, other in every), default=NEVER)
        if end < next_ms:
            return False
        next_ms = end + 1
    return True
