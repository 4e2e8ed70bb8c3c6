"""Judges of the stream of packages: refused answers, cursors, windows."""

from __future__ import annotations

from typing import Any

from contract_tests.tests.kit.support.recording import DAY_MS, NOON_MS, SELLER, Entry, asked, broken

STREAM = f"/integration/order/sellers/{SELLER}/orders/stream"
A_MINUTE_LATER = 1 / 1440


def ms_before_noon(day: float) -> int:
    return NOON_MS - int(day * DAY_MS)


def streamed(
    from_day: float,
    to_day: float,
    cursor: str = "",
    next_cursor: str = "",
    down_to: float | None = None,
    **more: Any,
) -> Entry:
    """An answer for a window given in days before noon; there is more where it gives a cursor.

    Its rows reach from the window's end ``down_to`` a day, where that is given.
    """
    dates = {
        "lastModifiedStartDate": ms_before_noon(from_day),
        "lastModifiedEndDate": ms_before_noon(to_day),
    }
    query = {**dates, "size": 200, **({"nextCursor": cursor} if cursor else {})}
    days = () if down_to is None else (to_day, down_to)
    rows = [{"shipmentPackageId": n, "lastModifiedDate": ms_before_noon(day)} for n, day in enumerate(days)]
    body = {"content": rows, "size": 54, "hasMore": bool(next_cursor), "nextCursor": next_cursor}
    return asked(STREAM, query, after_ms=5_000, body={} if "status" in more else body, **more)


def weeks(shift: float = 0.0, refused: int = -1) -> list[Entry]:
    """Streams of four weeks one after the other, one of them refused and, with that, the run given up."""
    status: list[dict[str, Any]] = [{"status": 429} if number == refused else {} for number in range(4)]
    entries = [streamed(28 - 7 * n + shift, 21 - 7 * n + shift, **status[n]) for n in range(4)]
    return entries[: refused + 1] if refused >= 0 else entries


def test_run_that_was_given_up_at_a_refused_stream_and_made_later_is_right() -> None:
    assert broken(*weeks(refused=1), *weeks(-A_MINUTE_LATER)) == set()


def test_stream_that_is_begun_again_instead_of_its_refused_cursor_is_right() -> None:
    begun = [streamed(14, 0, next_cursor="a"), streamed(14, 0, "a", status=503)]
    again = [streamed(14, 0, next_cursor="b"), streamed(14, 0, "b")]
    assert broken(*begun, *again, *weeks(14)) == set()


def test_refused_stream_that_is_never_read_again_is_found() -> None:
    assert "TY-PLT-008" in broken(streamed(35, 28, status=429), *weeks())


def test_refused_cursor_that_is_never_sent_again_is_found() -> None:
    begun = [streamed(35, 28, next_cursor="a"), streamed(35, 28, "a", status=429)]
    assert "TY-PLT-008" in broken(*begun, *weeks())


def test_empty_answer_that_has_more_is_followed() -> None:
    assert "TY-ORD-023" in broken(streamed(14, 0, next_cursor="a"), *weeks(14))
    assert broken(streamed(14, 0, next_cursor="a"), streamed(14, 0, "a"), *weeks(14)) == set()


def test_stream_that_later_runs_go_on_with_by_date_is_right() -> None:
    first = streamed(14, 0, next_cursor="a", down_to=5)
    second = streamed(14, 5, next_cursor="b", down_to=9)
    third = streamed(14 - A_MINUTE_LATER, 9, down_to=12)
    assert broken(first, second, third, *weeks(14)) == set()
    assert broken(first, streamed(14 - A_MINUTE_LATER, -A_MINUTE_LATER), *weeks(14)) == set()


def test_stream_whose_rest_no_other_reads_to_its_end_is_found() -> None:
    first = streamed(14, 0, next_cursor="a", down_to=5)
    assert "TY-ORD-023" in broken(first, streamed(14, 6, down_to=9), *weeks(14))
    assert "TY-ORD-023" in broken(first, streamed(14, 5, next_cursor="b", down_to=9), *weeks(14))
    again = streamed(14 - A_MINUTE_LATER, -A_MINUTE_LATER, next_cursor="c", down_to=5)
    assert "TY-ORD-023" in broken(first, again, *weeks(14))


def test_cursor_of_another_window_is_found() -> None:
    assert "TY-ORD-024" in broken(streamed(14, 7, next_cursor="a"), streamed(7, 0, "a"))
