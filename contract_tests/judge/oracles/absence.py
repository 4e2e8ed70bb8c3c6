"""Why rows were never sent to a client, as far as its requests show it: one cause, one finding."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from contract_tests.judge.rules.pace import same_request
from contract_tests.judge.rules.traversals import (
    Traversal,
    first_missing,
    page_number,
    page_size,
    stretches_of,
    total,
    traversals_of,
)
from contract_tests.judge.rules.windows import DAY_MS, Window
from contract_tests.records.history import Exchange, History
from contract_tests.records.rulebook import Rule

Rows = Mapping[str, Mapping[str, Any]]

TYPE_FIELD = "type"
# The fields of a row that windows select by.
MOMENT_FIELDS = ("transactionDate", "lastModifiedDate", "creationDate")
UNASKED_TYPE = "a type never asked for"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why rows were never sent.

    Shapes: ``kind`` tells causes apart; ``sentence`` may be empty where nothing more is to be said.
    """

    kind: str = ""
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Absence:
    """The rows that one cause explains; a row that two causes explain stands with both."""

    cause: Cause
    rows: dict[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """One traversal, and what kept it from its rows.

    Shapes: ``types`` None where it names none; ``filter_count`` counts what else narrows it.
    """

    operation: str
    window: Window | None
    types: frozenset[str] | None
    filter_count: int
    problems: tuple[Cause, ...]

    def may_hold(self, row: Mapping[str, Any]) -> bool:
        """Tell whether a row lies in its window."""
        moment = moment_of(row)
        return self.window is None or moment is None or self.window.from_ms <= moment <= self.window.to_ms

    def is_of_type(self, row: Mapping[str, Any]) -> bool:
        """Tell whether a row is of a type that it asks for."""
        return self.types is None or TYPE_FIELD not in row or fold_name(row[TYPE_FIELD]) in self.types


def moment_of(row: Mapping[str, Any]) -> float | None:
    """Give the moment of a row that windows select by; None where it has none."""
    return next((row[name] for name in MOMENT_FIELDS if name in row), None)


def may_be_absent(row: Mapping[str, Any], rule: Rule) -> bool:
    """Tell whether a client may leave a row out: ``may_omit`` of its rule names fields and values."""
    optional_values: Mapping[str, Collection[Any]] = rule.facts.get("may_omit", {})
    return any(row.get(name) in values for name, values in optional_values.items())


def group_by_cause(
    history: History, rule: Rule, rules: Iterable[Rule], missing: Rows, after: int = 0
) -> list[Absence]:
    """Group the rows that no answer had by what kept each of them away.

    Shapes: the run's own requests are numbered above ``after``.
    """
    operations: Sequence[str] = list(rule.facts["at"])
    if not any(exchange.operation in operations for exchange in history.exchanges):
        cause = Cause("an operation never asked", f"{' or '.join(operations)} was never asked for")
        return [Absence(cause, dict(missing))]
    readings = readings_of(history, rule, rules, after)
    absences: dict[str, Absence] = {}
    for key, row in missing.items():
        for cause in causes_of(row, readings):
            absences.setdefault(cause.kind, Absence(cause)).rows[key] = row
    return list(absences.values())


def join_absences(absences: Iterable[Absence]) -> list[Absence]:
    """Make one absence of those of one cause."""
    by_kind: dict[str, Absence] = {}
    for one in absences:
        by_kind.setdefault(one.cause.kind, Absence(one.cause)).rows.update(one.rows)
    return list(by_kind.values())


def causes_of(row: Mapping[str, Any], readings: Sequence[Reading]) -> tuple[Cause, ...]:
    """Say what kept a row away; a reading that met no problem and had to hold it leaves nothing to say."""
    of_type = [one for one in readings if one.is_of_type(row)]
    if readings and not of_type:
        return (Cause(UNASKED_TYPE),)
    holding = [one for one in of_type if one.may_hold(row)]
    if of_type and not holding:
        return (outside_windows(moment_of(row) or 0, of_type),)
    fewest = min((one.filter_count for one in holding), default=0)
    widest = [one for one in holding if one.filter_count == fewest]
    if not all(one.problems for one in widest):
        return (Cause(),)
    causes = {problem.kind: problem for one in reversed(widest) for problem in one.problems}
    return tuple(causes.values()) or (Cause(),)


def outside_windows(moment_ms: float, readings: Sequence[Reading]) -> Cause:
    """Say where a moment lies that no window holds: right between two of them, or elsewhere."""
    windows = [one.window for one in readings if one.window]
    ends = [one.to_ms for one in windows if one.to_ms < moment_ms]
    starts = [one.from_ms for one in windows if one.from_ms > moment_ms]
    operation = readings[0].operation
    if ends and starts and min(starts) - max(ends) <= DAY_MS:
        return Cause(f"{operation}: a border of windows", "they lie between one window and the next")
    return Cause(f"{operation}: a window never asked", "no window that was asked for holds them")


def readings_of(history: History, rule: Rule, rules: Iterable[Rule], after: int) -> list[Reading]:
    """Gather what was read of the operations that deliver a kind."""
    every = list(rules)
    return [
        reading_of(traversal, paging, after, *type_words(traversal, rule, every))
        for paging in every
        if paging.judge == "reads_every_page"
        for traversal in traversals_of(history, paging)
        if traversal.list[0] in rule.facts["at"]
    ]


def type_words(
    traversal: Traversal, rule: Rule, rules: Iterable[Rule]
) -> tuple[frozenset[str], Mapping[str, str]]:
    """Name the parameters that ask an operation for types, and the aliases of their values.

    Shapes: aliases lead to the spelling of the truth; spellings of one type that only the vendor has are both
    kept.
    """
    own: Mapping[str, Any] = rule.facts.get("types", {})
    names, aliases = set(own.get("parameters", ())), dict(own.get("aliases", {}))
    for one in rules:
        if one.judge == "every_value_asked" and any(
            place.operation == traversal.list[0] for place in one.places
        ):
            names |= {one.facts["parameter"], one.facts.get("or_list")} - {None}
            aliases = {**one.facts.get("aliases", {}), **aliases}
    return frozenset(names), aliases


def reading_of(
    traversal: Traversal, paging: Rule, after: int, type_names: frozenset[str], aliases: Mapping[str, str]
) -> Reading:
    """Tell what one traversal asked for, and what kept it from its rows."""
    values = [value for name, value in traversal.filter if name in type_names]
    items = {item.strip() for value in values for item in value.split(",")}
    types = {fold_name(name) for item in items for name in (item, aliases.get(item, item))}
    return Reading(
        str(traversal.list[0]),
        traversal.window,
        frozenset(types) if values else None,
        sum(name not in type_names for name, _ in traversal.filter),
        tuple(problems_of(traversal, paging, after)),
    )


def problems_of(traversal: Traversal, paging: Rule, after: int) -> Iterator[Cause]:
    """Yield what kept a traversal from its rows: refusals, web pages, pages never asked, a list that moved.

    Shapes: a list moves within one run, whose requests are numbered above ``after``.
    """
    operation, facts = str(traversal.list[0]), paging.facts
    readable = tuple(one for one in traversal.exchanges if not is_unreadable(one))
    pages = [one for one in readable if one.is_success]
    stretches = list(stretches_of(replace(traversal, exchanges=readable), facts))
    lost_requests = [one for one in traversal.exchanges if is_lost(one, pages, stretches, paging)]
    yield from (_loss(one, traversal, paging) for one in lost_requests)
    totals = [count for one in pages if (count := total(one, facts)) is not None]
    if totals and all(page_number(one, facts) is not None for one in lost_requests):
        lost_stretches = [_stretch(one, paging) for one in lost_requests]
        yield from _unasked_page(operation, totals[-1], [*stretches, *lost_stretches])
    if len({total(one, facts) for one in pages if one.number > after} - {None}) > 1:
        yield Cause(f"{operation}: a list that moved", "the list moved while its pages were read")


def _loss(exchange: Exchange, traversal: Traversal, paging: Rule) -> Cause:
    number, window = page_number(exchange, paging.facts), traversal.window
    page = "a page" if number is None else f"page {number + paging.facts.get('first', 0)}"
    where = f" of the window from {window.from_ms} to {window.to_ms}" if window else ""
    if is_unreadable(exchange):
        return Cause(f"{exchange.operation}: unreadable", f"{page}{where} came without any rows")
    refusal = f"was refused with {exchange.status}" if exchange.status else "got no answer"
    return Cause(f"{exchange.operation}: refused", f"{page}{where} {refusal} and was never read")


def _unasked_page(operation: str, row_count: int, stretches: Sequence[tuple[int, int]]) -> Iterator[Cause]:
    missing = first_missing(stretches, row_count)
    if missing is not None:
        is_last = missing >= max((end for _, end in stretches), default=0)
        rows = f"row {missing + 1} of {row_count}{' and what follows' if is_last else ''}"
        yield Cause(f"{operation}: a page never asked", f"{rows} was never asked for")


def _stretch(exchange: Exchange, paging: Rule) -> tuple[int, int]:
    number, size = page_number(exchange, paging.facts) or 0, page_size(exchange, paging.facts)
    return number * size, (number + 1) * size


def is_unreadable(exchange: Exchange) -> bool:
    """Tell whether a success holds no JSON object, such as a web page."""
    return exchange.is_success and not exchange.body.facts


def is_lost(
    exchange: Exchange, pages: Sequence[Exchange], stretches: Iterable[tuple[int, int]], paging: Rule
) -> bool:
    """Tell whether a request brought nothing, and what it asked for never came by another one."""
    if exchange.is_success and not is_unreadable(exchange):
        return False
    if page_number(exchange, paging.facts) is None:
        return same_request(exchange) not in {same_request(one) for one in pages}
    start, end = _stretch(exchange, paging)
    shifted_stretches = [(max(0, first - start), last - start) for first, last in stretches]
    return first_missing(shifted_stretches, end - start) is not None


def fold_name(name: str) -> str:
    """Write the name of a type in small letters without what joins its words."""
    return name.replace("_", "").lower()
