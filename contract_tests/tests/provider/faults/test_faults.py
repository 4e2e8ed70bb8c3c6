"""Faults strike the requests they name, and no others."""

from __future__ import annotations

import pytest

from emulator.stage.fault import ANY_OPERATION, Fault
from emulator.stage.faults import Faults

NOW_MS = 1_795_305_600_000


def strikes(faults: Faults, *operations: str) -> list[bool]:
    return [faults.match(operation, NOW_MS) is not None for operation in operations]


def test_fault_strikes_only_the_nth_matching_request() -> None:
    faults = Faults()
    faults.add(Fault(operation="getSettlements", at=3, status=500))
    assert strikes(faults, *["getSettlements"] * 5) == [False, False, True, False, False]


def test_fault_strikes_as_many_requests_in_a_row_as_asked() -> None:
    faults = Faults()
    faults.add(Fault(operation="getSettlements", at=2, times=2, status=500))
    assert strikes(faults, *["getSettlements"] * 4) == [False, True, True, False]


def test_fault_does_not_count_other_operations() -> None:
    faults = Faults()
    faults.add(Fault(operation="getSettlements", at=2, status=500))
    assert strikes(faults, "getSettlements", "getOtherFinancials", "getSettlements") == [False, False, True]


def test_fault_of_any_operation_counts_every_request() -> None:
    faults = Faults()
    faults.add(Fault(operation=ANY_OPERATION, at=2, status=500))
    assert strikes(faults, "getSettlements", "getOtherFinancials") == [False, True]


def test_faults_count_from_the_moment_they_were_added() -> None:
    faults = Faults()
    faults.match("getSettlements", NOW_MS)
    faults.add(Fault(operation="getSettlements", at=1, status=500))
    assert strikes(faults, "getSettlements") == [True]


def test_fault_from_a_moment_counts_only_from_then_on() -> None:
    faults = Faults()
    faults.add(Fault(at=2, from_ms=NOW_MS, status=500))
    values = [faults.match("getSettlements", NOW_MS + ms) is not None for ms in (-2, -1, 0, 1, 2)]
    assert values == [False, False, False, True, False]


def test_older_fault_strikes_when_two_are_due() -> None:
    faults = Faults()
    first = faults.add(Fault(status=503))
    faults.add(Fault(status=500))
    assert faults.match("getSettlements", NOW_MS) == first


def test_fault_that_did_not_strike_has_counted_the_request_all_the_same() -> None:
    faults = Faults()
    faults.add(Fault(status=503))
    faults.add(Fault(status=500, at=2))
    assert [fault.status for fault in (faults.match("a", NOW_MS), faults.match("a", NOW_MS)) if fault] == [
        503,
        500,
    ]


def test_removed_fault_strikes_no_more() -> None:
    faults = Faults()
    planned = faults.add(Fault(times=10, status=503))
    assert faults.remove(planned.id)
    assert faults.match("getSettlements", NOW_MS) is None


@pytest.mark.parametrize("fault_id", [0, 7])
def test_removing_an_unknown_fault_says_so(fault_id: int) -> None:
    assert not Faults().remove(fault_id)


def test_clear_says_how_many_there_were() -> None:
    faults = Faults()
    faults.add(Fault(status=500))
    faults.add(Fault(status=500))
    assert (faults.clear(), faults.clear()) == (2, 0)


def test_ids_are_not_used_again_after_clear() -> None:
    faults = Faults()
    faults.add(Fault(status=500))
    faults.clear()
    assert faults.add(Fault(status=500)).id == 2


def test_planned_tells_what_each_fault_has_seen() -> None:
    faults = Faults()
    faults.add(Fault(operation="getSettlements", status=500))
    faults.add(Fault(operation="getOtherFinancials", status=500))
    strikes(faults, "getSettlements", "getSettlements")
    assert [seen for _, seen in faults.with_counts()] == [2, 0]
