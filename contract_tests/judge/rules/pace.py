"""How often a client asks, and what it does when an answer asks it to wait."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import islice, takewhile
from typing import Literal

from contract_tests.records.findings import Evaluation
from contract_tests.records.history import Exchange, History
from contract_tests.records.rulebook import Rule

# Requests arrive less evenly than they are sent, and clocks differ by a little.
SLACK_MS = 100
# What was already on its way when a refusal was written.
UNDER_WAY_MS = 250
# Requests of other workers that may still meet a refusal before each of them has learned of it.
OTHER_WORKERS = 16
# A client that never waits is refused thousands of times; of each refusal so many requests are looked at.
MOST_SHOWN = 20


def requests_within(history: History, rule: Rule) -> Iterator[Evaluation]:
    """Not more than ``requests`` to one operation within any ``per_ms``."""
    limit, per_ms = rule.facts["requests"], rule.facts["per_ms"]
    for exchanges in by_operation(history, rule).values():
        most, culprit = busiest(exchanges, per_ms - SLACK_MS)
        violation = f"{most} requests to {culprit.operation} within {per_ms / 1000:g} s, {limit} are allowed"
        yield Evaluation((culprit,), violation if most > limit else None)


def busiest(exchanges: Iterable[Exchange], per_ms: float) -> tuple[int, Exchange]:
    """Find the most requests in any stretch of ``per_ms``, and the request that made them so many."""
    recent: deque[Exchange] = deque()
    most, culprit = 0, None
    for exchange in exchanges:
        recent.append(exchange)
        while recent[0].at_ms <= exchange.at_ms - per_ms:
            recent.popleft()
        if len(recent) > most:
            most, culprit = len(recent), exchange
    if culprit is None:
        raise ValueError("no exchanges")
    return most, culprit


def backs_off_after(history: History, rule: Rule) -> Iterator[Evaluation]:
    """After a refusal of ``statuses`` the request is not repeated before Retry-After is over.

    Shapes: ``waits`` says which refusals are meant: those with whole seconds in Retry-After, with a date in
    it, or with none (``silent``), after which any own pause of ``silent_ms`` is right. One repeat a refusal
    is let pass.
    """
    statuses = rule.facts["statuses"]
    for exchanges in by_operation(history, rule).values():
        refusals = [(at, one) for at, one in enumerate(exchanges) if one.status in statuses]
        places = places_by_request(exchanges) if refusals else {}
        for at, refusal in refusals:
            if wait_form(refusal) in rule.facts["waits"]:
                wait_ms = requested_wait_ms(refusal, rule.facts.get("silent_ms", 0))
                repeats = places[same_request(refusal)]
                hasty = hasty_after(exchanges, at, repeats, wait_ms)
                yield Evaluation((refusal, *hasty), _haste(refusal, hasty, wait_ms))


def places_by_request(exchanges: Iterable[Exchange]) -> dict[tuple[str, ...], list[int]]:
    """Tell at which places each request stands."""
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, exchange in enumerate(exchanges):
        places[same_request(exchange)].append(place)
    return places


def hasty_after(
    exchanges: Sequence[Exchange], at: int, repeats: Sequence[int], wait_ms: float
) -> list[Exchange]:
    """List what was sent before the wait after a refusal is over: its repeats, and others refused as well.

    Shapes: the refusal and its repeats by their places. Of a client that never waits the first few.
    """
    refusal = exchanges[at]
    status, longest_ms = refusal.status, wait_ms - SLACK_MS

    def is_early(place: int) -> bool:
        return exchanges[place].ms_since(refusal) < longest_ms

    def is_behind(place: int) -> bool:
        return exchanges[place].ms_since(refusal) > UNDER_WAY_MS

    behind = range(at + 1, len(exchanges))
    others = behind[bisect_left(behind, 1, key=is_behind) :]
    early_repeats = takewhile(is_early, islice(repeats, bisect_right(repeats, at), None))
    early_others = takewhile(is_early, others)
    places = {
        *islice((place for place in early_repeats if exchanges[place].ms_since(refusal) >= 0), MOST_SHOWN),
        *islice((place for place in early_others if exchanges[place].status == status), MOST_SHOWN),
    }
    return [exchanges[place] for place in sorted(places)]


def _haste(refusal: Exchange, hasty: list[Exchange], wait_ms: float) -> str | None:
    request = same_request(refusal)
    repeats = [one for one in hasty if same_request(one) == request]
    if len(repeats) <= 1 and len(hasty) - len(repeats) <= OTHER_WORKERS:
        return None
    refusal_text = (
        f"told to wait {wait_ms / 1000:g} s" if "retry-after" in refusal.response_headers else "refused"
    )
    if len(repeats) > 1:
        first = f"first after {repeats[0].ms_since(refusal):.0f} ms"
        repeated_text = f"repeated {_at_least(len(repeats), hasty)} times meanwhile"
        return f"{refusal_text} with {refusal.status}, {repeated_text}, {first}"
    return f"{refusal_text} with {refusal.status}, {_at_least(len(hasty), hasty)} requests sent meanwhile"


def _at_least(count: int, hasty: list[Exchange]) -> str:
    return f"{count} or more" if len(hasty) >= MOST_SHOWN else str(count)


def wait_form(refusal: Exchange) -> Literal["seconds", "date", "silent"]:
    """Tell how an answer asks to wait: by whole seconds or by a date in Retry-After, or not at all."""
    retry_after = refusal.response_headers.get("retry-after", "").strip()
    if retry_after.isdecimal():
        return "seconds"
    return "date" if date_of(retry_after) else "silent"


def requested_wait_ms(refusal: Exchange, silent_ms: float) -> float:
    """Read how long an answer asks to wait: Retry-After in seconds or as a date, else ``silent_ms``."""
    retry_after = refusal.response_headers.get("retry-after", "").strip()
    if retry_after.isdecimal():
        return int(retry_after) * 1000.0
    due = date_of(retry_after)
    if due is None:
        return silent_ms + (SLACK_MS if silent_ms else 0)
    due_ms = due.replace(tzinfo=due.tzinfo or UTC).timestamp() * 1000
    return max(0.0, due_ms - refusal.real_ms - refusal.took_ms)


def date_of(text: str) -> datetime | None:
    """Read a date as HTTP writes it; None when it is something else."""
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None


def repeats_at_most(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A request refused with one of ``statuses`` is not repeated more than ``times`` within ``within_ms``."""
    statuses, times = rule.facts["statuses"], rule.facts["times"]
    within_ms = rule.facts.get("within_ms", 60_000)
    refusals: dict[tuple[str, ...], deque[Exchange]] = defaultdict(deque)
    for exchange in history.operations_of(rule):
        if not refusals and exchange.status not in statuses:
            continue
        recent = refusals[same_request(exchange)]
        if exchange.status not in statuses:
            recent.clear()
            continue
        recent.append(exchange)
        while exchange.at_ms - recent[0].at_ms > within_ms:
            recent.popleft()
        repeats = len(recent) - 1
        violation = f"repeated {repeats} times although each answer was {exchange.status}"
        yield Evaluation((exchange,), violation if repeats > times else None)


def asked_together(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A list ``parameter`` takes many values: at most ``requests`` ask for one each within ``per_ms``."""
    name, limit, per_ms = rule.facts["parameter"], rule.facts["requests"], rule.facts["per_ms"]
    recent: deque[tuple[str, Exchange]] = deque()
    for exchange in history.operations_of(rule):
        values = [item for key, value in exchange.query if key == name for item in value.split(",") if item]
        if len(values) == 1:
            recent.append((values[0], exchange))
        while recent and recent[0][1].at_ms <= exchange.at_ms - per_ms:
            recent.popleft()
        singles = len({value for value, _ in recent})
        violation = f"{singles} requests within {per_ms / 1000:g} s asked for one {name} each"
        yield Evaluation((exchange,), violation if singles > limit else None)


def same_request(exchange: Exchange) -> tuple[str, ...]:
    """Give what makes two requests the same one; the order of the query's pairs does not."""
    return exchange.request_key


def by_operation(history: History, rule: Rule) -> Mapping[tuple[str, str | None], list[Exchange]]:
    """Gather what a rule speaks of by seller and operation; the next rule that asks gets the same."""
    key = ("by operation", history.places_of(rule))
    if key not in history.memory:
        groups: dict[tuple[str, str | None], list[Exchange]] = defaultdict(list)
        for exchange in history.operations_of(rule):
            groups[exchange.seller, exchange.operation].append(exchange)
        history.memory[key] = groups
    exchanges: Mapping[tuple[str, str | None], list[Exchange]] = history.memory[key]
    return exchanges
