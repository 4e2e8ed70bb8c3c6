"""What is told of trouble: fault_events, the journal, the faults themselves."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.records.har import history_of
from contract_tests.stages.rulebook import installed_rulebook
from contract_tests.tests.provider.conftest import NOW_MS, Ask, Opener
from contract_tests.tests.provider.support.control import PRODUCTS, SALES, SETTLEMENTS, refusal
from contract_tests.tests.provider.support.fault_requests import fault_events, plan


def test_one_fault_may_do_several_things_and_each_is_told(ask: Ask) -> None:
    ask.control("POST", "/clock/freeze", {"at_ms": NOW_MS})
    plan(
        ask, delay_ms=1, advance_ms=5, expire_tokens=True, error="token-invalid", cut="truncated", release="x"
    )
    with pytest.raises(ConnectionResetError):
        _ = ask(PRODUCTS).data
    events = fault_events(ask)
    assert [entry["effect"] for entry in events] == [
        "delayed 1 ms", "clock moved on 5 ms", "tokens expired", "answered 400", "answer cut short",
        "released x: 0",
    ]  # fmt: skip
    assert {(entry["request"], entry["fault"]) for entry in events} == {(1, 1)}
    assert [entry["at_ms"] - NOW_MS for entry in events] == [0, 5, 5, 5, 5, 5]


def test_happenings_are_listed_above_an_id_and_go_with_a_reset(ask: Ask) -> None:
    plan(ask, times=3, status=503)
    for _ in range(3):
        ask(PRODUCTS)
    assert [entry["id"] for entry in fault_events(ask, since=1)] == [2, 3]
    ask.control("POST", "/reset")
    assert fault_events(ask) == []
    plan(ask, status=503)
    ask(PRODUCTS)
    assert [entry["id"] for entry in fault_events(ask)] == [4]


def test_hand_that_releases_is_told_without_a_request(ask: Ask) -> None:
    ask.control("POST", "/holds/nobody/release")
    (told,) = fault_events(ask)
    assert (told["effect"], told["request"], told["fault"]) == ("released nobody: 0", None, None)


def test_journal_names_the_fault_that_struck(ask: Ask) -> None:
    plan(ask, at=2, status=503)
    for _ in range(2):
        ask(SETTLEMENTS, **SALES)
    assert [row["fault"] for row in ask.control("GET", "/requests")["requests"]] == [None, 1]
    archive = ask.control("GET", "/requests", format="har")["log"]["entries"]
    assert [entry["_emulator"]["fault"] for entry in archive] == [None, 1]


def test_judges_read_a_journal_with_answers_that_never_came(ask: Ask) -> None:
    for cut in ("reset", "truncated"):
        plan(ask, cut=cut, after=True)
        with pytest.raises(ConnectionResetError):
            _ = ask(SETTLEMENTS, **SALES).data
    (reset, truncated) = ask.control("GET", "/requests", format="har")["log"]["entries"]
    assert (reset["response"]["status"], reset["response"]["content"]["text"]) == (0, "")
    assert truncated["response"]["status"] == 200
    read = history_of([reset, truncated], installed_rulebook())
    assert [(one.status, one.operation) for one in read.exchanges] == [
        (0, "getSettlements"),
        (200, "getSettlements"),
    ]
    assert [one for one in ask.control("GET", "/findings")["findings"] if one["level"] == "MUST"] == []


def test_fault_tells_all_its_members_back(ask: Ask) -> None:
    fault = {
        "at": 2, "times": 3, "from_ms": NOW_MS, "error": "token-invalid", "retry_after": 1,
        "retry_after_as": "date", "cut": "truncated", "slow_ms": 9, "hold": "a", "hold_ms": 8, "release": "b",
        "move": {"what": "content-removed", "seller": 2748}, "advance_ms": 7, "stale": True,
        "expire_tokens": True, "after": True,
    }  # fmt: skip
    planned = plan(ask, **fault)
    assert {name: planned[name] for name in fault} == fault
    assert ask.control("GET", "/faults")["faults"] == [planned]


@pytest.mark.parametrize(
    "wrong",
    [
        {"cut": "half"}, {"hold": "two words"}, {"hold_ms": 60_001}, {"move": {}}, {"advance_ms": -1},
        {"slow_ms": 60_001}, {"retry_after_as": "minutes"}, {"stale": 1}, {"error": ""}, {"from_ms": "now"},
    ],
)  # fmt: skip
def test_trouble_that_cannot_be_is_refused(ask: Ask, wrong: Any) -> None:
    assert refusal(ask, "POST", "/faults", {"operation": "*", **wrong}) == (400, "body-invalid")


def test_worlds_have_their_own_trouble(open_world: Opener) -> None:
    ask, other = open_world("empty"), open_world("empty")
    plan(ask, status=503, stale=True, expire_tokens=True)
    assert other(PRODUCTS).status_code == 200
    assert fault_events(other) == []
