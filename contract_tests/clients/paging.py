"""Pages become rows: once each, complete, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from contract_tests.clients.problems import Moved
from contract_tests.clients.protocol import Page, Row

ATTEMPTS = 3


def gather(pages: Iterable[Page], key: str) -> list[Row]:
    """Join pages into rows that are distinct by ``key``.

    Errors: Moved when the pages tell different totals, or the rows are not as many as they tell.
    """
    rows: dict[object, Row] = {}
    totals: set[int] = set()
    for page in pages:
        totals.add(page.total)
        rows.update((row[key], row) for row in page.rows)
        if len(totals) > 1:
            raise Moved(f"the total went from one page to the next through {sorted(totals)}")
    if totals != {len(rows)}:
        raise Moved(f"{len(rows)} rows came, {sorted(totals)} were announced")
    return list(rows.values())


def check_unmoved(ask: Callable[[int], Page], numbers: Iterable[int], pages: list[Page], key: str) -> None:
    """Look again at every numbered page but the last, to see that its rows still are the ones it had.

    A row that left an earlier page draws the first of the next one forward, past a reader who has just turned
    the page; when another row came meanwhile, no total tells of it.

    Errors: Moved when a page has other rows now.
    """
    for number, page in zip(numbers, pages[:-1], strict=False):
        if [row[key] for row in ask(number).rows] != [row[key] for row in page.rows]:
            raise Moved(f"page {number} has other rows than a moment ago")


def numbered_pages(ask: Callable[[int], Page], size: int, key: str) -> list[Row]:
    """Read pages from 0 to the last, then look again at those that were read; their rows, once each.

    Errors: Moved when a row came, left or changed its page meanwhile.
    """
    pages = [ask(0)]
    while len(pages) * size < pages[0].total:
        pages.append(ask(len(pages)))
    rows = gather(pages, key)
    check_unmoved(ask, range(len(pages)), pages, key)
    return rows


def read_at_rest(read: Callable[[], list[Row]]) -> list[Row]:
    """Read again from the start when the data moved meanwhile.

    Errors: Moved when it never came to rest.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return read()
        except Moved:
            continue
    return read()
