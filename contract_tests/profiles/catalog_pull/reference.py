"""The approved catalogue: from page to page by token, by number where no token is given."""

from __future__ import annotations

from collections.abc import Iterator

from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.paging import check_unmoved, gather, read_at_rest
from contract_tests.clients.patience import endpoint
from contract_tests.clients.problems import Moved, Refused
from contract_tests.clients.protocol import Page, Row

SIZE = 100
NUMBERED = 10_000
LIMITS = (endpoint("approved products"),)
BAD_REQUEST = 400


def read_contents(api: Marketplace) -> list[Row]:
    """Every approved content of the storefront, once.

    A token stands behind a content, not at a number: what comes or goes meanwhile draws no other content
    past the reader.
    Source: v3.0/docs/product-filter-approved-product-v2, D: nextPageToken goes on where numbers end, at page
    times size 10,000; that it serves from the first page on is I.
    """
    return read_at_rest(lambda: gather(all_pages(api), "contentId"))


def all_pages(api: Marketplace) -> Iterator[Page]:
    """The first page, then those behind the token of the page before, while one is given."""
    page = request_page(api, page=0)
    if not page.token and len(page.rows) < page.total:
        yield from unmoved_pages(api)
        return
    yield page
    while page.token and page.rows:
        page = page_behind(api, page.token)
        yield page


def page_behind(api: Marketplace, token: str) -> Page:
    """The page behind a token.

    Errors: Moved when the token is refused: reading has to begin again.
    """
    try:
        return request_page(api, nextPageToken=token)
    except Refused as refusal:
        if refusal.status != BAD_REQUEST:
            raise
        raise Moved(f"the token is refused: {refusal}") from refusal


def unmoved_pages(api: Marketplace) -> Iterator[Page]:
    """The numbered pages, looked at a second time; beyond the last of them no token leads."""
    pages = list(numbered_pages(api))
    check_unmoved(lambda number: request_page(api, page=number), range(len(pages)), pages, "contentId")
    yield from pages


def numbered_pages(api: Marketplace) -> Iterator[Page]:
    """Pages by number while page times size stays within 10,000."""
    for number in range(NUMBERED // SIZE):
        page = request_page(api, page=number)
        yield page
        if (number + 1) * SIZE >= page.total:
            return


def request_page(api: Marketplace, **where: str | int) -> Page:
    """One page of the approved products, by ``page`` or by ``nextPageToken``."""
    path = f"/product/sellers/{api.account.seller_id}/products/approved"
    return api.page(LIMITS, path, {"size": SIZE, **where})


def save_contents(held: LocalCopy, rows: list[Row]) -> None:
    """Make the copy equal to what is listed."""
    held.replace("products", "contentId", rows)
