"""Broken clients of the list that read by stream: which windows, sizes and cursors they send."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from contract_tests.clients.client import Client
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.order_list import windows
from contract_tests.clients.packages import DAY_MS
from contract_tests.clients.protocol import Row
from contract_tests.clients.windows import Window, Windows, windows_every
from contract_tests.profiles.orders_poll.reference import Steps, client
from contract_tests.profiles.orders_poll.streams import StreamPage, request_stream, stream_query
from contract_tests.profiles.variants import Broken

PROFILE = "orders-poll"
FEW = 20
STATES = "created,picking,invoiced,shipped,delivered"

Query = Mapping[str, str | int]
of_twenty_days = windows_every(20 * DAY_MS)


def streams(change: Callable[[Query], Query] = dict, windows: Windows = windows, size: int = FEW) -> Client:
    """A client that reads windows by stream, each request of them written otherwise."""

    def read(market: Marketplace, window: Window) -> list[Row]:
        query = change(stream_query(window, size))
        return [row for page in _pages(market, query, query) for row in page.rows]

    return client(Steps(read_window=read, windows=windows))


def _pages(market: Marketplace, first: Query, later: Query) -> Iterator[StreamPage]:
    page = request_stream(market, **first)
    yield page
    while page.cursor:
        page = request_stream(market, **later, nextCursor=page.cursor)
        yield page


def first_answer(market: Marketplace, window: Window) -> list[Row]:
    """The first answer of a window is all of it."""
    return request_stream(market, **stream_query(window, FEW)).rows


def cursor_alone(market: Marketplace, window: Window) -> list[Row]:
    """The cursor of an answer, and nothing else beside the size."""
    pages = _pages(market, stream_query(window, FEW), {"size": FEW})
    return [row for page in pages for row in page.rows]


def a_second_apart(from_ms: int, to_ms: int) -> Iterator[Window]:
    """Windows between whose ends and beginnings a second lies."""
    for window in windows(from_ms, to_ms):
        yield Window(window.from_ms, window.to_ms - (1000 if window.to_ms < to_ms else 0))


def in_seconds(query: Query) -> Query:
    """Write instants in seconds."""
    return {name: int(value) // 1000 if name.endswith("Date") else value for name, value in query.items()}


def reversed_dates(query: Query) -> Query:
    """Write the later date first."""
    start, end = query["lastModifiedStartDate"], query["lastModifiedEndDate"]
    return {**query, "lastModifiedStartDate": end, "lastModifiedEndDate": start}


def in_small_letters(query: Query) -> Query:
    """Ask for items by statuses in small letters."""
    return {**query, "packageItemStatuses": STATES}


WIDE = "window of 30 to 50 days, or 15 days where 14 are allowed: 7 of 26"

BROKEN = (
    Broken("streams_twenty_days", PROFILE, "streams twenty days at once", WIDE, ("window_within",),
           streams(windows=of_twenty_days)),
    Broken("streams_by_five_hundred", PROFILE, "asks the stream for 500 packages at once",
           "page size above the maximum: 3 of 26", ("at_most",), streams(size=500)),
    Broken("first_of_the_stream", PROFILE, "takes the first answer of a stream for all of it",
           "ignores nextPageToken: 1 of 1 that reached it", ("cursor_followed", "everything_delivered"),
           client(Steps(read_window=first_answer))),
    Broken("cursor_without_dates", PROFILE, "sends a cursor without the dates it was given for",
           "cursor reused with another filter", ("token_with_same_filter",),
           client(Steps(read_window=cursor_alone))),
    Broken("streams_in_seconds", PROFILE, "writes the stream's dates in seconds",
           "local time instead of epoch", ("epoch_ms",), streams(in_seconds)),
    Broken("streams_backwards", PROFILE, "writes the stream's later date first", "dates mixed up",
           ("window_order",), streams(reversed_dates)),
    Broken("streams_in_small_letters", PROFILE, "writes statuses of items in small letters",
           "status list misspelled", ("one_of",), streams(in_small_letters)),
    Broken("streams_a_second_apart", PROFILE, "leaves a second out between two streams",
           "off-by-one at the window border", ("windows_contiguous",), streams(windows=a_second_apart)),
)  # fmt: skip
