"""A read that was refused once is made again, or the run is given up; it is not forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from contract_tests.judge.rules.pace import same_request
from contract_tests.judge.rules.traversals import (
    GOING_ON,
    Traversal,
    first_missing,
    page_number,
    page_size,
    reached,
    traversals_of,
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
    """A GET refused with one of ``statuses`` is answered another time, when the client goes on at all."""
    rule = replace(rule, facts={**USUAL, **rule.facts})
    found = traversals_of(history, rule)
    for walk in found:
        for refused in walk.exchanges:
            if refused.method == "GET" and refused.status in rule.facts["statuses"]:
                lost = goes_on(history, refused) and not made_good(refused, walk, found, rule)
                breach = f"refused with {refused.status} and never read again, while other requests went on"
                yield Evaluation((refused,), breach if lost else None)


def goes_on(history: History, refused: Exchange) -> bool:
    """Tell whether the client sent more than a few other requests after it had the refusal."""
    later = [one for one in history.exchanges if one.follows(refused)]
    others = [one for one in later if same_request(one) != same_request(refused)]
    return sum(one.seller == refused.seller for one in others) > GOING_ON


def made_good(refused: Exchange, walk: Traversal, found: list[Traversal], rule: Rule) -> bool:
    """Tell whether the rows of a refused request came after all: repeated, by other pages or windows."""
    if any(same_request(one) == same_request(refused) for one in walk.answered):
        return True
    return _by_pages(refused, walk, rule) or _by_windows(walk, found)


def _by_pages(refused: Exchange, walk: Traversal, rule: Rule) -> bool:
    number, size = page_number(refused, rule.facts), page_size(refused, rule.facts)
    if number is None:
        return _later(refused, walk)
    before = number * size
    others = ((max(0, start - before), end - before) for start, end in reached(walk, rule.facts))
    return first_missing(others, size) is None


def _later(refused: Exchange, walk: Traversal) -> bool:
    return any(one.follows(refused) for one in walk.answered)


def _by_windows(walk: Traversal, found: list[Traversal]) -> bool:
    if walk.window is None:
        return False
    others = [
        other.window
        for other in found
        if other is not walk
        and other.window
        and other.answered
        and other.list == walk.list
        and other.filter <= walk.filter
    ]
    return _covered(walk.window, others)


def _covered(wanted: Window, others: list[Window]) -> bool:
    # A later run looks back from a later day: what has left its span is not lost, if it is a little.
    start = min((one.from_ms for one in others if one.to_ms > wanted.from_ms), default=wanted.to_ms)
    start = max(start, wanted.from_ms)
    span = wanted.to_ms - wanted.from_ms + 1
    if start - wanted.from_ms > span * LEFT_BEHIND:
        return False
    stretches = [(max(0, one.from_ms - start), one.to_ms - start + 1) for one in others]
    return first_missing(stretches, wanted.to_ms - start + 1) is None
