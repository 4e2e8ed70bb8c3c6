"""Clients that look odd and are right: the reference, with one habit that nobody may blame it for.

`python -m contract_tests.clients.odd NAME PROFILE VERB [KIND]`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import requests

from contract_tests.clients.client import REFERENCE, Client, main
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.paging import gather, read_at_rest
from contract_tests.clients.patience import Clock, Patience
from contract_tests.clients.problems import Passing
from contract_tests.clients.protocol import CODEC, Page, Row, read_document
from contract_tests.profiles.catalog_pull import reference
from contract_tests.profiles.catalog_pull.reference import (
    NUMBERED,
    SIZE,
    numbered_pages,
    page_behind,
    request_page,
)
from contract_tests.profiles.finance import reference as finance
from contract_tests.profiles.finance.reference import DAY_MS, WINDOW_MS, Question, Window, window_pages
from contract_tests.profiles.pazarsync.access import KIND, SPARE_S, Access, new_token
from contract_tests.profiles.pazarsync.reference import MANNERS

WORKERS = 3


@dataclass(frozen=True, slots=True)
class Odd:
    """One client that is right. Shapes: ``gives_up`` where it exits 1 at the first trouble, and says so."""

    name: str
    profile: str
    says: str
    client: Client
    edition: str = "int"
    gives_up: bool = False

    @property
    def command(self) -> tuple[str, ...]:
        """The command of a driver; the verb follows it."""
        return (sys.executable, "-m", "contract_tests.clients.odd", self.name, self.profile)


def read(pages: Callable[[Marketplace], Iterator[Page]]) -> Client:
    """The reference, except for how it comes from page to page."""
    return replace(REFERENCE, contents=lambda api: read_at_rest(lambda: gather(pages(api), "contentId")))


def by_number(api: Marketplace) -> Iterator[Page]:
    """By number as far as numbers reach, then by token."""
    page = None
    for page in numbered_pages(api):
        yield page
    while page and page.total > NUMBERED and page.token:
        page = page_behind(api, page.token)
        yield page


def past_the_end(api: Marketplace) -> Iterator[Page]:
    """By number until a page is empty."""
    for number in range(NUMBERED // SIZE):
        page = request_page(api, page=number)
        yield page
        if not page.rows:
            return


def page_zero_at_the_end(api: Marketplace) -> Iterator[Page]:
    """Every page, and page 0 once more."""
    yield from reference.all_pages(api)
    yield request_page(api, page=0)


def many_at_once(api: Marketplace) -> Iterator[Page]:
    """Page 0, then the others by several workers, the last first."""
    first = request_page(api, page=0)
    numbers = range(-(-min(first.total, NUMBERED) // SIZE) - 1, 0, -1)
    with ThreadPoolExecutor(WORKERS) as pool:
        yield from (first, *pool.map(lambda number: request_page(api, page=number), numbers))


def everything_twice(api: Marketplace) -> list[Row]:
    """Read all of it, and all of it again."""
    reference.read_contents(api)
    return reference.read_contents(api)


def overlapping(from_ms: int, to_ms: int) -> Iterator[Window]:
    """Windows of 15 days every ten days."""
    for start in range(from_ms, to_ms, 10 * DAY_MS):
        yield Window(start, min(start + WINDOW_MS, to_ms))


def edge_to_edge(from_ms: int, to_ms: int) -> Iterator[Window]:
    """Windows that do not share their edges and leave nothing out between them."""
    while from_ms <= to_ms:
        yield Window(from_ms, min(from_ms + WINDOW_MS - 1, to_ms))
        from_ms += WINDOW_MS


def of_a_week(from_ms: int, to_ms: int) -> Iterator[Window]:
    """Windows of seven days."""
    for start in range(from_ms, to_ms, 7 * DAY_MS):
        yield Window(start, min(start + 7 * DAY_MS, to_ms))


def newest_window_first(from_ms: int, to_ms: int) -> Iterator[Window]:
    """The usual windows, the newest first."""
    return reversed([*finance.windows(from_ms, to_ms)])


def every_window_twice(api: Marketplace, question: Question) -> list[Row]:
    """Read a window, and read it again."""
    read_at_rest(lambda: gather(window_pages(api, question), "id"))
    return finance.read_window(api, question)


def twice_as_long(answer: requests.Response, clock: Clock) -> object:
    """Wait twice as long as told."""
    try:
        return read_document(answer, clock)
    except Passing as trouble:
        trouble.retry_after_s = 2 * (trouble.retry_after_s or 1.0)
        raise


def early_token(access: Access) -> str:
    """A token is renewed in the middle of its hour."""
    for row in access.copy.rows(KIND):
        if row["until"] > access.now_s() + SPARE_S + 1800:
            return str(row["token"])
    return new_token(access)


IMPATIENT = replace(REFERENCE, patience=Patience(refusals=0, failures=0))
SLOW = replace(REFERENCE, protocol=replace(CODEC, decode=twice_as_long))

ODD = (
    Odd("reads_by_number", "catalog-pull", "reads by number as far as numbers reach", read(by_number)),
    Odd("reads_past_the_end", "catalog-pull", "asks once more behind the last page", read(past_the_end)),
    Odd("page_zero_again", "catalog-pull", "asks page 0 again at the end", read(page_zero_at_the_end)),
    Odd("many_pages_at_once", "catalog-pull", "reads pages at once and out of order", read(many_at_once)),
    Odd("everything_twice", "catalog-pull", "reads everything twice",
        replace(REFERENCE, contents=everything_twice)),
    Odd("waits_twice_as_long", "catalog-pull", "waits longer than told", SLOW),
    Odd("gives_up", "catalog-pull", "gives the run up at the first refusal", IMPATIENT, gives_up=True),
    Odd("overlapping_windows", "finance", "reads windows that overlap",
        replace(REFERENCE, windows=overlapping)),
    Odd("windows_edge_to_edge", "finance", "reads windows that do not share their edges",
        replace(REFERENCE, windows=edge_to_edge)),
    Odd("windows_of_a_week", "finance", "reads smaller windows", replace(REFERENCE, windows=of_a_week)),
    Odd("newest_window_first", "finance", "reads the newest window first",
        replace(REFERENCE, windows=newest_window_first)),
    Odd("every_window_twice", "finance", "reads every window twice",
        replace(REFERENCE, read_window=every_window_twice)),
    Odd("gives_a_statement_up", "finance", "gives the run up at the first refusal", IMPATIENT, gives_up=True),
    Odd("gives_an_order_up", "b2b-purchase", "gives an order up at the first refusal, for a later run",
        IMPATIENT, edition="tr", gives_up=True),
    Odd("orders_slowly", "b2b-purchase", "waits longer than told", SLOW, edition="tr"),
    Odd("renews_its_token_early", "pazarsync", "asks for a new token in the middle of the hour",
        replace(REFERENCE, manners=replace(MANNERS, token=early_token)), edition="tr"),
    Odd("waits_at_pazarsync", "pazarsync", "waits longer than told", SLOW, edition="tr"),
)  # fmt: skip

if __name__ == "__main__":
    clients = {one.name: one.client for one in ODD}
    name, *words = sys.argv[1:] or [""]
    if name not in clients:
        sys.exit(f"usage: NAME PROFILE VERB [KIND], with NAME one of {', '.join(clients)}")
    sys.exit(main(words, clients[name]))
