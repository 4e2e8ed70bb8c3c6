"""Judges of windows in time."""

from contract_tests.tests.kit.support.recording import DAY_MS, broken, settlements

MS = 1 / DAY_MS


def test_window_of_sixteen_days_is_found() -> None:
    assert broken(settlements(16, 0, status=400)) == {"TY-FIN-001"}
    assert broken(settlements(15 + MS, 0, status=400)) == {"TY-FIN-001"}


def test_window_of_exactly_fifteen_days_is_right() -> None:
    assert broken(settlements(15, 0)) == set()


def test_gap_between_windows_is_found() -> None:
    assert broken(settlements(30, 15), settlements(15 - 1000 * MS, 0)) == {"TY-FIN-007"}


def test_windows_that_share_an_edge_or_join_by_a_millisecond_are_right() -> None:
    assert broken(settlements(30, 15), settlements(15, 0)) == set()
    assert broken(settlements(30, 15), settlements(15 - MS, 0)) == set()


def test_overlapping_windows_and_reading_the_whole_span_again_are_right() -> None:
    once = [settlements(30, 15), settlements(16, 1), settlements(2, 0)]
    assert broken(*once, *once) == set()


def test_windows_read_out_of_order_are_right() -> None:
    assert broken(settlements(15, 0), settlements(45, 30), settlements(30, 15)) == set()


def test_windows_of_another_type_fill_no_gap() -> None:
    other = settlements(16, 14, query={"transactionType": "Return"})
    assert broken(settlements(30, 15), other, settlements(14.5, 0)) == {"TY-FIN-007"}


def test_spans_far_apart_are_no_neighbours() -> None:
    assert broken(settlements(60, 50), settlements(10, 0)) == set()
