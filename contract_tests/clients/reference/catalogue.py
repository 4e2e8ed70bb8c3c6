"""The approved catalogue: numbered pages as far as they reach, page tokens beyond."""

from __future__ import annotations

from collections.abc import Iterator

from contract_tests.clients.reference.api import Api, Page, Row
from contract_tests.clients.reference.paging import at_rest, gather
from contract_tests.clients.reference.patience import endpoint

SIZE = 100
NUMBERED = 10_000
LIMITS = (endpoint("approved products"),)


def contents(api: Api) -> list[Row]:
    """Every approved content of the storefront, once.

    Source: v3.0/docs/product-filter-approved-product-v2, D: page times size within 10,000,
    then nextPageToken.
    """
    return at_rest(lambda: gather(all_pages(api), "contentId"))


def all_pages(api: Api) -> Iterator[Page]:
    """The numbered pages, then those behind the token of the last of them."""
    page = None
    came = 0
    for page in numbered_pages(api):
        came += len(page.rows)
        yield page
    while page and page.rows and page.token and came < page.total:
        page = ask(api, nextPageToken=page.token)
        came += len(page.rows)
        yield page


def numbered_pages(api: Api) -> Iterator[Page]:
    """Pages by number while page times size stays within 10,000."""
    for number in range(NUMBERED // SIZE):
        page = ask(api, page=number)
        yield page
        if (number + 1) * SIZE >= page.total:
            return


def ask(api: Api, **where: str | int) -> Page:
    """One page of the approved products, by ``page`` or by ``nextPageToken``."""
    path = f"/product/sellers/{api.account.seller_id}/products/approved"
    return api.page(LIMITS, path, {"size": SIZE, **where})
