"""What the tests of finance share: paths, windows, and reading a list to its end."""

from __future__ import annotations

from typing import Any

from contract_tests.tests.provider.conftest import NOW_MS, Ask

DAY_MS = 86_400_000
WINDOW_MS = 15 * DAY_MS
AREA = "/integration/finance/che/sellers"
WINDOW: dict[str, Any] = {"startDate": NOW_MS - WINDOW_MS, "endDate": NOW_MS}
SALES: dict[str, Any] = {"transactionType": "Sale", **WINDOW}


def page_of(ask: Ask, path: str, headers: dict[str, str] | None = None, **query: Any) -> Any:
    """Read one page."""
    return ask(path, headers, **query).json


def rows(ask: Ask, path: str, headers: dict[str, str] | None = None, **query: Any) -> list[dict[str, Any]]:
    """Read every page of a list."""
    found: list[dict[str, Any]] = []
    number = 0
    while True:
        page = page_of(ask, path, headers, page=number, **query)
        found += page["content"]
        number += 1
        if number >= page["totalPages"]:
            return found


def windows(days: int) -> list[dict[str, Any]]:
    """Cover the last days with windows of exactly 15 days that share their edges."""
    starts = range(NOW_MS - days * DAY_MS, NOW_MS, WINDOW_MS)
    return [{"startDate": start, "endDate": start + WINDOW_MS} for start in starts]
