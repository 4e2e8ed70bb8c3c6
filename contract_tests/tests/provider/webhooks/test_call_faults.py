"""Planned trouble for the calls of webhooks: late, twice, out of order, not at all, or after a false one."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.conftest import Ask
from contract_tests.tests.provider.support.control import refusal
from contract_tests.tests.provider.support.fault_requests import effects, plan
from contract_tests.tests.provider.support.receivers import Receiver
from contract_tests.tests.provider.support.webhooks import (
    BASIC,
    advance,
    attempts,
    lead,
    new_package,
    outcomes,
    settle,
    subscribe,
    subscriptions,
)


def two_calls(ask: Ask, receiver: Receiver, **fault: Any) -> None:
    """Have a package be ordered and sent, the first of both calls in trouble."""
    subscribe(ask, url=receiver.url)
    plan(ask, operation="webhookCall", **fault)
    lead(ask, new_package(ask), "Shipped")
    settle(ask)


def test_call_is_never_made(market: Ask, receiver: Receiver) -> None:
    two_calls(market, receiver, call="never")
    assert receiver.statuses == ["Shipped"]
    assert outcomes(market) == ["dropped", "delivered"]
    assert [effect.rpartition(": ")[2] for effect in effects(market)] == ["never made"]


def test_all_calls_are_never_made(market: Ask, receiver: Receiver) -> None:
    two_calls(market, receiver, call="never", times=1000)
    assert receiver.statuses == []
    assert subscriptions(market)["waiting"] == 0


def test_call_is_made_twice(market: Ask, receiver: Receiver) -> None:
    two_calls(market, receiver, call="twice", at=2)
    assert receiver.statuses == ["Created", "Shipped", "Shipped"]
    assert receiver.bodies[1] == receiver.bodies[2]


def test_call_with_a_wrong_key_goes_before_the_first_attempt_and_counts_for_nothing(
    market: Ask, receiver: Receiver
) -> None:
    receiver.answer = lambda number: 401 if number == 1 else 500 if number == 2 else 200
    two_calls(market, receiver, call="wrong-key")
    advance(market, 300_000)
    assert receiver.statuses == ["Created", "Created", "Created", "Shipped"]
    keys = [headers["x-api-key"] for headers in receiver.headers]
    assert keys == ["wrong hook-key", "hook-key", "hook-key", "hook-key"]
    assert outcomes(market) == ["probe", "refused", "delivered", "delivered"]
    assert (attempts(market)[0]["note"], attempts(market)[0]["http_status"]) == ("wrong-key", 401)


def test_call_about_an_unknown_status_goes_before_and_is_older(market: Ask, receiver: Receiver) -> None:
    two_calls(market, receiver, call="unknown-status")
    assert receiver.statuses == ["Repacked", "Created", "Shipped"]
    probe, call = (package["lastModifiedDate"] for package in receiver.packages[:2])
    assert probe < call
    assert outcomes(market) == ["probe", "delivered", "delivered"]


@pytest.mark.parametrize(("secret", "reuses"), [("hook-secret", False), ("demo-tr-secret", True)])
def test_webhook_with_a_secret_of_the_api_is_shown_as_such(market: Ask, *, secret: str, reuses: bool) -> None:
    subscribe(market, **{**BASIC, "password": secret})
    assert [row["reuses_api_secret"] for row in subscriptions(market)["webhooks"]] == [reuses]


def test_call_is_made_late_and_those_behind_it_wait(market: Ask, receiver: Receiver) -> None:
    two_calls(market, receiver, call="late", late_ms=3_600_000)
    assert receiver.statuses == []
    advance(market, 3_599_999)
    assert receiver.statuses == []
    advance(market, 1)
    assert receiver.statuses == ["Created", "Shipped"]


def test_call_is_overtaken_by_the_next_one(market: Ask, receiver: Receiver) -> None:
    two_calls(market, receiver, call="out-of-order")
    assert receiver.statuses == ["Shipped", "Created"]


def test_overtaken_call_waits_for_the_next_one_however_late_it_comes(market: Ask, receiver: Receiver) -> None:
    subscribe(market, url=receiver.url)
    plan(market, operation="webhookCall", call="out-of-order")
    package = new_package(market)
    settle(market)
    assert receiver.statuses == []
    lead(market, package, "Shipped")
    settle(market)
    assert receiver.statuses == ["Shipped", "Created"]


def test_retries_are_not_counted_and_requests_are_not_calls(market: Ask, receiver: Receiver) -> None:
    receiver.answer = lambda number: 500 if number == 1 else 200
    plan(market, operation="*", at=1000, status=503)
    subscribe(market, url=receiver.url)
    plan(market, operation="webhookCall", call="never", at=2)
    package = new_package(market)
    settle(market)
    advance(market, 300_000)
    assert receiver.statuses == ["Created", "Created"]
    lead(market, package, "Shipped")
    settle(market)
    counts = [fault["matches"] for fault in market.control("GET", "/faults")["faults"]]
    assert receiver.statuses == ["Created", "Created"]
    assert counts[1] == 2
    assert counts[0] == len(market.control("GET", "/requests")["requests"])


@pytest.mark.parametrize(
    "fault",
    [
        {"operation": "*", "call": "late"},
        {"operation": "getWebhooks", "late_ms": 1},
        {"operation": "webhookCall"},
        {"operation": "webhookCall", "call": "late", "status": 500},
        {"operation": "webhookCall", "call": "twice", "delay_ms": 5},
    ],
)
def test_call_and_its_operation_go_together_alone(market: Ask, fault: dict[str, Any]) -> None:
    assert refusal(market, "POST", "/faults", fault) == (400, "body-invalid")
