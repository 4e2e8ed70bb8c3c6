"""Odd clients of the list that are right: one habit each that nobody may blame them for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from contract_tests.clients.habits import twice_as_long
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.order_list import MOST, SIZE, read_window, request_page, windows
from contract_tests.clients.packages import DAY_MS, KEY, WINDOW_MS, order_rows
from contract_tests.clients.paging import check_unmoved, gather, read_at_rest
from contract_tests.clients.patience import NO_PATIENCE
from contract_tests.clients.problems import Moved
from contract_tests.clients.protocol import Page, Row
from contract_tests.clients.windows import Window, edge_to_edge, windows_every
from contract_tests.profiles.orders_poll.reference import REFERENCE, Steps, client
from contract_tests.profiles.orders_poll.streams import read_stream
from contract_tests.profiles.variants import Odd

PROFILE = "orders-poll"
FEW, MANY = 50, 1_000
OVER = {"UnPacked", "Cancelled", "UnSupplied"}
overlapping = windows_every(10 * DAY_MS, WINDOW_MS)
side_by_side = edge_to_edge(WINDOW_MS)
of_a_week = windows_every(7 * DAY_MS)


def oldest_window_first(from_ms: int, to_ms: int) -> Iterator[Window]:
    """The usual windows, the oldest first."""
    return reversed([*windows(from_ms, to_ms)])


def every_window_twice(market: Marketplace, window: Window) -> list[Row]:
    """Read a window, and read it again."""
    read_window(market, window)
    return read_window(market, window)


def pages_of_fifty(market: Marketplace, window: Window) -> list[Row]:
    """Small pages of a window that pages reach; the usual ones of another."""

    def ask(number: int) -> Page:
        return request_page(market, window, number, size=FEW)

    def read() -> list[Row]:
        first = ask(0)
        pages = [first, *map(ask, range(1, -(-first.total // FEW)))]
        rows = gather(pages, KEY)
        check_unmoved(ask, range(len(pages)), pages, KEY)
        return rows

    return read_window(market, window) if ask(0).total > MANY else read_at_rest(read)


def newest_package_first(market: Marketplace, window: Window) -> list[Row]:
    """The last change first, and page 0 again at the end, to see whether the list moved."""

    def ask(number: int) -> Page:
        return request_page(market, window, number, orderByDirection="DESC")

    def read() -> list[Row]:
        first = ask(0)
        rows = gather([first, *map(ask, range(1, -(-first.total // SIZE)))], KEY)
        if (again := ask(0)) != first:
            raise Moved(f"page 0 has {len(again.rows)} other rows than before")
        return rows

    return read_window(market, window) if ask(0).total > MOST else read_at_rest(read)


def halved_early(market: Marketplace, window: Window) -> list[Row]:
    """Both halves of a window long before pages end."""
    if request_page(market, window, 0).total > MANY:
        return [row for half in window.halves() for row in halved_early(market, half)]
    return read_window(market, window)


def by_stream_beyond_pages(market: Marketplace, window: Window) -> list[Row]:
    """What pages do not reach, by the stream."""
    if request_page(market, window, 0).total > MOST:
        return read_stream(market, window)
    return read_window(market, window)


def with_unpaid_packages(market: Marketplace, window: Window) -> list[Row]:
    """A window, and what is not paid for in it: its goods are no longer for sale."""
    unpaid_packages = request_page(market, window, 0, status="Awaiting").rows
    return [*unpaid_packages, *read_window(market, window)]


def live_rows(copy: LocalCopy) -> Iterator[Row]:
    """The packages that somebody still has to do with."""
    return (row for row in order_rows(copy) if row["status"] not in OVER)


ODD = (
    Odd("orders_in_overlapping_windows", PROFILE, "reads windows that overlap",
        client(Steps(windows=overlapping))),
    Odd("orders_edge_to_edge", PROFILE, "reads windows that do not share their edges",
        client(Steps(windows=side_by_side))),
    Odd("orders_week_by_week", PROFILE, "reads smaller windows", client(Steps(windows=of_a_week))),
    Odd("oldest_orders_first", PROFILE, "reads the oldest window first",
        client(Steps(windows=oldest_window_first))),
    Odd("orders_twice", PROFILE, "reads every window twice", client(Steps(read_window=every_window_twice))),
    Odd("orders_by_fifty", PROFILE, "reads small pages", client(Steps(read_window=pages_of_fifty))),
    Odd("last_change_first", PROFILE, "reads the last change first, and page 0 again at the end",
        client(Steps(read_window=newest_package_first))),
    Odd("halves_early", PROFILE, "halves a window long before pages end",
        client(Steps(read_window=halved_early))),
    Odd("streams_beyond_pages", PROFILE, "reads by stream what pages do not reach",
        client(Steps(read_window=by_stream_beyond_pages))),
    Odd("gives_the_list_up", PROFILE, "gives the run up at the first refusal",
        replace(REFERENCE, patience=NO_PATIENCE), gives_up=True),
    Odd("waits_for_the_list", PROFILE, "waits longer than an answer asks for", twice_as_long(REFERENCE)),
    Odd("reads_unpaid_packages", PROFILE, "reads and shows packages that are not paid for yet, too",
        client(Steps(read_window=with_unpaid_packages))),
    Odd("shows_live_packages", PROFILE, "leaves packages that are over out of its export",
        replace(REFERENCE, exports={"orders": live_rows})),
)  # fmt: skip
