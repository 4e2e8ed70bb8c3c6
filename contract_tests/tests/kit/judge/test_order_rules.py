"""Judges of the order list: windows, pages that windows go on from, the wall."""

from __future__ import annotations

from typing import Any

from contract_tests.tests.kit.support.recording import DAY_MS, NOON_MS, SELLER, Entry, asked, broken

LIST = f"/integration/order/sellers/{SELLER}/v2/orders"
FIRST_MS = NOON_MS - 14 * DAY_MS
# Where a window ends that begins in the middle of another one.
LATER_MS = NOON_MS + 9


def page(from_ms: int, moments: list[int], total: int, number: int = 0, to_ms: int = NOON_MS) -> Entry:
    """One page of packages that changed last at these moments, of so many that match."""
    rows = [
        {"shipmentPackageId": moment, "lastModifiedDate": moment, "status": "Created"} for moment in moments
    ]
    query: dict[str, Any] = {"startDate": from_ms, "endDate": to_ms, "page": number, "size": 2}
    body = {"totalElements": total, "totalPages": -(-total // 2), "page": number, "size": 2, "content": rows}
    return asked(LIST, query, body=body)


def test_window_that_goes_on_where_a_page_ended_is_right() -> None:
    first = page(FIRST_MS, [FIRST_MS + 1, FIRST_MS + 9], 3)
    assert broken(first, page(FIRST_MS + 9, [FIRST_MS + 9, FIRST_MS + 20], 2, to_ms=LATER_MS)) == set()


def test_window_that_goes_on_behind_the_last_row_is_found() -> None:
    first = page(FIRST_MS, [FIRST_MS + 1, FIRST_MS + 9], 3)
    assert "TY-ORD-004" in broken(first, page(FIRST_MS + 11, [FIRST_MS + 20], 1, to_ms=LATER_MS))


def test_window_that_goes_on_back_from_the_last_row_is_right() -> None:
    first = page(FIRST_MS, [NOON_MS - 1, NOON_MS - 9], 3)
    assert broken(first, page(FIRST_MS, [NOON_MS - 9, NOON_MS - 20], 2, to_ms=NOON_MS - 9)) == set()


def test_list_that_a_later_run_reads_from_a_later_moment_is_right() -> None:
    first = page(FIRST_MS, [NOON_MS - 1, NOON_MS - DAY_MS], 3)
    whole = [NOON_MS + 1, NOON_MS - 1]
    assert broken(first, page(FIRST_MS + 60_000, whole, 2, to_ms=NOON_MS + 60_000)) == set()
    assert "TY-ORD-004" in broken(first, page(FIRST_MS + 2 * DAY_MS, whole, 2, to_ms=NOON_MS + 60_000))


def test_only_the_first_page_is_found() -> None:
    assert "TY-ORD-004" in broken(page(FIRST_MS, [FIRST_MS + 1, FIRST_MS + 9], 3))
