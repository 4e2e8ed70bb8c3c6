"""The packages of the last weeks by the stream: windows of two weeks, each followed to its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from contract_tests.clients.client import Client, SyncContext
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace, read_marketplace
from contract_tests.clients.packages import SPAN_MS, WINDOW_MS, order_row, order_rows, save_packages
from contract_tests.clients.patience import Limit, endpoint
from contract_tests.clients.problems import Refused
from contract_tests.clients.protocol import Row
from contract_tests.clients.windows import Window, Windows

SIZE = 200
# How often a stream is begun again whose cursor was refused.
BEGINNINGS = 3

ReadStream = Callable[[Marketplace, int, int], list[Row]]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the stream; ``cursor`` is empty at its end."""

    rows: list[Row]
    cursor: str


def windows(from_ms: int, to_ms: int) -> Iterator[Window]:
    """Windows of two weeks that share their edges, the oldest first.

    Source: v2.0/docs/getshipmentpackagesstream, D: 14 days at most.
    """
    while from_ms < to_ms:
        yield Window(from_ms, min(from_ms + WINDOW_MS, to_ms))
        from_ms += WINDOW_MS


def read_stream(market: Marketplace, from_ms: int, to_ms: int) -> list[Row]:
    """Every package of a window; a stream whose cursor is refused is begun again.

    The latest change comes first, so a package that changes meanwhile is not met twice; the next run has it.
    """
    for _ in range(BEGINNINGS - 1):
        try:
            return follow(market, from_ms, to_ms)
        except Refused as refusal:
            if refusal.status != 400:
                raise
    return follow(market, from_ms, to_ms)


def follow(market: Marketplace, from_ms: int, to_ms: int) -> list[Row]:
    """Follow a stream from its beginning to the answer without a cursor."""
    answer = request_answer(market, from_ms, to_ms, "")
    rows = list(answer.rows)
    while answer.cursor:
        answer = request_answer(market, from_ms, to_ms, answer.cursor)
        rows += answer.rows
    return rows


def request_answer(market: Marketplace, from_ms: int, to_ms: int, cursor: str) -> Answer:
    """One answer of the stream; its filter goes with every cursor."""
    path = f"/integration/order/sellers/{market.account.seller_id}/orders/stream"
    query: dict[str, str | int] = {
        "lastModifiedStartDate": from_ms,
        "lastModifiedEndDate": to_ms,
        "size": SIZE,
    }
    if cursor:
        query["nextCursor"] = cursor
    service, pace = market.service, Limit("pace of the stream", requests=1, per_s=market.account.pause_s)
    return service.read(
        path,
        query,
        parse=read_answer,
        before=lambda: market.pace.take((endpoint("stream"), pace), service.clock),
    )


def read_answer(body: Any) -> Answer:
    """An answer of the stream.

    Errors: LookupError, TypeError when it is none.
    """
    return Answer(list(body["content"]), body["nextCursor"] if body["hasMore"] else "")


def whole_span(_copy: LocalCopy, now_ms: int) -> int:
    """Read everything of the last weeks in each run, whatever the copy has."""
    return now_ms - SPAN_MS


@dataclass(frozen=True, slots=True)
class Steps:
    """What a client of the stream may do its own way."""

    begin: Callable[[LocalCopy, int], int] = whole_span
    """Says from when on a run reads, in epoch milliseconds."""

    windows: Windows = windows
    """Cuts a span of time into windows."""

    read_stream: ReadStream = read_stream
    """Reads every package of a window."""

    save_packages: Callable[[LocalCopy, list[Row]], None] = save_packages
    """Adds packages to the copy."""

    row: Callable[[Row], Row] = order_row
    """Makes the exported row of a package."""


STEPS = Steps()


def client(steps: Steps = STEPS) -> Client:
    """Make a client that follows the stream of every window of the span, then saves what came."""

    def sync(context: SyncContext) -> None:
        def read(market: Marketplace) -> None:
            now_ms = market.account.now_ms
            spans = list(steps.windows(steps.begin(context.copy, now_ms), now_ms))
            packages = [row for start, end in spans for row in steps.read_stream(market, start, end)]
            steps.save_packages(context.copy, packages)
            last_run = {"name": "last run", "from_ms": now_ms - SPAN_MS, "to_ms": now_ms}
            context.copy.replace("span", "name", [last_run])

        read_marketplace(context, read)

    return Client(sync, {"orders": lambda copy: order_rows(copy, steps.row)})


REFERENCE = client()
