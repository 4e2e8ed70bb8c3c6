"""Planned trouble over HTTP: it strikes what it names, in the vendor's envelope or its own words."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.conftest import Ask
from contract_tests.tests.provider.support.control import PRODUCTS, SALES, SETTLEMENTS, refusal


def test_fault_strikes_the_nth_request_in_the_vendors_envelope(ask: Ask) -> None:
    ask.control("POST", "/faults", {"operation": "getSettlements", "at": 2, "status": 429, "retry_after": 1})
    first, second, third = (ask(SETTLEMENTS, **SALES) for _ in range(3))
    assert [first.status_code, second.status_code, third.status_code] == [200, 429, 200]
    assert (second.headers["Retry-After"], second.get_json()["exception"]) == (
        "1",
        "TooManyRequestsException",
    )


def test_fault_answers_with_its_own_body(ask: Ask) -> None:
    page = {
        "operation": "*",
        "status": 403,
        "body": "<p>no",
        "content_type": "text/html",
        "headers": {"X-Edge": "1"},
    }
    ask.control("POST", "/faults", page)
    answer = ask(PRODUCTS)
    assert (answer.status_code, answer.text, answer.headers["X-Edge"]) == (403, "<p>no", "1")
    assert answer.headers["Content-Type"] == "text/html"


def test_fault_with_a_body_and_no_status_answers_200(ask: Ask) -> None:
    ask.control("POST", "/faults", {"operation": "*", "body": '{"content":'})
    answer = ask(PRODUCTS)
    assert (answer.status_code, answer.text) == (200, '{"content":')


def test_fault_without_status_lets_the_request_go_on(ask: Ask) -> None:
    ask.control("POST", "/faults", {"operation": "*", "delay_ms": 1})
    assert ask(SETTLEMENTS, **SALES).status_code == 200


def test_fault_tells_what_it_has_seen(ask: Ask) -> None:
    ask.control("POST", "/faults", {"operation": "getSettlements", "at": 2, "status": 500})
    seen = []
    for _ in range(2):
        ask(SETTLEMENTS, **SALES)
        (fault,) = ask.control("GET", "/faults")["faults"]
        seen.append((fault["matches"], fault["spent"]))
    assert seen == [(1, False), (2, True)]


def test_control_requests_meet_no_fault(ask: Ask) -> None:
    ask.control("POST", "/faults", {"operation": "*", "times": 9, "status": 503})
    assert ask.control("GET", "/clock")["mode"] == "frozen"
    assert ask.control("GET", "/faults")["faults"][0]["matches"] == 0


def test_faults_are_taken_back_one_or_all(ask: Ask) -> None:
    body = [ask.control("POST", "/faults", {"operation": "*", "status": 503})["id"] for _ in range(3)]
    assert ask.control("DELETE", f"/faults/{body[0]}") == {"cleared": 1}
    assert ask.control("DELETE", "/faults") == {"cleared": 2}
    assert ask(SETTLEMENTS, **SALES).status_code == 200


def test_unknown_fault_is_refused(ask: Ask) -> None:
    assert refusal(ask, "DELETE", "/faults/99") == (404, "fault-unknown")
    assert refusal(ask, "DELETE", "/faults/x") == (400, "invalid.parameter")


@pytest.mark.parametrize("name", ["getNothing", "getClock"])
def test_fault_for_no_vendor_operation_is_refused(ask: Ask, name: str) -> None:
    assert refusal(ask, "POST", "/faults", {"operation": name}) == (404, "operation-unknown")


@pytest.mark.parametrize("wrong", [{"at": 0}, {"status": 201}, {"delay_ms": -1}, {"headers": {"X": "a\nb"}}])
def test_fault_that_cannot_be_is_refused(ask: Ask, wrong: Any) -> None:
    assert refusal(ask, "POST", "/faults", {"operation": "*", **wrong}) == (400, "body-invalid")


def test_fault_afterwards_lets_the_request_do_its_work_and_loses_the_answer(ask: Ask) -> None:
    lost = {"operation": "getSettlements", "status": 504, "after": True}
    assert ask.control("POST", "/faults", lost)["after"] is True
    answer = ask(SETTLEMENTS, **SALES)
    assert (answer.status_code, answer.headers["X-Emulator-Rule"]) == (504, "gateway-timeout")
    assert "size" in ask(SETTLEMENTS, **SALES).get_json()


def test_fault_afterwards_without_a_status_changes_headers_alone(ask: Ask) -> None:
    quota = {"operation": "*", "after": True, "headers": {"X-Left": "0"}}
    ask.control("POST", "/faults", quota)
    answer = ask(SETTLEMENTS, **SALES)
    assert (answer.status_code, answer.headers["X-Left"]) == (200, "0")
    assert "content" in answer.get_json()


def test_fault_afterwards_leaves_a_refusal_of_the_gates_lost_too(ask: Ask) -> None:
    ask.control("POST", "/faults", {"operation": "*", "status": 502, "after": True})
    assert ask(SETTLEMENTS, {}, **SALES).status_code == 502
