"""How often a client asks, and what it does when an answer asks it to wait."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from datetime import UTC
from email.utils import parsedate_to_datetime

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
    allowed, per_ms = rule.facts["requests"], rule.facts["per_ms"]
    for exchanges in by_operation(history.operations_of(rule)).values():
        most, culprit = busiest(exchanges, per_ms - SLACK_MS)
        breach = f"{most} requests to {culprit.operation} within {per_ms / 1000:g} s, {allowed} are allowed"
        yield Evaluation((culprit,), breach if most > allowed else None)


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

    One repeat a refusal is let pass. Without Retry-After any own pause of ``silent_ms`` is right.
    """
    for exchanges in by_operation(history.operations_of(rule)).values():
        for at, refused in enumerate(exchanges):
            if refused.status in rule.facts["statuses"]:
                wait_ms = told_wait_ms(refused, rule.facts.get("silent_ms", 0))
                hasty = list(hasty_after(refused, exchanges[at + 1 :], wait_ms))
                yield Evaluation((refused, *hasty), _haste(refused, hasty, wait_ms))


def hasty_after(refused: Exchange, later: Iterable[Exchange], wait_ms: float) -> Iterator[Exchange]:
    """Yield the requests sent while told to wait: repeats, and others that were refused as well."""
    for exchange in later:
        waited = exchange.waited_since(refused)
        if waited >= wait_ms - SLACK_MS:
            return
        repeated = waited >= 0 and same_request(exchange) == same_request(refused)
        refused_too = exchange.status == refused.status and waited > UNDER_WAY_MS
        if repeated or refused_too:
            yield exchange


def _haste(refused: Exchange, hasty: list[Exchange], wait_ms: float) -> str | None:
    repeats = [one for one in hasty if same_request(one) == same_request(refused)]
    told = f"told to wait {wait_ms / 1000:g} s" if "retry-after" in refused.response_headers else "refused"
    if len(repeats) > 1:
        first = f"first after {repeats[0].waited_since(refused):.0f} ms"
        return f"{told} with {refused.status}, repeated {len(repeats)} times meanwhile, {first}"
    if len(hasty) - len(repeats) > OTHER_WORKERS:
        return f"{told} with {refused.status}, {len(hasty)} requests sent meanwhile"
    return None


def told_wait_ms(refused: Exchange, silent_ms: float) -> float:
    """Read how long an answer asks to wait: Retry-After in seconds or as a date, else ``silent_ms``."""
    told = refused.response_headers.get("retry-after", "").strip()
    if told.isdecimal():
        return int(told) * 1000.0
    try:
        due = parsedate_to_datetime(told)
    except ValueError:
        return silent_ms + (SLACK_MS if silent_ms else 0)
    due_ms = due.replace(tzinfo=due.tzinfo or UTC).timestamp() * 1000
    return max(0.0, due_ms - refused.real_ms - refused.took_ms)


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
        breach = f"repeated {repeats} times although each answer was {exchange.status}"
        yield Evaluation((exchange,), breach if repeats > times else None)


def asked_together(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A list ``parameter`` takes many values: at most ``requests`` ask for one each within ``per_ms``."""
    name, allowed, per_ms = rule.facts["parameter"], rule.facts["requests"], rule.facts["per_ms"]
    recent: deque[tuple[str, Exchange]] = deque()
    for exchange in history.operations_of(rule):
        values = [item for key, value in exchange.query if key == name for item in value.split(",") if item]
        if len(values) == 1:
            recent.append((values[0], exchange))
        while recent and recent[0][1].at_ms <= exchange.at_ms - per_ms:
            recent.popleft()
        singles = len({value for value, _ in recent})
        breach = f"{singles} requests within {per_ms / 1000:g} s asked for one {name} each"
        yield Evaluation((exchange,), breach if singles > allowed else None)


def same_request(exchange: Exchange) -> tuple[str, ...]:
    """Give what makes two requests the same one; the order of the query's pairs does not."""
    pairs = (f"{name}={value}" for name, value in exchange.query if value)
    storefront = exchange.headers.get("storefrontcode", "")
    return (exchange.method, exchange.path, storefront, exchange.request_body, *sorted(pairs))


def by_operation(exchanges: Iterable[Exchange]) -> dict[tuple[str, str | None], list[Exchange]]:
    """Gather exchanges by seller and operation."""
    gathered: dict[tuple[str, str | None], list[Exchange]] = defaultdict(list)
    for exchange in exchanges:
        gathered[exchange.seller, exchange.operation].append(exchange)
    return gathered
