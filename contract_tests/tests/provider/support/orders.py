"""What the tests of orders share: paths, and reading the list and the stream to their ends."""

from __future__ import annotations

from typing import Any

from contract_tests.tests.provider.conftest import NOW_MS, TR, Ask

DAY_MS = 86_400_000
TWO_WEEKS_MS = 14 * DAY_MS
AREA = "/integration/order/sellers"
LIST, V1, STREAM = (f"{AREA}/2738/{path}" for path in ("v2/orders", "orders", "orders/stream"))
INT_LIST, INT_STREAM = f"{AREA}/2748/v2/orders", f"{AREA}/2748/orders/stream"
Row = dict[str, Any]


def window_of(days_ago: int) -> dict[str, Any]:
    """Two weeks of which the last moment lies so many days before the world's beginning."""
    end_ms = NOW_MS - days_ago * DAY_MS
    return {"startDate": end_ms - TWO_WEEKS_MS, "endDate": end_ms}


def packages(ask: Ask, path: str = LIST, headers: dict[str, str] | None = TR, **query: Any) -> list[Row]:
    """Read every page of the list."""
    rows: list[Row] = []
    number = 0
    while True:
        page = ask(path, headers, page=number, **query).json
        rows += page["content"]
        number += 1
        if number >= page["totalPages"]:
            return rows


def stream(ask: Ask, path: str = STREAM, headers: dict[str, str] | None = TR, **query: Any) -> list[Row]:
    """Read a stream to its end."""
    answer = ask(path, headers, **query).json
    rows: list[Row] = list(answer["content"])
    while answer["hasMore"]:
        answer = ask(path, headers, nextCursor=answer["nextCursor"], **query).json
        rows += answer["content"]
    return rows


def ids(rows: list[Row]) -> list[int]:
    """The numbers of packages."""
    return [row["shipmentPackageId"] for row in rows]
