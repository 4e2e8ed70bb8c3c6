"""Broken clients of the list: which windows, statuses and pages they ask for, and what they take for rows."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace

import requests

from contract_tests.clients import habits
from contract_tests.clients.client import Client
from contract_tests.clients.habits import (
    no_rows_when,
    with_encode,
    with_query,
    with_retry_after,
    with_url,
)
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.order_list import (
    A_MINUTE,
    MOST,
    SIZE,
    ReadWindow,
    read_window,
    request_page,
    windows,
)
from contract_tests.clients.packages import DAY_MS, HOUR_MS, KEY, WINDOW_MS
from contract_tests.clients.patience import NO_PATIENCE, Patience, endpoint
from contract_tests.clients.problems import TooManyRequests, Unreachable
from contract_tests.clients.protocol import Row
from contract_tests.clients.session import AUTH_REFUSAL, FORBIDDEN
from contract_tests.clients.windows import Window, Windows, windows_every
from contract_tests.profiles.foreign import NODE, PHP, foreign_client
from contract_tests.profiles.orders_poll import broken_copies, broken_streams
from contract_tests.profiles.orders_poll.reference import REFERENCE, Steps, client
from contract_tests.profiles.variants import Broken

PROFILE = "orders-poll"
SECOND_MS = 1000
ISTANBUL_MS = 3 * HOUR_MS
MANY_IDS = 60
LIVE = "Created,Picking,Invoiced,Shipped,AtCollectionPoint,Delivered,UnDelivered,Returned"
of_thirty_days = windows_every(30 * DAY_MS)
of_fifteen_days = windows_every(15 * DAY_MS, 15 * DAY_MS - 1)
of_three_days = windows_every(3 * DAY_MS)
a_second_apart = windows_every(WINDOW_MS, WINDOW_MS - SECOND_MS)


def by_the_local_clock(from_ms: int, to_ms: int) -> Iterator[Window]:
    """Windows up to now, where UTC is taken for Istanbul's time, three hours ahead of it."""
    return windows(from_ms - ISTANBUL_MS, to_ms - ISTANBUL_MS)


def up_to_midnight(from_ms: int, to_ms: int) -> Iterator[Window]:
    """Windows of whole days, up to the day that is not over."""
    return windows(from_ms - from_ms % DAY_MS, to_ms - to_ms % DAY_MS)


def first_page(market: Marketplace, window: Window) -> list[Row]:
    """The first page of a window."""
    return request_page(market, window, 0).rows


def from_page_one(market: Marketplace, window: Window) -> list[Row]:
    """Pages count from 1."""
    first = request_page(market, window, 1)
    last = -(-first.total // SIZE)
    return first.rows + [
        row for number in range(2, last + 1) for row in request_page(market, window, number).rows
    ]


def until_few_are_live(market: Marketplace, window: Window) -> list[Row]:
    """A page that has fewer live packages than it was asked for is the last one."""
    rows: list[Row] = []
    number, is_full = 0, True
    while is_full:
        page = request_page(market, window, number)
        is_full = len([row for row in page.rows if row["status"] in LIVE.split(",")]) == SIZE
        rows, number = rows + page.rows, number + 1
    return rows


def once_through(market: Marketplace, window: Window) -> list[Row]:
    """Every page, and none again: what drew forward meanwhile is past."""
    return _numbered_rows(market, window, request_page(market, window, 0).total)


def by_offset(market: Marketplace, window: Window) -> list[Row]:
    """The number of a page is that of its first row."""
    total = request_page(market, window, 0).total
    return [row for first in range(0, total, SIZE) for row in request_page(market, window, first).rows]


def within_the_wall(market: Marketplace, window: Window) -> list[Row]:
    """As many packages as pages reach."""
    return _numbered_rows(market, window, min(request_page(market, window, 0).total, MOST))


def beyond_the_wall(market: Marketplace, window: Window) -> list[Row]:
    """Pages reach everywhere; one that is refused is the end."""
    rows: list[Row] = []
    try:
        for number in range(-(-request_page(market, window, 0).total // SIZE)):
            rows += request_page(market, window, number).rows
    except TooManyRequests as refusal:
        sys.stderr.write(f"the end: {refusal}\n")
    return rows


def _numbered_rows(market: Marketplace, window: Window, total: int) -> list[Row]:
    """The rows of so many numbered pages."""
    return [row for number in range(-(-total // SIZE)) for row in request_page(market, window, number).rows]


def window_unless_refused(market: Marketplace, window: Window) -> list[Row]:
    """The packages of one window; none of them when any of its pages was refused."""
    try:
        return read_window(market, window)
    except TooManyRequests as refusal:
        sys.stderr.write(f"skipped: {refusal}\n")
        return []


def window_unless_broken(market: Marketplace, window: Window) -> list[Row]:
    """The packages of one window; none of them when its page does not come."""
    try:
        return read_window(market, window)
    except Unreachable:
        return []


def and_by_number(market: Marketplace, window: Window) -> list[Row]:
    """The packages of a window, and each once more by its number, sixty at a time."""
    rows = read_window(market, window)
    path = f"/order/sellers/{market.account.seller_id}/v2/orders"
    for start in range(0, len(rows), MANY_IDS):
        ids = ",".join(str(row[KEY]) for row in rows[start : start + MANY_IDS])
        market.page((endpoint("orders"), A_MINUTE), path, {"shipmentPackageIds": ids, "size": SIZE})
    return rows


def by_the_closed_path(request: requests.Request) -> requests.Request:
    """Ask the first version of the list."""
    return with_url(request, "/v2/orders", "/orders")


def cuts(windows: Windows) -> Client:
    """The reference, except for its windows."""
    return client(Steps(windows=windows))


def reads(read_window: ReadWindow, patience: Patience = REFERENCE.patience) -> Client:
    """The reference, except for how it reads a window, and how long it waits."""
    return replace(client(Steps(read_window=read_window)), patience=patience)


def writes(name: str, description: str, field_note: str, encode: habits.Encode, *judges: str) -> Broken:
    """A client that writes its requests otherwise."""
    return Broken(name, PROFILE, description, field_note, judges, with_encode(REFERENCE, encode))


def queries(name: str, description: str, field_note: str, *judges: str, **query: object) -> Broken:
    """A client that asks with other parameters."""
    return writes(name, description, field_note, lambda request: with_query(request, **query), *judges)


WIDE = "window of 30 to 50 days, or 15 days where 14 are allowed, or no dates at all: 7 of 26"
AS_EMPTY = '401 treated as "no data", exit 0: 2 or more'
LOST_WINDOW = "429 on one page or window silently dropped, exit 0: several"
MISSING = ("everything_delivered", "held_as_true:missing")

BROKEN = (
    writes("orders_without_user_agent", "sends no User-Agent", "User-Agent missing: 7 of 26",
           habits.empty_user_agent, "user_agent_present"),
    writes("orders_under_another_name", "names another seller in its User-Agent",
           "several shops in one process", habits.user_agent_of_another_seller, "own_seller"),
    writes("orders_without_scheme", "does not say that its credentials are Basic",
           "Authorization built wrongly: several", habits.authorization_without_scheme,
           "basic_authorization"),
    writes("orders_with_a_secret", "sends its secret as a parameter", "secrets in logs: kit, severity",
           habits.secret_in_the_url, "secret_not_in_url"),
    writes("orders_of_no_storefront", "does not say which storefront it means",
           "an international client written at home", habits.without_storefront, "header_present"),
    writes("orders_by_sapigw", "asks paths that were closed in 2025", "retired /sapigw paths: several",
           habits.by_the_old_path, "path_current"),
    writes("orders_by_the_closed_path", "asks the first version of the list, which is closed",
           "a path kept beyond its day", by_the_closed_path, "sync_ends_clean"),
    Broken("hurries_a_list", PROFILE, "asks again at once, whatever Retry-After says",
           "ignores Retry-After: 2 of 26", ("backs_off_after",),
           with_retry_after(REFERENCE, lambda _: None), needs="two refusals in a row with Retry-After"),
    Broken("orders_in_thirty_days", PROFILE, "asks for thirty days at once", WIDE, ("window_within",),
           cuts(of_thirty_days)),
    Broken("orders_in_fifteen_days", PROFILE, "adds 14 whole days inclusively", WIDE, ("window_within",),
           cuts(of_fifteen_days)),
    queries("orders_without_dates", "asks without dates", WIDE, *MISSING, startDate=None, endDate=None),
    queries("orders_by_five_hundred", "asks for pages of 500", "page size above the maximum: 3 of 26",
            "at_most", size=500),
    Broken("orders_from_page_one", PROFILE, "counts pages from 1 and never sees page 0",
           "starts at page 1: 2 of 26", ("starts_at_page_zero", *MISSING), reads(from_page_one)),
    Broken("orders_first_page", PROFILE, "reads the first page of a window alone",
           "only the first page read: 3 of 26", ("reads_every_page", *MISSING), reads(first_page),
           needs="more than 200 packages in a window"),
    Broken("orders_to_a_short_page", PROFILE, "stops at a page that is not full of live packages",
           "stops at the first short page: 2 of 26", ("reads_every_page", *MISSING),
           reads(until_few_are_live), needs="a package that is over on a full page"),
    Broken("orders_once_through", PROFILE, "turns page after page and never looks back",
           "something moves between two pages", MISSING, reads(once_through),
           needs="a package that leaves a page that was read, in more than one page"),
    Broken("orders_by_offset", PROFILE, "takes the number of a page for that of its first row",
           "page counted in rows", ("page_window_within", *MISSING), reads(by_offset, NO_PATIENCE),
           needs="more than 200 packages in a window"),
    Broken("orders_to_the_wall", PROFILE, "stops where pages end",
           "ignores nextPageToken at the 10,000 wall: 1 of 1 that reached it",
           ("narrowed_beyond_window", *MISSING), reads(within_the_wall),
           needs="more than 10,000 packages in a window"),
    Broken("orders_beyond_the_wall", PROFILE, "asks for pages beyond 10,000 packages, as far as they come",
           "ignores nextPageToken at the 10,000 wall: 1 of 1 that reached it",
           ("page_window_within", *MISSING), reads(beyond_the_wall, NO_PATIENCE),
           needs="more than 10,000 packages in a window"),
    Broken("orders_a_second_apart", PROFILE, "leaves a second out between two windows",
           "off-by-one at the window border", ("windows_contiguous", *MISSING), cuts(a_second_apart)),
    Broken("orders_three_hours_behind", PROFILE,
           "takes UTC for local time and never sees the last three hours", "local time instead of epoch",
           MISSING, cuts(by_the_local_clock), needs="a package of the last three hours"),
    Broken("orders_up_to_midnight", PROFILE, "asks up to the last midnight and never sees today",
           "records on the day border", MISSING, cuts(up_to_midnight), needs="a package of the last day"),
    writes("orders_in_seconds", "writes instants in seconds", "local time instead of epoch",
           habits.in_seconds, "epoch_ms"),
    writes("orders_backwards", "writes the later date first", "dates mixed up", habits.reversed_dates,
           "window_order"),
    queries("orders_in_capitals", "writes a status in capital letters", "status list misspelled", "one_of",
            status="CREATED,PICKING"),
    queries("created_orders_only", "asks for packages that are Created, and never for what becomes of them",
            "status filter", "held_as_true:stale", *MISSING, status="Created"),
    queries("live_orders_only", "never asks for packages that are over, and holds them as they were",
            "split parents counted as live", "held_as_true:stale", status=LIVE),
    Broken("sixty_packages_at_once", PROFILE, "asks for sixty packages by their numbers",
           "more ids than are allowed", ("items_at_most",), reads(and_by_number)),
    Broken("drops_429_orders", PROFILE, "skips a window that was refused with 429, and exits 0", LOST_WINDOW,
           ("refused_read_repeated", *MISSING), reads(window_unless_refused, Patience(refusals=0)),
           needs="a 429"),
    Broken("skips_three_days_of_orders", PROFILE,
           "reads three days by three days, skips three that were refused, and exits 0",
           LOST_WINDOW, ("refused_read_repeated", *MISSING),
           replace(client(Steps(windows=of_three_days, read_window=window_unless_refused)),
                   patience=NO_PATIENCE),
           edition="tr", needs="a 429"),
    Broken("drops_broken_orders", PROFILE, "skips a window whose answer did not come, and exits 0",
           "error dropped, exit 0: several", ("refused_read_repeated", *MISSING),
           reads(window_unless_broken, Patience(failures=0)),
           needs="a 5xx, a reset or a truncated body"),
    Broken("orders_behind_401", PROFILE, "takes a 401 for a window without packages, and exits 0", AS_EMPTY,
           MISSING, no_rows_when(REFERENCE, AUTH_REFUSAL), needs="a 401"),
    Broken("orders_behind_403", PROFILE, "takes a 403 for a window without packages, and exits 0", AS_EMPTY,
           MISSING, no_rows_when(REFERENCE, FORBIDDEN), needs="a 403"),
    Broken("orders_of_two_weeks", PROFILE, "looks back on two weeks of a month", "one month of history",
           MISSING, client(Steps(span_ms=WINDOW_MS))),
    foreign_client(NODE, "skips-429", PROFILE, "skips a window that was refused with 429, and exits 0",
                   LOST_WINDOW, ("refused_read_repeated", *MISSING), "a 429"),
    foreign_client(NODE, "by-order-number", PROFILE, "keeps one package of an order",
                   "packages de-duplicated by orderNumber, losing split orders: 1 of 26",
                   ("held_as_true:missing",), "two packages of one order"),
    foreign_client(PHP, "orders-in-seconds", PROFILE, "writes instants in seconds, as time() gives them",
                   "local time instead of epoch", ("epoch_ms",)),
    foreign_client(PHP, "created-only", PROFILE, "asks for packages that are Created alone",
                   "status filter", ("held_as_true:stale", *MISSING)),
    *broken_copies.BROKEN,
    *broken_streams.BROKEN,
)  # fmt: skip
