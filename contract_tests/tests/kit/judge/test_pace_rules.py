"""Judges of pace, waiting and repeating."""

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from contract_tests.tests.kit.support.recording import (
    NOON_MS,
    Entry,
    broken,
    contents,
    findings,
    settlements,
)

BASE = "/integration/product/sellers/2748/product/8690000000001"
WAIT = {"Retry-After": "2"}


def refused(number: int, rows: int = 250, status: int = 429, **more: object) -> Entry:
    return contents(number, rows, status=status, body={}, **more)  # type: ignore[arg-type]  # the keywords are the builder's own


def test_burst_is_found() -> None:
    assert broken(*(contents(0, 1, after_ms=10) for _ in range(51))) == {"TY-PLT-012"}


def test_fifty_in_ten_seconds_are_right() -> None:
    assert broken(*(contents(0, 1, after_ms=10) for _ in range(50))) == set()
    assert broken(*(contents(0, 1, after_ms=205) for _ in range(120))) == set()


def test_operations_have_limits_of_their_own() -> None:
    values = [
        one for _ in range(40) for one in (contents(0, 1, after_ms=10), settlements(15, 0, after_ms=10))
    ]
    assert broken(*values) == set()


def test_asking_again_and_again_while_told_to_wait_is_found() -> None:
    hasty = [refused(1, told=WAIT), refused(1, told=WAIT, after_ms=50), contents(1, 250, after_ms=50)]
    assert broken(contents(0, 250), *hasty, contents(2, 250)) == {"TY-PLT-007"}


def test_one_request_while_told_to_wait_is_let_pass() -> None:
    assert broken(contents(0, 150), refused(1, told=WAIT), contents(1, 150, after_ms=50)) == set()


def test_waiting_as_told_or_longer_is_right() -> None:
    for pause in (2_010, 9_000):
        patient = [
            refused(1, told=WAIT),
            refused(1, told=WAIT, after_ms=pause),
            contents(1, 150, after_ms=pause),
        ]
        assert broken(contents(0, 150), *patient) == set()


def test_own_back_off_without_retry_after_is_right() -> None:
    growing = [refused(1), refused(1, after_ms=220), refused(1, after_ms=420), contents(1, 150, after_ms=820)]
    assert broken(contents(0, 150), *growing) == set()


def test_no_pause_at_all_without_retry_after_is_advice() -> None:
    storm = [refused(1, after_ms=20) for _ in range(5)]
    (finding,) = findings(contents(0, 150), *storm, contents(1, 150, after_ms=20))
    assert (finding.rule.id, finding.rule.level) == ("TY-PLT-018", "SHOULD")


@pytest.mark.parametrize(("pause_ms", "rules"), [(50, {"TY-PLT-018"}), (4_000, set())])
def test_date_in_retry_after_that_is_not_waited_for_is_advice(pause_ms: int, rules: set[str]) -> None:
    date = {"Retry-After": format_datetime(datetime.fromtimestamp(NOON_MS / 1000 + 6, UTC), usegmt=True)}
    again = [refused(1, told=date, after_ms=pause_ms) for _ in range(2)]
    walk = (contents(0, 150), refused(1, told=date), *again, contents(1, 150, after_ms=pause_ms))
    assert broken(*walk) == rules


def test_other_workers_that_learn_of_the_refusal_each_for_itself_are_right() -> None:
    first = [refused(number, 850, told=WAIT, after_ms=3, took_ms=20) for number in range(1, 9)]
    again = [contents(number, 850, after_ms=2_100 if number == 1 else 3) for number in range(1, 9)]
    assert broken(contents(0, 850), *first, *again) == set()


def test_going_on_with_other_pages_while_told_to_wait_is_found() -> None:
    storm = [refused(number, 4_000, told=WAIT, after_ms=40) for number in range(1, 40)]
    assert "TY-PLT-007" in broken(contents(0, 4_000), *storm)


def test_wrong_request_repeated_is_advice() -> None:
    assert broken(*(contents(0, 1, status=404, body={}) for _ in range(4))) == {"TY-PLT-009"}


@pytest.mark.parametrize("status", [401, 404])
def test_one_repeat_after_a_lasting_refusal_is_right(status: int) -> None:
    assert broken(*(contents(0, 1, status=status, body={}) for _ in range(2))) == set()


def test_retrying_for_ever_is_advice() -> None:
    assert broken(*(refused(0, status=503) for _ in range(40))) == {"TY-PLT-011"}


@pytest.mark.parametrize("status", [429, 500, 503])
def test_dropped_page_is_found(status: int) -> None:
    went_on = [contents(number, 650) for number in (2, 3, 4, 5, 6)]
    assert broken(contents(0, 650), refused(1, 650, status), *went_on) == {"TY-PLT-008"}


def test_dropped_window_is_found() -> None:
    went_on = [settlements(60 - 15 * step, 45 - 15 * step) for step in range(4)]
    assert broken(settlements(75, 60, status=429), *went_on) == {"TY-PLT-008"}


def test_dropped_page_read_later_is_right() -> None:
    went_on = [contents(number, 650) for number in (2, 3, 4, 5, 6)]
    assert broken(contents(0, 650), refused(1, 650), *went_on, contents(1, 650)) == set()


def test_dropped_window_read_by_halves_or_by_a_wider_one_is_right() -> None:
    went_on = [settlements(45 - 15 * step, 30 - 15 * step) for step in range(3)]
    halves = [settlements(60, 52), settlements(52, 45)]
    assert broken(settlements(60, 45, status=503), *went_on, *halves) == set()
    assert broken(settlements(59, 46, status=503), *went_on, settlements(60, 45)) == set()


def test_dropped_window_read_by_the_next_run_a_little_later_is_right() -> None:
    first = [settlements(30, 15, status=503), settlements(15, 0)]
    later = [settlements(30 - 0.01 - 15 * step, 15 - 0.01 - 15 * step) for step in range(2)]
    assert broken(*first, *later, *later) == set()


def test_giving_the_run_up_is_right() -> None:
    assert broken(contents(0, 650), contents(1, 650), refused(2, 650)) == set()


def test_giving_the_run_up_with_other_workers_still_busy_is_right() -> None:
    busy = [contents(number, 650, after_ms=2, took_ms=30) for number in (3, 4, 5)]
    assert broken(contents(0, 650), contents(1, 650), refused(2, 650, took_ms=20), *busy) == set()
