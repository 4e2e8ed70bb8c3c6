"""The order list as clients read it: in windows of two weeks of the last change, each package once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial

from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.packages import KEY, WINDOW_MS
from contract_tests.clients.paging import numbered_pages, read_at_rest
from contract_tests.clients.patience import Limit, endpoint
from contract_tests.clients.problems import Moved
from contract_tests.clients.protocol import Page, Row
from contract_tests.clients.windows import Window, back_from_last

SIZE = 200

# docs/1-servis-limitleri, D: 30 requests a minute to the list for the smallest sellers, and 100 abroad, I;
# two of them are left unused.
A_MINUTE = Limit("orders a minute", requests=28, per_s=60.0)
A_MINUTE_ABROAD = Limit("orders a minute", requests=98, per_s=60.0)
# changelog of 2 June 2026, D: pages reach so many packages.
MOST = 10_000


ReadWindow = Callable[[Marketplace, Window], list[Row]]


# Source: v2.0/docs/get-order-packages-getshipmentpackages, D: two weeks at most.
windows = back_from_last(WINDOW_MS)


def read_window(market: Marketplace, window: Window) -> list[Row]:
    """Every package of a window, once; where pages do not reach all, or it never rests, change after change.

    A package that changes leaves its page, so what was read by pages is looked at again before it counts.
    Errors: Moved when an answer has fewer packages than it counts.
    """
    first = request_page(market, window, 0)
    if not first.total:
        return []
    if first.total <= MOST:
        with suppress(Moved):
            return read_at_rest(lambda: numbered_pages(partial(request_page, market, window), SIZE, KEY))
    return list(read_by_changes(market, window, first).values())


def read_by_changes(market: Marketplace, window: Window, page: Page) -> dict[object, Row]:
    """Every package of a window by its key, on from the last change of its first page.

    What changes meanwhile goes to the end, which is still to be read, so nothing is past and nothing is asked
    twice; pages are turned only where one has packages of a single moment.
    Errors: Moved when an answer has fewer packages than it counts.
    """
    rows: dict[object, Row] = {}
    number = 0
    while True:
        left = page.total - number * SIZE
        if len(page.rows) < min(SIZE, left):
            raise Moved(f"{len(page.rows)} packages came of {left}")
        rows |= {row[KEY]: row for row in page.rows}
        if left <= SIZE:
            return rows
        last_ms = page.rows[-1]["lastModifiedDate"]
        number = number + 1 if last_ms == window.from_ms else 0
        window = Window(last_ms, window.to_ms)
        page = request_page(market, window, number)


def request_page(market: Marketplace, window: Window, number: int, **more: str | int) -> Page:
    """One page of a window, in the order of the last change; ``more`` says it otherwise."""
    path = f"/order/sellers/{market.account.seller_id}/v2/orders"
    paging: dict[str, str | int] = {"page": number, "size": SIZE, "orderByDirection": "ASC"}
    own_limit = A_MINUTE_ABROAD if market.account.international else A_MINUTE
    return market.page((endpoint("orders"), own_limit), path, window.query | paging | more)
