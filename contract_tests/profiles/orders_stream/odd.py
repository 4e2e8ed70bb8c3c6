"""Odd clients of the stream that are right: one habit each that nobody may blame them for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from contract_tests.clients.client import Client
from contract_tests.clients.habits import with_encode, with_query
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.packages import DAY_MS, SPAN_MS, WINDOW_MS, order_rows
from contract_tests.clients.patience import NO_PATIENCE
from contract_tests.clients.problems import Passing
from contract_tests.clients.protocol import Row
from contract_tests.clients.windows import Window, edge_to_edge, windows_every
from contract_tests.profiles.orders_stream.reference import (
    REFERENCE,
    Steps,
    client,
    read_stream,
    windows,
)
from contract_tests.profiles.variants import Odd

PROFILE = "orders-stream"
OVER = {"Cancelled", "UnPacked"}
BEGINNINGS, PAUSE_S = 4, 10.0
STATUSES = (
    "Created", "Picking", "Invoiced", "Shipped", "AtCollectionPoint", "Delivered", "UnDelivered",
    "Returned", "Cancelled", "UnPacked", "UnSupplied",
)  # fmt: skip
overlapping = windows_every(10 * DAY_MS, WINDOW_MS)
side_by_side = edge_to_edge(WINDOW_MS)
of_a_week = windows_every(7 * DAY_MS)


def newest_window_first(from_ms: int, to_ms: int) -> Iterator[Window]:
    """The usual windows, the newest first."""
    return reversed([*windows(from_ms, to_ms)])


def every_stream_twice(market: Marketplace, from_ms: int, to_ms: int) -> list[Row]:
    """Read a stream to its end, and read it again; the newer form of a package comes last."""
    return read_stream(market, from_ms, to_ms) + read_stream(market, from_ms, to_ms)


def from_the_beginning_after_a_refusal(market: Marketplace, from_ms: int, to_ms: int) -> list[Row]:
    """Repeat no request; begin a stream again that did not come to its end."""
    for _ in range(BEGINNINGS - 1):
        try:
            return read_stream(market, from_ms, to_ms)
        except Passing as problem:
            market.service.clock.sleep(max(PAUSE_S, problem.retry_after_s or 0.0))
    return read_stream(market, from_ms, to_ms)


def since_the_last_run(copy: LocalCopy, now_ms: int) -> int:
    """Read what has changed since a day before the last run began; the copy has the rest.

    What shows up late lies behind the last run.
    """
    (span,) = copy.rows("span") or [{"to_ms": now_ms - SPAN_MS + DAY_MS}]
    return int(span["to_ms"]) - DAY_MS


def live_rows(copy: LocalCopy) -> Iterator[Row]:
    """The packages that somebody still has to send, or had to."""
    return (row for row in order_rows(copy) if row["status"] not in OVER)


def asks(**query: object) -> Client:
    """The reference, except for some parameters."""
    return with_encode(REFERENCE, lambda request: with_query(request, **query))


ODD = (
    Odd("answers_of_fifty", PROFILE, "asks for fifty packages at a time", asks(size=50)),
    Odd("every_item_status_by_name", PROFILE, "names every status of what is paid for",
        asks(packageItemStatuses=",".join(STATUSES))),
    Odd("streams_of_a_week", PROFILE, "reads smaller windows", client(Steps(windows=of_a_week))),
    Odd("overlapping_streams", PROFILE, "reads windows that overlap", client(Steps(windows=overlapping))),
    Odd("streams_edge_to_edge", PROFILE, "reads windows that do not share their edges",
        client(Steps(windows=side_by_side))),
    Odd("newest_stream_first", PROFILE, "reads the newest window first",
        client(Steps(windows=newest_window_first))),
    Odd("every_stream_twice", PROFILE, "reads every stream twice",
        client(Steps(read_stream=every_stream_twice))),
    Odd("streams_changes_only", PROFILE, "reads what changed since a day before its last run",
        client(Steps(begin=since_the_last_run)), edition="tr"),
    Odd("begins_again_after_a_refusal", PROFILE, "begins a stream again instead of repeating a request",
        replace(client(Steps(read_stream=from_the_beginning_after_a_refusal)), patience=NO_PATIENCE),
        edition="tr"),
    Odd("gives_a_stream_up", PROFILE, "gives the run up at the first refusal",
        replace(REFERENCE, patience=NO_PATIENCE), gives_up=True),
    Odd("streams_live_packages_only", PROFILE, "leaves out what is unpacked or cancelled",
        replace(REFERENCE, exports={"orders": live_rows}), edition="tr"),
)  # fmt: skip
