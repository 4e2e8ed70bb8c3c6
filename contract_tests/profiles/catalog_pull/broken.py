"""Broken clients of the catalogue: who they are, how they go from page to page, and how they wait."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import requests

from contract_tests.clients import habits
from contract_tests.clients.client import Client
from contract_tests.clients.habits import (
    HASTY,
    with_decode,
    with_encode,
    with_query,
    with_retry_after,
)
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.patience import NO_PATIENCE, Clock, Patience
from contract_tests.clients.problems import Passing, Problem, TooManyRequests
from contract_tests.clients.protocol import Page, Row, read_document
from contract_tests.profiles.catalog_pull import broken_copies, broken_v1
from contract_tests.profiles.catalog_pull.reference import (
    MOST_BY_NUMBER,
    REFERENCE,
    SIZE,
    Steps,
    all_pages,
    client,
    numbered_pages,
    request_page,
)
from contract_tests.profiles.foreign import NODE, PHP, foreign_client
from contract_tests.profiles.variants import Broken

PROFILE = "catalog-pull"
FEW = 20


def reads(read_contents: Callable[[Marketplace], list[Row]]) -> Client:
    """The reference, except for how it reads contents."""
    return client(Steps(read_contents=read_contents))


def rows_of(pages: Iterable[Page]) -> list[Row]:
    """The rows of some pages as they came, whatever the pages tell of their number."""
    return [row for page in pages for row in page.rows]


def first_page_only(market: Marketplace) -> list[Row]:
    """The first page is the catalogue."""
    return request_page(market, page=0).rows


def from_page_one(market: Marketplace) -> list[Row]:
    """Pages count from 1."""
    first = request_page(market, page=1)
    return rows_of([first, *numbers(market, 2, -(-first.total // SIZE))])


def page_zero_twice(market: Marketplace) -> list[Row]:
    """Ask page 0 for the number of pages, then count them from it again: the last is never read."""
    first = request_page(market, page=0)
    return rows_of([first, *numbers(market, 0, -(-first.total // SIZE) - 1)])


def numbers(market: Marketplace, start: int, end: int) -> Iterable[Page]:
    """The pages from one number up to another."""
    return (request_page(market, page=number) for number in range(start, end))


def until_a_short_page(market: Marketplace) -> list[Row]:
    """A page that is not full is the last one."""
    page = request_page(market, page=0)
    rows = page.rows
    while page.token and len(page.rows) == SIZE:
        page = request_page(market, nextPageToken=page.token)
        rows += page.rows
    return rows


def within_the_wall(market: Marketplace) -> list[Row]:
    """Every content that a numbered page can show; the token behind the last of them is not used."""
    return rows_of(numbered_pages(market))


def one_page_beyond_the_wall(market: Marketplace) -> list[Row]:
    """What numbered pages show, and the one page behind the token of the last of them."""
    pages = list(numbered_pages(market))
    token = pages[-1].token
    return rows_of([*pages, request_page(market, nextPageToken=token)] if token else pages)


def by_counted_pages(market: Marketplace) -> list[Row]:
    """As many pages behind tokens as full pages would need, whatever token the last of them offers."""
    page = request_page(market, page=0)
    pages = [page]
    while page.token and len(pages) * SIZE < page.total:
        page = request_page(market, nextPageToken=page.token)
        pages.append(page)
    return rows_of(pages)


def by_number_without_end(market: Marketplace) -> list[Row]:
    """Page numbers reach everywhere."""
    rows = rows_of(numbered_pages(market))
    last = -(-request_page(market, page=0).total // SIZE)
    return rows + rows_of(numbers(market, MOST_BY_NUMBER // SIZE, last))


def newest_first(market: Marketplace) -> list[Row]:
    """Ask the first page in an order of its own, and go on with nothing but its token."""
    page = request_page(market, page=0, orderByDirection="DESC")
    rows = page.rows
    while page.token:
        page = request_page(market, nextPageToken=page.token)
        rows += page.rows
    return rows


def as_far_as_it_went(market: Marketplace) -> list[Row]:
    """The pages before the first that did not come."""
    rows: list[Row] = []
    try:
        for page in all_pages(market):
            rows += page.rows
    except Problem:
        pass
    return rows


def pages_that_are_not_refused(market: Marketplace) -> list[Row]:
    """Pages of twenty by number; one that is refused with 429 is left out."""
    rows: list[Row] = []
    number, total = 0, FEW
    while number * FEW < total:
        try:
            page = request_page(market, page=number, size=FEW)
            rows, total = rows + page.rows, page.total
        except TooManyRequests:
            pass
        number += 1
    return rows


def with_capital_booleans(request: requests.Request) -> requests.Request:
    """Write a boolean as Python prints it."""
    return with_query(request, archived="False")


def seconds_alone(answer: requests.Response, clock: Clock) -> Any:
    """Read an answer; a Retry-After counts only in seconds."""
    try:
        return read_document(answer, clock)
    except Passing as problem:
        if not answer.headers.get("Retry-After", "").isdecimal():
            problem.retry_after_s = None
        raise


def writes(
    name: str, description: str, field_note: str, encode: habits.Encode, judge: str, *, advice: bool = False
) -> Broken:
    """A client that writes its requests otherwise."""
    changed_client = with_encode(REFERENCE, encode)
    return Broken(name, PROFILE, description, field_note, (judge,), changed_client, advice=advice)


def queries(name: str, description: str, field_note: str, judge: str, **query: object) -> Broken:
    """A client that asks with other parameters."""
    return writes(name, description, field_note, lambda request: with_query(request, **query), judge)


MISSING = ("everything_delivered", "held_as_true:missing")

BROKEN = (
    writes("empty_user_agent", "sends no User-Agent", "User-Agent missing: 7 of 26",
           habits.empty_user_agent, "user_agent_present"),
    writes("another_sellers_name", "names another seller in its User-Agent",
           "several shops in one process", habits.user_agent_of_another_seller, "own_seller"),
    writes("authorization_without_scheme", "does not say that its credentials are Basic",
           "Authorization built wrongly: several", habits.authorization_without_scheme,
           "basic_authorization"),
    writes("secret_in_the_url", "sends its secret as a parameter", "secrets in logs: kit, severity",
           habits.secret_in_the_url, "secret_not_in_url"),
    writes("no_storefront", "does not say which storefront it means",
           "an international client written at home", habits.without_storefront, "header_present"),
    writes("old_path", "asks paths that were closed in 2025", "retired /sapigw paths: several",
           habits.by_the_old_path, "path_current"),
    writes("librarys_user_agent", "sends the library's own User-Agent", "library default: 7 of 26",
           habits.library_user_agent, "user_agent_form", advice=True),
    writes("user_agent_without_seller", "names itself and not the seller",
           "name without seller id: 7 of 26", habits.user_agent_without_seller, "user_agent_form",
           advice=True),
    writes("no_language", "does not say which language it wants",
           "an international client written at home", habits.without_language, "header_present",
           advice=True),
    writes("capital_booleans", "writes True and False", "capital-T booleans: several",
           with_capital_booleans, "boolean_spelling", advice=True),
    replace(
        queries("filters_by_v1_names", "filters by names that only V1 knows", "V1's words on V2",
                "names_documented", approved="true", archived="false"),
        advice=True,
    ),
    queries("pages_of_two_hundred", "asks for pages of 200", "page size above the maximum: 3 of 26",
            "at_most", size=200),
    queries("dates_in_seconds", "writes a date in seconds", "local time instead of epoch", "epoch_ms",
            startDate=1_700_000_000),
    queries("a_date_of_its_own", "asks by a date that the vendor does not know", "V1's words on V2",
            "one_of", startDate=1_700_000_000_000, dateQueryType="MODIFIED_DATE"),
    queries("a_status_of_its_own", "asks for a status as the panel spells it", "V1's words on V2",
            "one_of", status="ON_SALE"),
    queries("newest_at_the_top", "asks for an order that the vendor does not know", "V1's words on V2",
            "one_of", orderByDirection="DESCENDING"),
    queries("sixty_barcodes", "names sixty barcodes in one request", "a limit of 50 taken for 100",
            "items_at_most", barcodes=",".join(map(str, range(60)))),
    Broken(
        "first_page_only", PROFILE, "takes the first page for the whole catalogue",
        "only the first page read: 3 of 26", ("reads_every_page", *MISSING),
        reads(first_page_only), needs="more than 100 contents",
    ),
    Broken(
        "starts_at_page_one", PROFILE, "counts pages from 1 and never sees page 0",
        "starts at page 1: 2 of 26", ("starts_at_page_zero", *MISSING), reads(from_page_one),
    ),
    Broken(
        "page_zero_twice", PROFILE, "reads page 0 twice and the last page never",
        "reads page 0 twice: 2 of 26", ("reads_every_page", *MISSING),
        reads(page_zero_twice), needs="more than 100 contents",
    ),
    Broken(
        "stops_at_a_short_page", PROFILE, "takes a page that is not full for the last one",
        "stops at the first short page: 2 of 26", MISSING,
        reads(until_a_short_page), needs="a short page in the middle of a token walk",
    ),
    Broken(
        "stops_at_the_wall", PROFILE, "stops at 10,000 contents, and exits 0",
        "ignores nextPageToken at the 10,000 wall: 1 of 1 that reached it", ("token_beyond_window", *MISSING),
        reads(within_the_wall), needs="more than 10,000 contents",
    ),
    Broken(
        "one_page_beyond_the_wall", PROFILE, "follows the first token beyond 10,000 contents and no other",
        "ignores nextPageToken at the 10,000 wall", ("token_beyond_window",),
        reads(one_page_beyond_the_wall), needs="more than a page beyond 10,000 contents",
    ),
    Broken(
        "counts_pages_behind_tokens", PROFILE, "takes every page behind a token for a full one",
        "stops at the first short page: 2 of 26", ("token_beyond_window",),
        reads(by_counted_pages), needs="more than 10,000 contents in short pages",
    ),
    Broken(
        "numbers_beyond_the_wall", PROFILE, "goes on by number beyond 10,000 contents",
        "ignores nextPageToken at the 10,000 wall", ("page_window_within",),
        reads(by_number_without_end), needs="more than 10,000 contents",
    ),
    Broken(
        "token_with_another_filter", PROFILE, "goes on with a token and leaves its filter behind",
        "cursor reused with another filter", ("token_with_same_filter",),
        reads(newest_first), needs="more than 100 contents",
    ),
    Broken(
        "never_reads_again", PROFILE, "does not see that a content left while it turned the page",
        "something moves between two pages", MISSING,
        reads(within_the_wall), needs="a content removed between two pages",
    ),
    Broken(
        "keeps_half_a_run", PROFILE,
        "makes half a reading its copy when a page does not come, and exits 0",
        "429 on one page silently dropped: several; error taken for the end", MISSING,
        reads(as_far_as_it_went), needs="a page that is refused or fails for good",
    ),
    Broken(
        "skips_a_refused_page", PROFILE, "skips a page that was refused with 429, and exits 0",
        "429 on one page silently dropped, exit 0: several", ("refused_read_repeated",),
        replace(reads(pages_that_are_not_refused), patience=NO_PATIENCE), needs="a 429",
    ),
    Broken(
        "ignores_retry_after", PROFILE, "asks again at once, whatever Retry-After says",
        "ignores Retry-After: 2 of 26", ("backs_off_after",), with_retry_after(REFERENCE, lambda _: None),
        needs="two refusals in a row with Retry-After",
    ),
    Broken(
        "seconds_for_milliseconds", PROFILE, "takes the seconds of Retry-After for milliseconds",
        "ignores Retry-After: 2 of 26", ("backs_off_after",),
        with_retry_after(REFERENCE, lambda seconds: None if seconds is None else seconds / 1000),
        needs="two refusals in a row with Retry-After",
    ),
    Broken(
        "knows_no_dates", PROFILE, "does not read a Retry-After that is a date",
        "ignores Retry-After: 2 of 26", ("backs_off_after",), with_decode(REFERENCE, seconds_alone, HASTY),
        needs="two refusals in a row with a date in Retry-After", advice=True,
    ),
    Broken(
        "asks_without_pause", PROFILE, "asks a page that is refused again and again without any pause",
        "retries for ever: 2 of 26", ("backs_off_after", "repeats_at_most"),
        with_retry_after(
            REFERENCE, lambda _: 0.0, Patience(refusals=200, failures=200, first_s=0.0)
        ),
        needs="a few refusals in a row",
    ),
    foreign_client(NODE, "first-page-only", PROFILE, "takes the first page for the whole catalogue",
                   "only the first page read: 3 of 26", ("reads_every_page", *MISSING),
                   "more than 100 contents"),
    foreign_client(PHP, "keeps-what-is-gone", PROFILE, "never forgets a product that is no longer listed",
                   "a copy that only grows", ("held_as_true:ghost",), "a content removed between runs"),
    *broken_copies.BROKEN,
    *broken_v1.V1_CLIENTS,
)  # fmt: skip
