"""The approved catalogue: from page to page by token, by number where no token is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from contract_tests.clients.client import Client, SyncContext
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace, read_marketplace
from contract_tests.clients.paging import check_unmoved, gather, read_at_rest
from contract_tests.clients.patience import endpoint
from contract_tests.clients.problems import Moved, Refused
from contract_tests.clients.protocol import Page, Row

SIZE = 100
MOST_BY_NUMBER = 10_000
LIMITS = (endpoint("approved products"),)
BAD_REQUEST = 400


def read_contents(market: Marketplace) -> list[Row]:
    """Every approved content of the storefront, once.

    A token stands behind a content, not at a number: what comes or goes meanwhile draws no other content
    past the reader.
    Source: v3.0/docs/product-filter-approved-product-v2, D: nextPageToken goes on where numbers end, at page
    times size 10,000; that it serves from the first page on is I.
    """
    return read_at_rest(lambda: gather(all_pages(market), "contentId"))


def all_pages(market: Marketplace) -> Iterator[Page]:
    """The first page, then those behind the token of the page before, while one is given."""
    page = request_page(market, page=0)
    if not page.token and len(page.rows) < page.total:
        yield from unmoved_pages(market)
        return
    yield page
    while page.token and page.rows:
        page = page_behind(market, page.token)
        yield page


def page_behind(market: Marketplace, token: str) -> Page:
    """The page behind a token.

    Errors: Moved when the token is refused: reading has to begin again.
    """
    try:
        return request_page(market, nextPageToken=token)
    except Refused as refusal:
        if refusal.status != BAD_REQUEST:
            raise
        raise Moved(f"the token is refused: {refusal}") from refusal


def unmoved_pages(market: Marketplace) -> Iterator[Page]:
    """The numbered pages, looked at a second time; beyond the last of them no token leads."""
    pages = list(numbered_pages(market))
    check_unmoved(lambda number: request_page(market, page=number), range(len(pages)), pages, "contentId")
    yield from pages


def numbered_pages(market: Marketplace) -> Iterator[Page]:
    """Pages by number while page times size stays within 10,000."""
    for number in range(MOST_BY_NUMBER // SIZE):
        page = request_page(market, page=number)
        yield page
        if (number + 1) * SIZE >= page.total:
            return


def request_page(market: Marketplace, **where: str | int) -> Page:
    """One page of the approved products, by ``page`` or by ``nextPageToken``."""
    path = f"/product/sellers/{market.account.seller_id}/products/approved"
    return market.page(LIMITS, path, {"size": SIZE, **where})


def save_contents(copy: LocalCopy, contents: list[Row]) -> None:
    """Make the copy equal to what is listed."""
    copy.replace("products", "contentId", contents)


def product_rows(copy: LocalCopy) -> Iterator[Row]:
    """One row a barcode, in the words a shop would compare."""
    for content in copy.rows("products"):
        for variant in content["variants"]:
            yield {
                "barcode": variant["barcode"],
                "contentId": content["contentId"],
                "productMainId": content["productMainId"],
                "stockCode": variant["stockCode"],
                "quantity": variant["stock"]["quantity"],
                "salePrice": variant["price"]["salePrice"],
                "listPrice": variant["price"]["listPrice"],
                "title": content["title"],
                "archived": variant["archived"],
            }


@dataclass(frozen=True, slots=True)
class Steps:
    """What a client of the catalogue may do its own way."""

    read_contents: Callable[[Marketplace], list[Row]] = read_contents
    """Reads every content."""

    save_contents: Callable[[LocalCopy, list[Row]], None] = save_contents
    """Makes the copy of them."""


STEPS = Steps()


def client(steps: Steps = STEPS) -> Client:
    """Make a client that reads everything, then saves it at one stroke."""

    def sync(context: SyncContext) -> None:
        def read(market: Marketplace) -> None:
            steps.save_contents(context.copy, steps.read_contents(market))

        read_marketplace(context, read)

    return Client(sync, {"products": product_rows})


REFERENCE = client()
