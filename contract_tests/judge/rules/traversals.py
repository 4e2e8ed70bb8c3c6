"""A traversal: all requests that read one list with one filter, whatever page, size or token each has."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract_tests.judge.rules.pace import same_request
from contract_tests.judge.rules.values import integer
from contract_tests.judge.rules.windows import Window, window, windows_of
from contract_tests.records.computed import computed_once
from contract_tests.records.history import Exchange, History
from contract_tests.records.rulebook import Rule

# Documented as required beside the seller of the path and ignored, so it filters nothing.
NO_FILTER: frozenset[str | None] = frozenset({"supplierId"})
# A run that is being given up may still send what its other workers had in hand.
GOING_ON = 3
EVERYTHING = 2**63
LIST_HEADERS = ("storefrontcode", "accept-language")


Filter = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Traversal:
    """The exchanges of one traversal in the order of asking, and what they have in common.

    Shapes: ``filter`` holds the query's pairs but page, size, token and dates; ``window`` None without dates.
    """

    list: tuple[str | None, ...]
    filter: Filter
    window: Window | None
    exchanges: tuple[Exchange, ...]

    @property
    def stretch(self) -> tuple[int, int] | None:
        """The first and the last moment of its window. Units: epoch milliseconds."""
        return None if self.window is None else (self.window.from_ms, self.window.to_ms)

    @computed_once
    def pages(self) -> tuple[Exchange, ...]:
        """The exchanges that brought a page."""
        return tuple(exchange for exchange in self.exchanges if exchange.is_success)

    @computed_once
    def left_undone(self) -> bool:
        """Whether a refusal stands at its end: the client may have given the run up, which is honest."""
        last_requests = {same_request(exchange) for exchange in self.exchanges[-1 - GOING_ON :]}
        return not last_requests <= self.answered_requests

    @computed_once
    def answered_requests(self) -> frozenset[tuple[str, ...]]:
        """The requests that brought a page."""
        return frozenset(same_request(exchange) for exchange in self.pages)


def traversals_of(history: History, rule: Rule) -> list[Traversal]:
    """Gather the traversals of the operations a rule speaks of; looks at one row alone are none.

    Rules that name paging and dates alike share them.
    """
    key = ("traversals", traversals_key(history, rule))
    if key not in history.memory:
        history.memory[key] = _gather(history, rule)
    traversals: list[Traversal] = history.memory[key]
    return traversals


def traversals_key(history: History, rule: Rule) -> Hashable:
    """Give what the traversals of a rule depend on."""
    names = tuple(rule.facts.get(name) for name in ("page", "size", "token", "from", "to"))
    return (history.places_of(rule), *names, tuple(rule.facts.get("unless", ())), rule.facts.get("first"))


def _gather(history: History, rule: Rule) -> list[Traversal]:
    groups: dict[tuple[Any, ...], list[Exchange]] = {}
    placing = _placing_names(rule.facts)
    for exchange, dates in zip(history.operations_of(rule), windows_of(history, rule), strict=True):
        kind = (list_of(exchange), _pairs_but(placing, exchange), dates and dates[:2])
        groups.setdefault(kind, []).append(exchange)
    return [
        Traversal(kind[0], kind[1], window(exchanges[0], rule), tuple(exchanges))
        for kind, exchanges in groups.items()
        if not all(is_count_probe(exchange, rule.facts) for exchange in exchanges)
    ]


def is_count_probe(exchange: Exchange, facts: Mapping[str, Any]) -> bool:
    """Tell whether one row is asked for, to learn how many match or what is newest: no list is read so."""
    return integer(exchange, facts.get("size", "")) == 1 and page_number(exchange, facts) == 0


def list_of(exchange: Exchange) -> tuple[str | None, ...]:
    """Name the list that is read: operation, path, storefront, language."""
    storefront, language = LIST_HEADERS
    headers = exchange.headers
    return (exchange.operation, exchange.path, headers.get(storefront, ""), headers.get(language, ""))


def filter_of(exchange: Exchange, facts: Mapping[str, Any]) -> Filter:
    """Give the pairs of a query that choose rows; page, size, token and dates do not."""
    return _pairs_but(_placing_names(facts), exchange)


def _placing_names(facts: Mapping[str, Any]) -> frozenset[str | None]:
    return NO_FILTER.union(facts.get(name) for name in ("page", "size", "token", "from", "to"))


def _pairs_but(names: frozenset[str | None], exchange: Exchange) -> Filter:
    return frozenset([pair for pair in exchange.query if pair[1] and pair[0] not in names])


def page_number(exchange: Exchange, facts: Mapping[str, Any]) -> int | None:
    """Read which page is asked for, counted from 0; None when a token says where.

    Shapes: ``first`` is the number of the list's first page, which is meant when none is said.
    """
    if facts.get("token") and exchange.query_value(facts["token"]) is not None:
        return None
    first: int = facts.get("first", 0)
    number = integer(exchange, facts["page"])
    return 0 if number is None else number - first


def page_size(exchange: Exchange, facts: Mapping[str, Any]) -> int:
    """Read the size of a page: what the answer says, else what was asked for, else the default."""
    served_size = exchange.body.facts.get(facts.get("told_size", "size"))
    requested_size = integer(exchange, facts["size"])
    return (
        served_size
        if isinstance(served_size, int) and served_size > 0
        else requested_size or int(facts.get("default_size", 1))
    )


def total(exchange: Exchange, facts: Mapping[str, Any]) -> int | None:
    """Read how many rows match, as the answer tells it."""
    count = exchange.body.facts.get(facts.get("total", "totalElements"))
    return count if isinstance(count, int) else None


def stretches_of(traversal: Traversal, facts: Mapping[str, Any]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of rows that the traversal's pages brought: first row, and the row after the last.

    A token stands where the page that gave it ended. One that no page of it gave belongs to a traversal
    that an earlier run began: all before it counts as read.
    """
    name = facts.get("token", "")
    ends: dict[Any, int] = {}
    for exchange in traversal.pages:
        number, size = page_number(exchange, facts), page_size(exchange, facts)
        start = ends.get(exchange.query_value(name)) if number is None else number * size
        if start is None:
            yield 0, EVERYTHING
            continue
        ends[exchange.body.facts.get(name)] = start + size
        yield start, start + size


def moments_on(page: Exchange, name: str | None) -> Iterator[int]:
    """Yield the moments of the rows of a page, where they have any under a name."""
    if not name:
        return
    body = page.body.json
    rows = body.get("content") if isinstance(body, dict) else None
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and isinstance(row.get(name), int):
            yield row[name]


def first_missing(stretches: Iterable[tuple[int, int]], rows: int) -> int | None:
    """Find the first of ``rows`` rows that lies in no stretch."""
    first_uncovered = 0
    for start, end in sorted(stretches):
        if start > first_uncovered:
            break
        first_uncovered = max(first_uncovered, end)
    return first_uncovered if first_uncovered < rows else None
