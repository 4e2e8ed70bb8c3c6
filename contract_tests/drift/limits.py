"""How often somebody may ask: the 429s of a recording beside the limits of the documents."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contract_tests.drift.spec_tree import Cursor, SpecTree
from contract_tests.drift.values import Difference
from contract_tests.records.exchange_lines import request_line
from contract_tests.records.history import Exchange

TOO_MANY = 429
# The clock of a recording is not the server's, and requests lie on their way: so much is left to chance.
SLACK_SHARE, SLACK_REQUESTS, SLACK_MS = 0.1, 2, 1_000


@dataclass(slots=True)
class Draws:
    """The requests that draw from one limit for one seller, and when they were made, in order."""

    operation: Any
    bucket: Any
    exchanges: list[Exchange] = field(default_factory=list)

    def most_before(self, exchange: Exchange, span_ms: float) -> int:
        """Count the requests in the time before one, without it."""
        times_ms = [one.at_ms for one in self.exchanges]
        return bisect_right(times_ms, exchange.at_ms) - bisect_left(times_ms, exchange.at_ms - span_ms) - 1

    @property
    def least_limit(self) -> int:
        """The limit, of several tiers the lowest."""
        return int(self.bucket.requests or min(self.bucket.tiers.values()))

    @property
    def highest_limit(self) -> int:
        """The limit, of several tiers the highest."""
        return int(self.bucket.requests or max(self.bucket.tiers.values()))


def limit_differences(
    tree: SpecTree,
    exchanges: Sequence[Exchange],
    operations: Mapping[int, Any],
    refusals: frozenset[int],
) -> Iterator[Difference]:
    """Yield the limits that are narrower or wider than documented; ``refusals`` are the 429s of limits."""
    groups = _groups(exchanges, operations)
    draws_by_number: dict[int, list[Draws]] = {}
    for draws in groups:
        for one in draws.exchanges:
            draws_by_number.setdefault(one.number, []).append(draws)
    for exchange in exchanges:
        if exchange.number in refusals and exchange.number in draws_by_number:
            yield from _narrower(tree, exchange, draws_by_number[exchange.number])
    for draws in groups:
        if not any(one.number in refusals for one in draws.exchanges):
            yield from _wider(tree, draws)


def _groups(exchanges: Sequence[Exchange], operations: Mapping[int, Any]) -> list[Draws]:
    groups: dict[tuple[str, ...], Draws] = {}
    for one in exchanges:
        operation = operations.get(one.number)
        if operation is None or one.status == 401 or "time" in one.gaps:
            continue
        for bucket in operation.buckets:
            if bucket.span is None or bucket.span.contains(int(one.at_ms)):
                name = bucket.name or operation.id
                key = (operation.document, name, str(bucket.per_ms), one.seller, one.account)
                groups.setdefault(key, Draws(operation, bucket)).exchanges.append(one)
    return list(groups.values())


def _narrower(tree: SpecTree, exchange: Exchange, every: Sequence[Draws]) -> Iterator[Difference]:
    """Say that a refusal came before any limit was reached."""
    counts = [(draws, draws.most_before(exchange, draws.bucket.per_ms + SLACK_MS)) for draws in every]
    if any(count >= draws.least_limit - _slack(draws.least_limit) for draws, count in counts):
        return
    draws, count = max(counts, key=lambda pair: pair[1] / pair[0].least_limit)
    yield _difference(tree, draws, exchange, count, "narrower limit")


def _wider(tree: SpecTree, draws: Draws) -> Iterator[Difference]:
    """Say that more was taken than the limit allows."""
    successes = [one for one in draws.exchanges if one.is_success]
    span_ms = max(draws.bucket.per_ms - SLACK_MS, draws.bucket.per_ms / 2)
    counts = [(draws.most_before(one, span_ms) + 1, one) for one in successes]
    count, exchange = max(counts, key=lambda pair: pair[0], default=(0, None))
    # A server that counts by fixed intervals takes twice as many at the turn of two of them.
    if exchange is not None and count > 2 * draws.highest_limit + _slack(draws.highest_limit):
        yield _difference(tree, draws, exchange, count, "wider limit")


def _slack(limit: int) -> float:
    return max(limit * SLACK_SHARE, SLACK_REQUESTS)


def _difference(tree: SpecTree, draws: Draws, exchange: Exchange, count: int, kind: str) -> Difference:
    place = _place(tree, draws.operation, draws.bucket)
    number = place.child("requests") if place else None
    low, high = draws.least_limit, draws.highest_limit
    limit = str(low) if low == high else f"{low} to {high}"
    seconds = f"{draws.bucket.per_ms / 1000:g} s"
    reality = f"429 after {count}" if kind == "narrower limit" else f"took {count}"
    where = number or place
    return Difference(
        kind,
        draws.operation.id,
        f"requests in {seconds}",
        f"{limit} in {seconds}",
        "refuses the next one with 429",
        f"{reality} in {seconds}",
        request_line(exchange),
        line=where.line if where else None,
        edits=(number.edit(str(count)),) if number else (),
    )


def _place(tree: SpecTree, operation: Any, bucket: Any) -> Cursor | None:
    """Find the limit in the document, or where it refers to."""
    limits = tree.root(f"{operation.document}.yaml").child("x-limit")
    for entry in limits.resolve().items() if limits else ():
        per, per_ms, name = (entry.child(word) for word in ("per", "per_ms", "bucket"))
        if per is None or per_ms is None or per_ms.value != str(bucket.per_ms):
            continue
        is_own = name is not None and name.value == bucket.name
        if is_own or (not bucket.name and per.value == "operation"):
            return entry.resolve()
    return None
