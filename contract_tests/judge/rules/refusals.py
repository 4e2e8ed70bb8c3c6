"""A read that was refused once is made again, or the run is given up; it is not forgotten."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice

from contract_tests.judge.rules.neighbours import Neighbours, neighbours_of
from contract_tests.judge.rules.pace import same_request
from contract_tests.judge.rules.traversals import (
    GOING_ON,
    Traversal,
    first_missing,
    page_number,
    page_size,
    stretches_of,
    traversals_of,
)
from contract_tests.records.findings import Evaluation
from contract_tests.records.history import Exchange, History
from contract_tests.records.rulebook import Rule

# What lists of this vendor call their paging and their dates.
USUAL = {"page": "page", "size": "size", "token": "nextPageToken", "from": "startDate", "to": "endDate"}
# So many requests are looked at before it counts as settled that nothing else follows.
_LOOK_BACK = 64


def refused_read_repeated(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A GET refused with one of ``statuses`` is answered another time, when the client goes on at all.

    Shapes: ``names_at`` has by operation what it calls its paging and its dates, if not as others do.
    """
    statuses = {exchange.status for exchange in history.operations_of(rule)}
    if statuses.isdisjoint(rule.facts["statuses"]):
        return
    rule = replace(rule, facts={**USUAL, **rule.facts})
    names_at = rule.facts.get("names_at", {})
    for operation in (None, *names_at):
        is_meant = partial(_is_read_by_names_of, operation, names_at)
        part = replace(history, exchanges=tuple(filter(is_meant, history.exchanges)))
        facts = {**rule.facts, **names_at.get(operation, {})}
        yield from _refusals(history, part, replace(rule, facts=facts))


def _is_read_by_names_of(operation: str | None, names_at: Collection[str], exchange: Exchange) -> bool:
    return exchange.operation == operation if operation else exchange.operation not in names_at


def _is_refused(exchange: Exchange, rule: Rule) -> bool:
    return exchange.status in rule.facts["statuses"] and exchange.method == "GET"


def _refusals(history: History, part: History, rule: Rule) -> Iterator[Evaluation]:
    neighbours = neighbours_of(part, rule)
    for traversal in traversals_of(part, rule):
        for refusal in traversal.exchanges:
            if _is_refused(refusal, rule):
                is_lost = goes_on(history, refusal) and not made_good(refusal, traversal, neighbours, rule)
                violation = (
                    f"refused with {refusal.status} and never read again, while other requests went on"
                )
                yield Evaluation((refusal,), violation if is_lost else None)


def goes_on(history: History, refusal: Exchange) -> bool:
    """Tell whether the client sent more than a few other requests after it had the refusal."""
    exchanges = history.by_seller[refusal.seller]
    request = same_request(refusal)
    last = islice(reversed(exchanges), _LOOK_BACK)
    if _follow((one for one in last if same_request(one) != request), refusal):
        return True
    # Where nearly all of the last requests are this one, those that are not are few, or long past.
    return _follow(reversed(others_than(history, refusal)), refusal)


def others_than(history: History, refusal: Exchange) -> list[Exchange]:
    """List the requests of a refusal's seller that are not the same; there may be many such refusals."""
    key = ("others", refusal.seller, same_request(refusal))
    if key not in history.memory:
        exchanges = history.by_seller[refusal.seller]
        history.memory[key] = [one for one in exchanges if same_request(one) != same_request(refusal)]
    others: list[Exchange] = history.memory[key]
    return others


def _follow(exchanges: Iterator[Exchange], refusal: Exchange) -> bool:
    """Tell whether more than a few of exchanges, the last one first, were sent after a refusal."""
    following = 0
    for missed, one in enumerate(exchanges):
        following += one.follows(refusal)
        if following > GOING_ON:
            return True
        if missed - following > _LOOK_BACK:
            return False
    return False


def made_good(refusal: Exchange, traversal: Traversal, neighbours: Neighbours, rule: Rule) -> bool:
    """Tell whether the rows of a refused request came after all: repeated, by other pages or windows."""
    if same_request(refusal) in traversal.answered_requests:
        return True
    return _by_pages(refusal, traversal, rule) or _by_windows(traversal, neighbours)


def _by_pages(refusal: Exchange, traversal: Traversal, rule: Rule) -> bool:
    number, size = page_number(refusal, rule.facts), page_size(refusal, rule.facts)
    if number is None:
        return _later(refusal, traversal)
    before = number * size
    others = ((max(0, start - before), end - before) for start, end in stretches_of(traversal, rule.facts))
    return first_missing(others, size) is None


def _later(refusal: Exchange, traversal: Traversal) -> bool:
    return any(one.follows(refusal) for one in traversal.pages)


def _by_windows(traversal: Traversal, neighbours: Neighbours) -> bool:
    lost_window = traversal.window
    if lost_window is None:
        return False
    return neighbours.are_read_later(traversal, lost_window.from_ms, lost_window.to_ms)
