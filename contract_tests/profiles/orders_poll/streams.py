"""The stream of packages, as a client of the list may read it where pages do not reach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.order_list import SIZE
from contract_tests.clients.packages import KEY
from contract_tests.clients.patience import Limit, endpoint
from contract_tests.clients.protocol import Row
from contract_tests.clients.windows import Window

# v2.0/docs/getshipmentpackagesstream, D: five seconds between two requests.
EVERY_FIVE_SECONDS = Limit("stream", requests=1, per_s=5.0)


@dataclass(frozen=True, slots=True)
class StreamPage:
    """One answer of the stream; the cursor leads on where there is more."""

    rows: list[Row]
    cursor: str | None


def stream_page(body: Any) -> StreamPage:
    """Read an answer of the stream.

    Errors: LookupError, TypeError when it is none.
    """
    return StreamPage(list(body["content"]), body["nextCursor"] if body["hasMore"] else None)


def request_stream(market: Marketplace, *limits: Limit, **query: str | int) -> StreamPage:
    """One answer of the stream."""
    service = market.service
    return service.read(
        f"/integration/order/sellers/{market.account.seller_id}/orders/stream",
        query,
        parse=stream_page,
        before=lambda: market.pace.take((endpoint("orders/stream"), *limits), service.clock),
    )


def stream_query(window: Window, size: int = SIZE) -> dict[str, str | int]:
    """Write a window as the stream takes it."""
    return {"lastModifiedStartDate": window.from_ms, "lastModifiedEndDate": window.to_ms, "size": size}


def stream_pages(market: Marketplace, window: Window) -> Iterator[StreamPage]:
    """Every answer of a window, at the pace that the page asks for."""
    query = stream_query(window)
    page = request_stream(market, EVERY_FIVE_SECONDS, **query)
    yield page
    while page.cursor:
        page = request_stream(market, EVERY_FIVE_SECONDS, **query, nextCursor=page.cursor)
        yield page


def read_stream(market: Marketplace, window: Window) -> list[Row]:
    """Every package of a window, once."""
    rows = {row[KEY]: row for page in stream_pages(market, window) for row in page.rows}
    return list(rows.values())
