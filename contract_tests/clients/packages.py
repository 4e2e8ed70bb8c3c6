"""Packages as a client keeps and exports them, by whichever service they were read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.protocol import Row

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
WINDOW_MS = 14 * DAY_MS
SPAN_MS = 29 * DAY_MS
KEY = "shipmentPackageId"


def save_packages(copy: LocalCopy, rows: list[Row]) -> None:
    """Take the newer form of each package; one that was read before changes by its number."""
    copy.merge("packages", KEY, rows)


def order_row(package: Row) -> Row:
    """One package as it is exported.

    Source: orderDate lies three hours ahead of the moment of the order, C; every other date is exact.
    """
    return {
        "shipmentPackageId": package[KEY],
        "orderNumber": package["orderNumber"],
        "status": package["status"],
        "lastModifiedDate": package["lastModifiedDate"],
        "orderedAt": instant(package["orderDate"] - 3 * HOUR_MS),
        "totalPrice": package["packageTotalPrice"],
        "quantity": sum(line["quantity"] for line in package["lines"]),
        "currency": package["currencyCode"],
    }


def instant(at_ms: int) -> str:
    """A moment in ISO 8601, UTC."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds")


def order_rows(copy: LocalCopy, row_of: Callable[[Row], Row] = order_row) -> Iterator[Row]:
    """The packages whose last change lies in the days that the last run looked back on."""
    (span,) = copy.rows("span") or [{"from_ms": 0}]
    for package in copy.rows("packages"):
        if package["lastModifiedDate"] >= span["from_ms"]:
            yield row_of(package)
