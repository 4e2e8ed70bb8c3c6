"""How often a client asks, and what it does when an answer asks it to wait."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
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


def requests_within(history: History, rule: Rule) -> Iterator[Evaluation]:
    """Not more than ``requests`` to one operation within any ``per_ms``."""
    limit, per_ms = rule.facts["requests"], rule.facts["per_ms"]
    for exchanges in by_operation(history.operations_of(rule)).values():
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
    for exchanges in by_operation(history.operations_of(rule)).values():
        for at, refusal in enumerate(exchanges):
            if refusal.status in rule.facts["statuses"] and wait_form(refusal) in rule.facts["waits"]:
                wait_ms = requested_wait_ms(refusal, rule.facts.get("silent_ms", 0))
                hasty = list(hasty_after(refusal, exchanges[at + 1 :], wait_ms))
                yield Evaluation((refusal, *hasty), _haste(refusal, hasty, wait_ms))


def hasty_after(refusal: Exchange, later: Iterable[Exchange], wait_ms: float) -> Iterator[Exchange]:
    """Yield the requests sent before the wait is over: repeats, and others that were refused as well."""
    for exchange in later:
        wait_so_far_ms = exchange.ms_since(refusal)
        if wait_so_far_ms >= wait_ms - SLACK_MS:
            return
        is_repeat = wait_so_far_ms >= 0 and same_request(exchange) == same_request(refusal)
        is_refused_too = exchange.status == refusal.status and wait_so_far_ms > UNDER_WAY_MS
        if is_repeat or is_refused_too:
            yield exchange


def _haste(refusal: Exchange, hasty: list[Exchange], wait_ms: float) -> str | None:
    repeats = [one for one in hasty if same_request(one) == same_request(refusal)]
    refusal_text = (
        f"told to wait {wait_ms / 1000:g} s" if "retry-after" in refusal.response_headers else "refused"
    )
    if len(repeats) > 1:
        first = f"first after {repeats[0].ms_since(refusal):.0f} ms"
        return f"{refusal_text} with {refusal.status}, repeated {len(repeats)} times meanwhile, {first}"
    if len(hasty) - len(repeats) > OTHER_WORKERS:
        return f"{refusal_text} with {refusal.status}, {len(hasty)} requests sent meanwhile"
    return None


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
    pairs = (f"{name}={value}" for name, value in exchange.query if value)
    storefront = exchange.headers.get("storefrontcode", "")
    return (exchange.method, exchange.path, storefront, exchange.request_body, *sorted(pairs))


def by_operation(exchanges: Iterable[Exchange]) -> dict[tuple[str, str | None], list[Exchange]]:
    """Gather exchanges by seller and operation."""
    groups: dict[tuple[str, str | None], list[Exchange]] = defaultdict(list)
    for exchange in exchanges:
        groups[exchange.seller, exchange.operation].append(exchange)
    return groups
