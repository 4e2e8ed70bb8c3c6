"""Lists are read from the first page to the last row, by page within the limit, by token beyond it."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from contract_tests.judge.rules.neighbours import neighbours_of
from contract_tests.judge.rules.pace import same_request
from contract_tests.judge.rules.traversals import (
    GOING_ON,
    Traversal,
    filter_of,
    first_missing,
    list_of,
    moments_on,
    page_number,
    page_size,
    stretches_of,
    total,
    traversals_of,
)
from contract_tests.judge.rules.values import integer
from contract_tests.judge.rules.window_index import (
    Stretch,
    WindowIndex,
    index_of,
    is_covered,
    start_from_later_day,
)
from contract_tests.judge.rules.windows import Window, window
from contract_tests.records.findings import Evaluation
from contract_tests.records.history import Exchange, History
from contract_tests.records.rulebook import Rule


def page_window_within(history: History, rule: Rule) -> Iterator[Evaluation]:
    """Page times size is not above ``max``; the token goes beyond.

    Shapes: with ``whole_page`` the rows of the page itself count too.
    """
    facts = rule.facts
    for exchange in history.operations_of(rule):
        number = page_number(exchange, facts)
        if number is not None:
            page_count = number + bool(facts.get("whole_page"))
            product = page_count * (integer(exchange, facts["size"]) or facts["default_size"])
            is_beyond = product > facts["max"]
            yield Evaluation(
                (exchange,),
                f"page times size is {product}, at most {facts['max']} is allowed" if is_beyond else None,
            )


def starts_at_page_zero(history: History, rule: Rule) -> Iterator[Evaluation]:
    """The first page has the number 0.

    Where a request holds a token, the token says where; one of an earlier run stands behind all before it.
    """
    for traversal in traversals_of(history, rule):
        if traversal.pages:
            is_begun = page_number(traversal.pages[0], rule.facts) == 0 or any(
                start == 0 for start, _ in stretches_of(traversal, rule.facts)
            )
            violation = "page 1 was read and page 0 never asked for"
            misses_page_zero = not is_begun and _first_number(traversal, rule) == 1
            yield Evaluation((traversal.pages[0],), violation if misses_page_zero else None)


def _first_number(traversal: Traversal, rule: Rule) -> int:
    requested_numbers = (page_number(exchange, rule.facts) for exchange in traversal.exchanges)
    return min((number for number in requested_numbers if number is not None), default=0)


def reads_every_page(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A list that is begun is read to its last row, as far as pages reach (``max`` rows where it is given).

    Not judged: a list that moved meanwhile, one left undone after a refusal, one that other requests read.
    """
    for traversal in traversals_of(history, rule):
        rows = _rows_at_rest(traversal, rule)
        if rows is None or traversal.left_undone or _is_read_otherwise(traversal, history, rule):
            continue
        stretches = [*stretches_of(traversal, rule.facts), *refused_stretches(traversal, rule)]
        missing = first_missing(stretches, min(rows, rule.facts.get("max", rows)))
        violation = f"{rows} rows match, the row number {missing} and what follows was never asked for"
        yield Evaluation(traversal.pages[-1:], None if missing is None else violation)


def _is_read_otherwise(traversal: Traversal, history: History, rule: Rule) -> bool:
    """Tell whether narrower requests read the list too, or windows that go on where its pages ended."""
    neighbours = neighbours_of(history, rule)
    return neighbours.is_narrowed(traversal) or neighbours.goes_on_by_date(
        traversal, rule.facts.get("moment")
    )


def _rows_at_rest(traversal: Traversal, rule: Rule) -> int | None:
    totals = {total(exchange, rule.facts) for exchange in traversal.pages}
    return totals.pop() if len(totals) == 1 else None


def refused_stretches(traversal: Traversal, rule: Rule) -> Iterator[tuple[int, int]]:
    """Yield the stretches of rows that were asked for and refused: those are the matter of another rule."""
    for exchange in traversal.exchanges:
        number = page_number(exchange, rule.facts)
        if number is not None and not exchange.is_success:
            size = page_size(exchange, rule.facts)
            yield number * size, (number + 1) * size


def reads_until_short_page(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A list that tells no total is read until a page comes that is not full.

    Not judged: a list left undone after a refusal, and one that a filter named in ``unless`` bounds.
    """
    for traversal in traversals_of(history, rule):
        bounding_filters = {name for name, _ in traversal.filter} & set(rule.facts.get("unless", ()))
        requested_pages = {page_number(exchange, rule.facts) or 0 for exchange in traversal.exchanges}
        if traversal.pages and not traversal.left_undone and not bounding_filters:
            last = max(traversal.pages, key=lambda exchange: page_number(exchange, rule.facts) or 0)
            number, rows = page_number(last, rule.facts) or 0, last.body.row_count
            full = rows >= page_size(last, rule.facts) and number + 1 not in requested_pages
            violation = (
                f"page {number + rule.facts['first']} was full with {rows} rows, the next was never asked for"
            )
            yield Evaluation((last,), violation if full else None)


def token_beyond_window(history: History, rule: Rule) -> Iterator[Evaluation]:
    """Where more than ``max`` rows match, a client that reaches the last page goes on by token to the end."""
    for traversal in traversals_of(history, rule):
        rows = max((total(exchange, rule.facts) or 0 for exchange in traversal.pages), default=0)
        if rows > rule.facts["max"] and _reaches_last_page(traversal, rule):
            has_excuse = traversal.left_undone or neighbours_of(history, rule).is_narrowed(traversal)
            violation = None if has_excuse else _token_violation(traversal, rule, rows)
            yield Evaluation(traversal.pages[-1:], violation)


def narrowed_beyond_window(history: History, rule: Rule) -> Iterator[Evaluation]:
    """Where more than ``max`` rows match, a client reads smaller windows, or asks one of ``instead``."""
    for traversal in traversals_of(history, rule):
        rows = max((total(exchange, rule.facts) or 0 for exchange in traversal.pages), default=0)
        if rows > rule.facts["max"]:
            is_read_otherwise = (
                traversal.left_undone
                or _is_read_otherwise(traversal, history, rule)
                or bool(history.calls_of(rule.facts["instead"]))
            )
            violation = f"{rows} rows match, pages reach {rule.facts['max']}, and no smaller window was read"
            yield Evaluation(traversal.pages[-1:], None if is_read_otherwise else violation)


def cursor_followed(history: History, rule: Rule) -> Iterator[Evaluation]:
    """Where an answer says that there is ``more``, its cursor is sent, unless the run was given up there.

    A cursor that was sent and refused was followed; so was one of which the client began again, and one
    behind which other streams went on by date.
    """
    name, more = rule.facts["token"], rule.facts["more"]
    exchanges = list(history.operations_of(rule))
    sent_cursors = {exchange.query_value(name) for exchange in exchanges}
    for place, exchange in enumerate(exchanges):
        if exchange.is_success and exchange.body.facts.get(more) is True:
            last = exchanges[max(place + 1, len(exchanges) - 1 - GOING_ON) :]
            is_broken_off = any(not one.is_success for one in last)
            is_sent = exchange.body.facts.get(name) in sent_cursors
            is_followed = is_sent or is_broken_off or _goes_on_by_date(exchange, history, rule)
            violation = f"{more} was true and its {name} was never sent"
            yield Evaluation((exchange,), None if is_followed else violation)


def _stretches_read(exchanges: Iterable[Exchange], rule: Rule) -> dict[Hashable, WindowIndex]:
    """Gather by list and filter what streams were read of, the newest rows first: how far back they came."""
    read_from: dict[tuple[Hashable, int], int] = {}
    for exchange in exchanges:
        requested_window = window(exchange, rule)
        if exchange.is_success and requested_window:
            key = (_question(exchange, rule), requested_window.to_ms)
            is_end = exchange.body.facts.get(rule.facts["more"]) is False
            first_ms = requested_window.from_ms if is_end else _oldest_ms(exchange, requested_window, rule)
            read_from[key] = min(first_ms, read_from.get(key, first_ms))
    stretches: dict[Hashable, list[Stretch]] = {}
    for (question, to_ms), from_ms in read_from.items():
        stretches.setdefault(question, []).append((from_ms, to_ms))
    return {question: index_of(values) for question, values in stretches.items()}


def _goes_on_by_date(exchange: Exchange, history: History, rule: Rule) -> bool:
    """Tell whether the rest of a stream was read by others; this one was read no further than its own."""
    key = ("stretches", rule.id)
    if key not in history.memory:
        history.memory[key] = _stretches_read(history.operations_of(rule), rule)
    requested_window, index = window(exchange, rule), history.memory[key].get(_question(exchange, rule))
    if requested_window is None or index is None:
        return False
    oldest_ms = _oldest_ms(exchange, requested_window, rule)
    first_ms = index.first_start_beyond(requested_window.from_ms)
    start_ms = start_from_later_day(requested_window.from_ms, oldest_ms, first_ms)
    return start_ms is not None and is_covered([(index, None)], start_ms, oldest_ms)


def _oldest_ms(exchange: Exchange, requested_window: Window, rule: Rule) -> int:
    return min(moments_on(exchange, rule.facts.get("moment")), default=requested_window.to_ms)


def _question(exchange: Exchange, rule: Rule) -> Hashable:
    return list_of(exchange), filter_of(exchange, rule.facts)


def _token_violation(traversal: Traversal, rule: Rule, rows: int) -> str | None:
    """Say that no token was used, or that the walk by token broke off before its end."""
    name = rule.facts["token"]
    pages_by_token = [one for one in traversal.pages if one.query_value(name)]
    if not any(one.query_value(name) for one in traversal.exchanges):
        return f"{rows} rows match, reading stopped at {rule.facts['max']} and no token was used"
    # A page that offers no token, or holds no row, is the end.
    if not pages_by_token or not all(
        one.body.facts.get(name) and one.body.row_count for one in pages_by_token
    ):
        return None
    # A list that moved is read from its beginning again, and a page that was read twice counts once.
    row_count = sum({same_request(one): one.body.row_count for one in traversal.pages}.values())
    if _rows_at_rest(traversal, rule) is None or row_count >= rows:
        return None
    return f"{rows} rows match, {row_count} came; the last {name} that was offered was never followed"


def _reaches_last_page(traversal: Traversal, rule: Rule) -> bool:
    furthest = max((end for _, end in stretches_of(traversal, rule.facts)), default=0)
    return furthest >= int(rule.facts["max"])


def token_with_same_filter(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A page token goes with the filter it was given for.

    A token that no recorded answer gave may come from an earlier run and is not judged.
    """
    name = rule.facts["token"]
    givers: dict[str, list[Exchange]] = {}
    for exchange in history.operations_of(rule):
        token = exchange.query_value(name)
        if token in givers:
            same = any(_same_question(exchange, giver, rule) for giver in givers[token])
            violation = "a page token was sent with another filter than the one it was given for"
            yield Evaluation((exchange, givers[token][-1]), None if same else violation)
        next_token = exchange.body.facts.get(name)
        if isinstance(next_token, str):
            givers.setdefault(next_token, []).append(exchange)


def _same_question(one: Exchange, other: Exchange, rule: Rule) -> bool:
    # Dates are part of the filter here: a token of one window is refused in another.
    facts = {name: value for name, value in rule.facts.items() if name not in ("from", "to")}
    return list_of(one) == list_of(other) and filter_of(one, facts) == filter_of(other, facts)
