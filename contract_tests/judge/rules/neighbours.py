"""The traversals of a history by list and filter: which others read the rows of one of them, too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations

from contract_tests.judge.rules.traversals import (
    Filter,
    Traversal,
    moments_on,
    traversals_key,
    traversals_of,
)
from contract_tests.judge.rules.window_index import (
    Stretch,
    WindowIndex,
    index_of,
    is_covered,
    start_from_later_day,
)
from contract_tests.records.history import History
from contract_tests.records.rulebook import Rule

ListName = tuple[str | None, ...]
Pair = tuple[str, str]
FEW_PAIRS = 6


@dataclass(frozen=True, slots=True)
class Group:
    """The traversals of one list by one filter.

    Shapes: ``has_no_dates`` tells whether one of them has no window.
    """

    windows: WindowIndex
    windows_with_pages: WindowIndex
    has_no_dates: bool


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Every traversal of a history, gathered by list and filter."""

    groups: dict[ListName, dict[Filter, Group]]
    filters_by_pair: dict[tuple[ListName, Pair], list[Filter]]
    wider_filters: dict[tuple[ListName, Filter], list[Filter]] = field(default_factory=dict)
    narrower_filters: dict[tuple[ListName, Filter], list[Filter]] = field(default_factory=dict)

    def is_narrowed(self, traversal: Traversal) -> bool:
        """Tell whether another one reads a part of the same list: a smaller window, a further filter."""
        groups, stretch = self.groups[traversal.list], traversal.stretch
        if stretch and groups[traversal.filter].windows.holds_one_within(stretch, is_smaller=True):
            return True
        further_groups = (groups[one] for one in self._narrower(traversal))
        return any(
            stretch is None or one.has_no_dates or one.windows.holds_one_within(stretch, is_smaller=False)
            for one in further_groups
        )

    def goes_on_by_date(self, traversal: Traversal, moment: str | None) -> bool:
        """Tell whether the windows of others begin where its pages ended, and hold what is left.

        Shapes: ``moment`` is the field of a row that windows select by. A client may read one page, and go on
        with a window that begins at its last row.
        """
        if traversal.window is None or moment is None:
            return False
        moments = [one for page in traversal.pages for one in moments_on(page, moment)]
        if not moments:
            return False
        if moments[0] <= moments[-1]:
            return self.are_read(traversal, max(moments), traversal.window.to_ms)
        return self.are_read_later(traversal, traversal.window.from_ms, min(moments))

    def are_read(self, traversal: Traversal, start_ms: float, end_ms: float) -> bool:
        """Tell whether others brought pages of every moment of a stretch, by its filter or a wider one."""
        return is_covered(self._beside(traversal), start_ms, end_ms)

    def are_read_later(self, traversal: Traversal, start_ms: float, end_ms: float) -> bool:
        """Tell the same of a stretch whose beginning may have left the span of a later run."""
        every = list(self._beside(traversal))
        first_ms = min(index.first_start_beyond(start_ms, other) for index, other in every)
        start = start_from_later_day(start_ms, end_ms, first_ms)
        return start is not None and is_covered(every, start, end_ms)

    def _beside(self, traversal: Traversal) -> Iterator[tuple[WindowIndex, Stretch | None]]:
        groups = self.groups[traversal.list]
        yield groups[traversal.filter].windows_with_pages, traversal.stretch
        for one in self._wider(traversal):
            yield groups[one].windows_with_pages, None

    def _wider(self, traversal: Traversal) -> list[Filter]:
        key = (traversal.list, traversal.filter)
        if key not in self.wider_filters:
            others, own = self.groups[traversal.list], traversal.filter
            # Of a few pairs there are fewer parts than a history may have filters.
            parts = (frozenset(pairs) for size in range(len(own)) for pairs in combinations(own, size))
            candidates = parts if len(own) <= FEW_PAIRS else iter(others)
            self.wider_filters[key] = [one for one in candidates if one in others and one < own]
        return self.wider_filters[key]

    def _narrower(self, traversal: Traversal) -> list[Filter]:
        key = (traversal.list, traversal.filter)
        if key not in self.narrower_filters:
            own = traversal.filter
            holders = (self.filters_by_pair[traversal.list, pair] for pair in own)
            fewest = min(holders, key=len, default=list(self.groups[traversal.list]))
            self.narrower_filters[key] = [one for one in fewest if len(one) > len(own) and one > own]
        return self.narrower_filters[key]


def neighbours_of(history: History, rule: Rule) -> Neighbours:
    """Gather the traversals that a rule speaks of; the next rule that asks for them gets the same."""
    key = ("neighbours", traversals_key(history, rule))
    if key not in history.memory:
        history.memory[key] = gather(traversals_of(history, rule))
    neighbours: Neighbours = history.memory[key]
    return neighbours


def gather(traversals: Iterable[Traversal]) -> Neighbours:
    """Gather traversals by list and filter."""
    by_place: dict[ListName, dict[Filter, list[Traversal]]] = {}
    for traversal in traversals:
        by_place.setdefault(traversal.list, {}).setdefault(traversal.filter, []).append(traversal)
    filters_by_pair: dict[tuple[ListName, Pair], list[Filter]] = {}
    for list_name, by_filter in by_place.items():
        for filter_pairs in by_filter:
            for pair in filter_pairs:
                filters_by_pair.setdefault((list_name, pair), []).append(filter_pairs)
    groups = {
        list_name: {one: _group(members) for one, members in by_filter.items()}
        for list_name, by_filter in by_place.items()
    }
    return Neighbours(groups, filters_by_pair)


def _group(traversals: list[Traversal]) -> Group:
    stretches = {one.stretch for one in traversals if one.stretch}
    stretches_with_pages = {one.stretch for one in traversals if one.stretch and one.pages}
    windows = index_of(stretches)
    return Group(
        windows,
        windows if stretches_with_pages == stretches else index_of(stretches_with_pages),
        any(one.stretch is None for one in traversals),
    )
