"""Walks wrongly: from page to page of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from contract_tests.clients import stops_at_the_wall
from contract_tests.clients.client import REFERENCE
from contract_tests.clients.habits import puts
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.problems import Problem
from contract_tests.clients.protocol import Page, Row
from contract_tests.profiles.catalog_pull.reference import (
    NUMBERED,
    SIZE,
    all_pages,
    numbered_pages,
    request_page,
)
from contract_tests.profiles.variants import Broken, with_query


def joined(pages: Iterable[Page]) -> list[Row]:
    """The rows of some pages as they came, whatever the pages tell of their number."""
    return [row for page in pages for row in page.rows]


def first_page_only(api: Marketplace) -> list[Row]:
    """The first page is the catalogue."""
    return request_page(api, page=0).rows


def from_page_one(api: Marketplace) -> list[Row]:
    """Pages count from 1."""
    first = request_page(api, page=1)
    return joined([first, *(request_page(api, page=number) for number in range(2, -(-first.total // SIZE)))])


def page_zero_twice(api: Marketplace) -> list[Row]:
    """Ask page 0 for the number of pages, then count them from it again: the last is never read."""
    first = request_page(api, page=0)
    return joined([first, *(request_page(api, page=number) for number in range(-(-first.total // SIZE) - 1))])


def until_a_short_page(api: Marketplace) -> list[Row]:
    """A page that is not full is the last one."""
    page = request_page(api, page=0)
    rows = page.rows
    while page.token and len(page.rows) == SIZE:
        page = request_page(api, nextPageToken=page.token)
        rows += page.rows
    return rows


def by_number_without_end(api: Marketplace) -> list[Row]:
    """Page numbers reach everywhere."""
    rows = joined(numbered_pages(api))
    for number in range(NUMBERED // SIZE, -(-request_page(api, page=0).total // SIZE)):
        rows += request_page(api, page=number).rows
    return rows


def newest_first(api: Marketplace) -> list[Row]:
    """Ask the first page in an order of its own, and go on with nothing but its token."""
    page = request_page(api, page=0, orderByDirection="DESC")
    rows = page.rows
    while page.token:
        page = request_page(api, nextPageToken=page.token)
        rows += page.rows
    return rows


def as_they_come(api: Marketplace) -> list[Row]:
    """Pages by number, whatever moved between two of them."""
    return joined(numbered_pages(api))


def as_far_as_it_went(api: Marketplace) -> list[Row]:
    """The pages before the first that did not come."""
    rows: list[Row] = []
    try:
        for page in all_pages(api):
            rows += page.rows
    except Problem:
        pass
    return rows


BROKEN = (
    Broken(
        "first_page_only", "catalog-pull", "takes the first page for the whole catalogue",
        "only the first page read: 3 of 26", ("reads_every_page", "everything_delivered",
        "held_as_true:missing"),
        replace(REFERENCE, contents=first_page_only), needs="more than 100 contents",
    ),
    Broken(
        "starts_at_page_one", "catalog-pull", "counts pages from 1 and never sees page 0",
        "starts at page 1: 2 of 26",
        ("starts_at_page_zero", "everything_delivered", "held_as_true:missing"),
        replace(REFERENCE, contents=from_page_one),
    ),
    Broken(
        "page_zero_twice", "catalog-pull", "reads page 0 twice and the last page never",
        "reads page 0 twice: 2 of 26", ("reads_every_page", "everything_delivered", "held_as_true:missing"),
        replace(REFERENCE, contents=page_zero_twice), needs="more than 100 contents",
    ),
    Broken(
        "stops_at_a_short_page", "catalog-pull", "takes a page that is not full for the last one",
        "stops at the first short page: 2 of 26", ("everything_delivered", "held_as_true:missing"),
        replace(REFERENCE, contents=until_a_short_page), needs="a short page in the middle of a token walk",
    ),
    Broken(
        "stops_at_the_wall", "catalog-pull", "stops at 10,000 contents, and exits 0",
        "ignores nextPageToken at the 10,000 wall: 1 of 1 that reached it",
        ("token_beyond_window", "everything_delivered", "held_as_true:missing"),
        stops_at_the_wall.CLIENT, needs="more than 10,000 contents",
    ),
    Broken(
        "numbers_beyond_the_wall", "catalog-pull", "goes on by number beyond 10,000 contents",
        "ignores nextPageToken at the 10,000 wall", ("page_window_within",),
        replace(REFERENCE, contents=by_number_without_end), needs="more than 10,000 contents",
    ),
    Broken(
        "pages_of_two_hundred", "catalog-pull", "asks for pages of 200",
        "page size above the maximum: 3 of 26",
        ("at_most",), puts(lambda request: with_query(request, size=200)),
    ),
    Broken(
        "token_with_another_filter", "catalog-pull", "goes on with a token and leaves its filter behind",
        "cursor reused with another filter", ("token_with_same_filter",),
        replace(REFERENCE, contents=newest_first), needs="more than 100 contents",
    ),
    Broken(
        "never_reads_again", "catalog-pull", "does not see that a content left while it turned the page",
        "something moves between two pages",
        ("held_as_true:missing", "everything_delivered"),
        replace(REFERENCE, contents=as_they_come), needs="a content removed between two pages",
    ),
    Broken(
        "keeps_half_a_run", "catalog-pull",
        "makes half a reading its copy when a page does not come, and exits 0",
        "429 on one page silently dropped: several; error taken for the end",
        ("held_as_true:missing", "everything_delivered"),
        replace(REFERENCE, contents=as_far_as_it_went), needs="a page that is refused or fails for good",
    ),
)  # fmt: skip
