"""Broken clients of the stream that look at the list of packages too, or instead: how they ask for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace, with_more_reading
from contract_tests.clients.packages import DAY_MS, KEY, WINDOW_MS
from contract_tests.clients.patience import NO_PATIENCE, Limit, endpoint
from contract_tests.clients.problems import Problem
from contract_tests.clients.protocol import Page, Row
from contract_tests.clients.windows import Window
from contract_tests.profiles.orders_stream.reference import REFERENCE, Steps, client
from contract_tests.profiles.variants import Broken

PROFILE = "orders-stream"
SIZE, FEW, REACH = 200, 20, 10_000
# One below the 100 of a minute that the largest sellers have.
A_MINUTE = Limit("a minute of the list", requests=99, per_s=60.0)

LookBeside = Callable[[Marketplace, int], object]


def request_list(market: Marketplace, **query: str | int) -> Page:
    """One page of the list."""
    return market.page(
        (endpoint("list of packages"), A_MINUTE),
        f"/order/sellers/{market.account.seller_id}/v2/orders",
        query,
    )


def dates(from_ms: int, to_ms: int) -> dict[str, int]:
    """A window as the list takes it."""
    return {"startDate": from_ms, "endDate": to_ms}


def last_two_weeks(now_ms: int) -> dict[str, int]:
    """The latest window."""
    return dates(now_ms - WINDOW_MS, now_ms)


def pages_from(market: Marketplace, first: int, query: dict[str, int], size: int = SIZE) -> Iterator[Page]:
    """The pages of a window from a first one on, as far as pages reach."""
    number, total = first, REACH
    while number * size < min(total, REACH):
        page = request_list(market, **query, page=number, size=size)
        yield page
        number, total = number + 1, page.total


def over_sixteen_days(market: Marketplace, now_ms: int) -> object:
    """Ask for sixteen days at once."""
    return [*pages_from(market, 0, dates(now_ms - 16 * DAY_MS, now_ms))]


def by_five_hundred(market: Marketplace, now_ms: int) -> object:
    """Ask for 500 packages at once."""
    return request_list(market, **last_two_weeks(now_ms), page=0, size=500)


def from_page_one(market: Marketplace, now_ms: int) -> object:
    """Count pages from 1."""
    return [*pages_from(market, 1, last_two_weeks(now_ms), FEW)]


def first_page(market: Marketplace, now_ms: int) -> object:
    """Read the first page alone."""
    return request_list(market, **last_two_weeks(now_ms), page=0, size=FEW)


def beyond_ten_thousand(market: Marketplace, now_ms: int) -> object:
    """Look whether there is a page behind the last one that pages reach."""
    return request_list(market, **last_two_weeks(now_ms), page=REACH // SIZE, size=SIZE)


def in_seconds(market: Marketplace, now_ms: int) -> object:
    """Write dates in seconds."""
    return [*pages_from(market, 0, dates((now_ms - WINDOW_MS) // 1000, now_ms // 1000))]


def in_reverse(market: Marketplace, now_ms: int) -> object:
    """Write the later date first."""
    return [*pages_from(market, 0, dates(now_ms, now_ms - WINDOW_MS))]


def a_second_apart(market: Marketplace, now_ms: int) -> object:
    """Leave a second out between two windows."""
    middle_ms = now_ms - WINDOW_MS // 2
    windows = dates(now_ms - WINDOW_MS, middle_ms - 1000), dates(middle_ms, now_ms)
    return [page for window in windows for page in pages_from(market, 0, window)]


def in_small_letters(market: Marketplace, now_ms: int) -> object:
    """Write a status in small letters."""
    return request_list(market, **last_two_weeks(now_ms), status="created", page=0, size=SIZE)


def with_sixty_numbers(market: Marketplace, now_ms: int) -> object:
    """Look sixty packages up at once."""
    rows = request_list(market, **last_two_weeks(now_ms), page=0, size=SIZE).rows
    numbers = ",".join(str(row[KEY]) for row in rows[:60])
    return request_list(market, shipmentPackageIds=numbers, page=0, size=SIZE)


def back_from_now(from_ms: int, to_ms: int) -> Iterator[Window]:
    """Windows of two weeks, the latest first."""
    for end in range(to_ms, from_ms, -WINDOW_MS):
        yield Window(max(end - WINDOW_MS, from_ms), end)


def by_list(market: Marketplace, from_ms: int, to_ms: int) -> list[Row]:
    """Read the list instead of the stream, as far as its pages reach."""
    pages = pages_from(market, 0, dates(from_ms, to_ms))
    return list({row[KEY]: row for page in pages for row in page.rows}.values())


def beside(name: str, description: str, field_note: str, judge: str, look: LookBeside) -> Broken:
    """A client that looks at the list after all that it saves, and does not mind what becomes of it."""

    def read(market: Marketplace, _copy: LocalCopy) -> None:
        impatient = replace(market, service=replace(market.service, patience=NO_PATIENCE))
        try:
            look(impatient, market.account.now_ms)
        except Problem:
            return

    return Broken(name, PROFILE, description, field_note, (judge,), with_more_reading(REFERENCE, read))


WIDE = "window of 30 to 50 days, or 15 days where 14 are allowed: 7 of 26"

BROKEN = (
    beside("looks_over_sixteen_days", "asks the list for sixteen days at once", WIDE, "window_within",
           over_sixteen_days),
    beside("looks_at_five_hundred", "asks the list for 500 packages at once",
           "page size above the maximum: 3 of 26", "at_most", by_five_hundred),
    beside("looks_from_page_one", "counts the pages of the list from 1", "starts at page 1: 2 of 26",
           "starts_at_page_zero", from_page_one),
    beside("looks_at_the_first_page", "reads the first page of the list alone",
           "only the first page read: 3 of 26", "reads_every_page", first_page),
    beside("looks_beyond_ten_thousand", "asks for a page that the list does not reach",
           "ignores nextPageToken at the 10,000 wall", "page_window_within", beyond_ten_thousand),
    beside("looks_in_seconds", "writes dates of the list in seconds", "local time instead of epoch",
           "epoch_ms", in_seconds),
    beside("looks_in_reverse", "writes the later date of the list first", "dates mixed up", "window_order",
           in_reverse),
    beside("looks_a_second_apart", "leaves a second out between two windows of the list",
           "off-by-one at the window border", "windows_contiguous", a_second_apart),
    beside("looks_for_small_letters", "writes a status in small letters", "status list misspelled", "one_of",
           in_small_letters),
    beside("looks_sixty_up", "looks sixty packages up at once", "more items than allowed", "items_at_most",
           with_sixty_numbers),
    Broken("list_for_stream", PROFILE, "reads the list instead, as far as its pages reach",
           "ignores nextPageToken at the 10,000 wall: 1 of 1 that reached it",
           ("narrowed_beyond_window", "everything_delivered"),
           client(Steps(windows=back_from_now, read_stream=by_list)),
           needs="more than 10,000 packages in a window"),
)  # fmt: skip
