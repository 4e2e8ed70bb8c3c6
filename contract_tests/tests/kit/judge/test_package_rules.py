"""Judges of the order list and its stream, and what a copy of packages may leave out."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.records.recording import Sync, Truth
from contract_tests.tests.kit.support import played
from contract_tests.tests.kit.support.played import held_by
from contract_tests.tests.kit.support.recording import DAY_MS, NOON_MS, SELLER, Entry, asked, broken

ORDERS = f"/integration/order/sellers/{SELLER}/v2/orders"
STREAM = f"/integration/order/sellers/{SELLER}/orders/stream"
MOST = 10_000
TWO_WEEKS = (14.0, 0.0)

Row = dict[str, Any]


def packages(number: int, rows: int, window: tuple[float, float] = TWO_WEEKS, **more: Any) -> Entry:
    """A page of the list, in a window given in days before noon."""
    dates = {"startDate": NOON_MS - int(window[0] * DAY_MS), "endDate": NOON_MS - int(window[1] * DAY_MS)}
    size = more.pop("size", 200)
    query = {**dates, "page": number, "size": size, **more.pop("query", {})}
    body = {
        "totalElements": rows,
        "totalPages": -(-rows // size),
        "page": number,
        "size": size,
        "content": [],
    }
    return asked(ORDERS, query, body=body if more.get("status", 200) == 200 else {}, **more)


def pages(rows: int, until: int | None = None, window: tuple[float, float] = TWO_WEEKS) -> list[Entry]:
    """The numbered pages of a window, all of them or those before ``until``."""
    return [packages(number, rows, window) for number in range(until or -(-rows // 200))]


def streamed(cursor: str = "", next_cursor: str = "", **more: Any) -> Entry:
    """An answer of the stream; there is more where it gives a cursor."""
    dates = {"lastModifiedStartDate": NOON_MS - 14 * DAY_MS, "lastModifiedEndDate": NOON_MS}
    query = {**dates, "size": 200, **({"nextCursor": cursor} if cursor else {})}
    body = {
        "content": more.pop("content", []),
        "hasMore": bool(next_cursor),
        "nextCursor": next_cursor or None,
    }
    more.setdefault("body", body)
    return asked(STREAM, query, after_ms=5_000, **more)


def test_whole_list_is_right() -> None:
    assert broken(*pages(450)) == set()


def test_last_page_within_ten_thousand_is_right() -> None:
    assert "TY-ORD-005" not in broken(packages(49, MOST))


def test_page_whose_rows_pass_ten_thousand_is_found() -> None:
    assert "TY-ORD-005" in broken(packages(50, MOST + 1))


def test_page_times_size_may_reach_the_limit_where_the_page_itself_does_not_count() -> None:
    catalogue = f"/integration/product/sellers/{SELLER}/products/approved"
    assert "TY-CAT-004" not in broken(asked(catalogue, {"page": 100, "size": 100}))


def test_stopping_where_pages_end_is_found() -> None:
    assert "TY-ORD-006" in broken(*pages(MOST + 200, until=50))


def test_first_page_of_a_window_beyond_pages_is_found() -> None:
    assert "TY-ORD-006" in broken(packages(0, MOST + 200))


def test_halving_a_window_beyond_pages_is_right() -> None:
    halves = [*pages(150, window=(14.0, 7.0)), *pages(150, window=(7.0, 0.0))]
    assert broken(packages(0, MOST + 200), *halves) == set()


def test_reading_what_pages_do_not_reach_by_stream_is_right() -> None:
    assert "TY-ORD-006" not in broken(packages(0, MOST + 200), streamed())


def test_leaving_a_window_beyond_pages_undone_after_a_refusal_is_right() -> None:
    assert "TY-ORD-006" not in broken(packages(0, MOST + 200), packages(1, 0, status=503))


def test_window_that_pages_reach_needs_no_smaller_ones() -> None:
    assert "TY-ORD-006" not in broken(*pages(MOST))


def test_stream_read_while_there_is_more_is_right() -> None:
    assert broken(streamed(next_cursor="a"), streamed("a", "b"), streamed("b")) == set()


def test_stopping_at_an_answer_without_packages_is_found() -> None:
    assert broken(streamed(next_cursor="a", content=[{}]), streamed("a", "b")) == {"TY-ORD-023"}


def test_first_answer_of_a_stream_alone_is_found() -> None:
    assert broken(streamed(next_cursor="a")) == {"TY-ORD-023"}


def test_cursor_that_was_refused_was_followed() -> None:
    assert "TY-ORD-023" not in broken(streamed(next_cursor="a"), streamed("a", status=400, body={}))


def test_stream_left_undone_after_a_refusal_is_right() -> None:
    gives_up = streamed("a", status=503, body={})
    assert "TY-ORD-023" not in broken(streamed(next_cursor="a"), streamed(next_cursor="c"), gives_up)


def test_list_by_its_old_path_after_its_closing_is_found() -> None:
    closed = asked(ORDERS.replace("/v2", ""), status=426, body={})
    assert "TY-PLT-021" in broken(closed)


def test_list_by_its_old_path_is_right_as_long_as_it_answers() -> None:
    assert "TY-PLT-021" not in broken(asked(ORDERS.replace("/v2", ""), body={"content": []}))


def package(key: int = 7, **facts: Any) -> Row:
    usual = {"orderNumber": "100", "status": "Created", "lastModifiedDate": NOON_MS - DAY_MS}
    return {"shipmentPackageId": key, **usual, "orderedAt": "2026-11-20T09:00:00.000Z", **facts}


def shown(rows: list[Row], truth: Truth) -> Sync:
    return played.sync(0, truths={"orders": truth}, exports={"orders": rows})


def sorts(*syncs: Sync) -> set[str]:
    found = played.findings("orders-poll", *syncs, may_fail=True)
    return {finding.difference for finding in found if finding.rule.id == "TY-ORD-902"}


@pytest.mark.parametrize("status", ["UnPacked", "Cancelled", "UnSupplied"])
def test_package_that_is_over_may_be_left_out_of_a_copy(status: str) -> None:
    over = package(8, status=status)
    assert sorts(shown([package()], held_by([package(), over]))) == set()
    assert sorts(shown([package(), over], held_by([package(), over]))) == set()


def test_package_that_is_over_may_not_be_held_as_live() -> None:
    over = package(8, status="UnPacked")
    assert sorts(shown([package(), package(8)], held_by([package(), over]))) == {"wrong"}


def test_live_package_may_not_be_left_out() -> None:
    assert sorts(shown([package()], held_by([package(), package(8, status="Picking")]))) == {"missing"}


@pytest.mark.parametrize(
    "instant",
    ["2026-11-20T09:00:00Z", "2026-11-20T12:00:00+03:00", "2026-11-20T09:00:00.000+00:00"],
)
def test_moment_in_another_form_is_right(instant: str) -> None:
    assert sorts(shown([package(orderedAt=instant)], held_by([package()]))) == set()


@pytest.mark.parametrize(
    "instant", ["2026-11-20T12:00:00Z", "2026-11-20T09:00:00", "2026-11-20T09:00:00.001Z", "noon", 1]
)
def test_other_moment_and_moment_without_a_zone_are_found(instant: object) -> None:
    assert sorts(shown([package(orderedAt=instant)], held_by([package()]))) == {"wrong"}
