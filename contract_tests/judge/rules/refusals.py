"""A read that was refused once is made again, or the run is given up; it is not forgotten."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice

from contract_tests.judge.rules.pace import same_request
from contract_tests.judge.rules.traversals import (
    GOING_ON,
    Traversal,
    first_missing,
    page_number,
    page_size,
    stretches_of,
    traversals_of,
    windows_beside,
)
from contract_tests.judge.rules.windows import Window
from contract_tests.records.findings import Evaluation
from contract_tests.records.history import Exchange, History
from contract_tests.records.rulebook import Rule

# What lists of this vendor call their paging and their dates.
USUAL = {"page": "page", "size": "size", "token": "nextPageToken", "from": "startDate", "to": "endDate"}
# The part of a window that may lie before what a later run asks for.
LEFT_BEHIND = 0.1


def refused_read_repeated(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A GET refused with one of ``statuses`` is answered another time, when the client goes on at all.

    Shapes: ``names_at`` has by operation what it calls its paging and its dates, if not as others do.
    """
    rule = replace(rule, facts={**USUAL, **rule.facts})
    names_at = rule.facts.get("names_at", {})
    for operation in (None, *names_at):
        is_meant = partial(_is_read_by_names_of, operation, names_at)
        part = replace(history, exchanges=tuple(filter(is_meant, history.exchanges)))
        facts = {**rule.facts, **names_at.get(operation, {})}
        yield from _refusals(history, part, replace(rule, facts=facts))


def _is_read_by_names_of(operation: str | None, names_at: Collection[str], exchange: Exchange) -> bool:
    return exchange.operation == operation if operation else exchange.operation not in names_at


def _refusals(history: History, part: History, rule: Rule) -> Iterator[Evaluation]:
    traversals = traversals_of(part, rule)
    for traversal in traversals:
        for refusal in traversal.exchanges:
            if refusal.method == "GET" and refusal.status in rule.facts["statuses"]:
                is_lost = goes_on(history, refusal) and not made_good(refusal, traversal, traversals, rule)
                violation = (
                    f"refused with {refusal.status} and never read again, while other requests went on"
                )
                yield Evaluation((refusal,), violation if is_lost else None)


def goes_on(history: History, refusal: Exchange) -> bool:
    """Tell whether the client sent more than a few other requests after it had the refusal."""
    request = same_request(refusal)
    others = (
        one
        for one in reversed(history.exchanges)
        if one.seller == refusal.seller and one.follows(refusal) and same_request(one) != request
    )
    return next(islice(others, GOING_ON, None), None) is not None


def made_good(refusal: Exchange, traversal: Traversal, traversals: list[Traversal], rule: Rule) -> bool:
    """Tell whether the rows of a refused request came after all: repeated, by other pages or windows."""
    if any(same_request(one) == same_request(refusal) for one in traversal.pages):
        return True
    return _by_pages(refusal, traversal, rule) or _by_windows(traversal, traversals)


def _by_pages(refusal: Exchange, traversal: Traversal, rule: Rule) -> bool:
    number, size = page_number(refusal, rule.facts), page_size(refusal, rule.facts)
    if number is None:
        return _later(refusal, traversal)
    before = number * size
    others = ((max(0, start - before), end - before) for start, end in stretches_of(traversal, rule.facts))
    return first_missing(others, size) is None


def _later(refusal: Exchange, traversal: Traversal) -> bool:
    return any(one.follows(refusal) for one in traversal.pages)


def _by_windows(traversal: Traversal, traversals: list[Traversal]) -> bool:
    if traversal.window is None:
        return False
    others = list(windows_beside(traversal, traversals))
    return _windows_cover(traversal.window, others)


def _windows_cover(lost_window: Window, others: list[Window]) -> bool:
    # A later run looks back from a later day: what has left its span is not lost, if it is a little.
    start = min((one.from_ms for one in others if one.to_ms > lost_window.from_ms), default=lost_window.to_ms)
    start = max(start, lost_window.from_ms)
    span = lost_window.to_ms - lost_window.from_ms + 1
    if start - lost_window.from_ms > span * LEFT_BEHIND:
        return False
    stretches = [(max(0, one.from_ms - start), one.to_ms - start + 1) for one in others]
    return first_missing(stretches, lost_window.to_ms - start + 1) is None
