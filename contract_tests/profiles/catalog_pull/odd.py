"""Odd clients of the catalogue that are right: one habit each that nobody may blame them for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from contract_tests.clients.client import Client
from contract_tests.clients.habits import twice_as_long
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.paging import gather, read_at_rest
from contract_tests.clients.patience import NO_PATIENCE
from contract_tests.clients.protocol import Page, Row
from contract_tests.profiles.catalog_pull.product_v1 import v1_pages, with_v1
from contract_tests.profiles.catalog_pull.reference import (
    MOST_BY_NUMBER,
    REFERENCE,
    SIZE,
    Steps,
    all_pages,
    client,
    numbered_pages,
    page_behind,
    read_contents,
    request_page,
)
from contract_tests.profiles.variants import Odd

PROFILE = "catalog-pull"
WORKERS = 3


def reads(pages: Callable[[Marketplace], Iterator[Page]]) -> Client:
    """The reference, except for how it comes from page to page."""
    return client(
        Steps(read_contents=lambda market: read_at_rest(lambda: gather(pages(market), "contentId")))
    )


def by_number(market: Marketplace) -> Iterator[Page]:
    """By number as far as numbers reach, then by token."""
    page = None
    for page in numbered_pages(market):
        yield page
    while page and page.total > MOST_BY_NUMBER and page.token:
        page = page_behind(market, page.token)
        yield page


def past_the_end(market: Marketplace) -> Iterator[Page]:
    """By number until a page is empty."""
    for number in range(MOST_BY_NUMBER // SIZE):
        page = request_page(market, page=number)
        yield page
        if not page.rows:
            return


def page_zero_at_the_end(market: Marketplace) -> Iterator[Page]:
    """Every page, and page 0 once more."""
    yield from all_pages(market)
    yield request_page(market, page=0)


def many_at_once(market: Marketplace) -> Iterator[Page]:
    """Page 0, then the others by several workers, the last first."""
    first = request_page(market, page=0)
    numbers = range(-(-min(first.total, MOST_BY_NUMBER) // SIZE) - 1, 0, -1)
    with ThreadPoolExecutor(WORKERS) as pool:
        yield from (first, *pool.map(lambda number: request_page(market, page=number), numbers))


def everything_twice(market: Marketplace) -> list[Row]:
    """Read all of it, and all of it again."""
    read_contents(market)
    return read_contents(market)


ODD = (
    Odd("reads_by_number", PROFILE, "reads by number as far as numbers reach", reads(by_number)),
    Odd("reads_past_the_end", PROFILE, "asks once more behind the last page", reads(past_the_end)),
    Odd("page_zero_again", PROFILE, "asks page 0 again at the end", reads(page_zero_at_the_end)),
    Odd("many_pages_at_once", PROFILE, "reads pages at once and out of order", reads(many_at_once)),
    Odd("everything_twice", PROFILE, "reads everything twice", client(Steps(read_contents=everything_twice))),
    Odd("waits_twice_as_long", PROFILE, "waits longer than an answer asks for", twice_as_long(REFERENCE)),
    Odd("gives_up", PROFILE, "gives the run up at the first refusal",
        replace(REFERENCE, patience=NO_PATIENCE), gives_up=True),
    Odd("reads_v1_too", PROFILE, "reads Product V1 too, as long as it is open", with_v1(v1_pages),
        edition="tr"),
)  # fmt: skip
