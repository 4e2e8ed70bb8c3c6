"""The packages of the last weeks, in windows of two weeks of their last change, each package once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from contract_tests.clients.client import Client, SyncContext
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace, read_marketplace
from contract_tests.clients.packages import KEY, SPAN_MS, WINDOW_MS, order_row, order_rows, save_packages
from contract_tests.clients.paging import check_unmoved, gather, read_at_rest
from contract_tests.clients.patience import Limit, endpoint
from contract_tests.clients.problems import Moved
from contract_tests.clients.protocol import Page, Row
from contract_tests.clients.windows import Window, Windows

SIZE = 200

# docs/1-servis-limitleri, D: 30 requests a minute to the list for the smallest sellers; two are left unused.
A_MINUTE = Limit("orders a minute", requests=28, per_s=60.0)
# changelog of 2 June 2026, D: pages reach so many packages.
MOST = 10_000


ReadWindow = Callable[[Marketplace, Window], list[Row]]


def windows(from_ms: int, to_ms: int) -> Iterator[Window]:
    """Windows of two weeks that share their edges, counted back from the last moment.

    Source: v2.0/docs/get-order-packages-getshipmentpackages, D: two weeks at most.
    """
    while from_ms < to_ms:
        yield Window(max(to_ms - WINDOW_MS, from_ms), to_ms)
        to_ms -= WINDOW_MS


def read_window(market: Marketplace, window: Window) -> list[Row]:
    """Every package of a window, once; where pages do not reach all, or it never rests, both halves of it.

    A package that changes leaves its page, so what was read is looked at again before it counts.
    Errors: Moved when not even a single page comes to rest.
    """
    total = request_page(market, window, 0).total
    if total <= MOST:
        try:
            return read_at_rest(lambda: _pages_at_rest(market, window))
        except Moved:
            if total <= SIZE:
                raise
    return [row for half in window.halves() for row in read_window(market, half)]


def _pages_at_rest(market: Marketplace, window: Window) -> list[Row]:
    def ask(number: int) -> Page:
        return request_page(market, window, number)

    pages = [ask(0)]
    while len(pages) * SIZE < pages[0].total:
        pages.append(ask(len(pages)))
    rows = gather(pages, KEY)
    check_unmoved(ask, range(len(pages)), pages, KEY)
    return rows


def request_page(market: Marketplace, window: Window, number: int, **more: str | int) -> Page:
    """One page of a window, in the order of the last change; ``more`` says it otherwise."""
    path = f"/order/sellers/{market.account.seller_id}/v2/orders"
    paging: dict[str, str | int] = {"page": number, "size": SIZE, "orderByDirection": "ASC"}
    return market.page((endpoint("orders"), A_MINUTE), path, window.query | paging | more)


@dataclass(frozen=True, slots=True)
class Steps:
    """What a client of the list may do its own way."""

    windows: Windows = windows
    """Cuts a span of time into windows."""

    read_window: ReadWindow = read_window
    """Reads every package of a window."""

    save_packages: Callable[[LocalCopy, list[Row]], None] = save_packages
    """Adds packages to the copy."""

    row: Callable[[Row], Row] = order_row
    """Makes the exported row of a package."""

    span_ms: int = SPAN_MS
    """How far it looks back."""


STEPS = Steps()


def client(steps: Steps = STEPS) -> Client:
    """Make a client that reads every window of the span, then saves what came."""

    def sync(context: SyncContext) -> None:
        def read(market: Marketplace) -> None:
            now_ms = market.account.now_ms
            from_ms = now_ms - steps.span_ms
            packages = [
                row for window in steps.windows(from_ms, now_ms) for row in steps.read_window(market, window)
            ]
            steps.save_packages(context.copy, packages)
            context.copy.replace("span", "name", [{"name": "last run", "from_ms": from_ms}])

        read_marketplace(context, read)

    return Client(sync, {"orders": lambda copy: order_rows(copy, steps.row)})


REFERENCE = client()
