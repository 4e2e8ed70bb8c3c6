"""Whatever trouble is planned, each request is answered or cut as planned, and all is well afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract_tests.tests.effort import examples
from contract_tests.tests.provider.conftest import NOW_MS, Ask
from contract_tests.tests.provider.support.control import PRODUCTS, SALES, SETTLEMENTS
from contract_tests.tests.provider.support.pazarsync import PRODUCTS as ACCOUNT_PRODUCTS
from contract_tests.tests.provider.support.pazarsync import bearer
from emulator.contract.contract import load_contract

NAMES = st.sampled_from(["one", "other"])
MEMBERS: dict[str, st.SearchStrategy[Any]] = {
    "at": st.integers(1, 4),
    "times": st.integers(1, 4),
    "from_ms": st.sampled_from([NOW_MS, NOW_MS + 5, None]),
    "status": st.sampled_from([200, 400, 429, 503, None]),
    "error": st.sampled_from([*load_contract().catalogue.errors, None]),
    "retry_after": st.integers(0, 9),
    "retry_after_as": st.sampled_from(["seconds", "date"]),
    "delay_ms": st.integers(0, 1),
    "body": st.sampled_from(["", "{", None]),
    "headers": st.sampled_from([{"Retry-After": "1"}, {}]),
    "after": st.booleans(),
    "cut": st.sampled_from(["reset", "truncated", None]),
    "slow_ms": st.integers(0, 2),
    "hold": NAMES,
    "release": NAMES,
    "move": st.sampled_from([{"what": "content-removed", "seller": number} for number in (2748, 1)]),
    "advance_ms": st.sampled_from([0, 1, 7 * 86_400_000]),
    "stale": st.booleans(),
    "expire_tokens": st.booleans(),
}
BRIEFLY = {"hold_ms": st.integers(0, 2)}
FAULTS = st.lists(st.fixed_dictionaries(BRIEFLY, optional=MEMBERS), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def world(app: Flask) -> Iterator[Ask]:
    app.extensions["stages"].open("troubled", "demo")
    yield Ask(app, "/w/troubled")
    app.extensions["stages"].close("troubled")


def got(answer: Any) -> int:
    """Read an answer to its end; 0 when it was cut."""
    try:
        return len(answer.data) and int(answer.status_code)
    except ConnectionResetError:
        return 0


def asked(ask: Ask, path: str, headers: dict[str, str] | None, **query: Any) -> int:
    try:
        return got(ask(path, headers, **query))
    except ConnectionResetError:
        return 0


@given(FAULTS)
@settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_trouble_is_told_and_passes(world: Ask, faults: list[dict[str, Any]]) -> None:
    world.control("POST", "/reset")
    world.control("POST", "/clock/freeze", {"at_ms": NOW_MS})
    token = bearer(world)
    before = world.control("GET", "/requests", limit=0)["count"]
    body = [world.control("POST", "/faults", {"operation": "*", **fault}) for fault in faults]
    for _ in range(2):
        asked(world, PRODUCTS, None, size=2)
        asked(world, SETTLEMENTS, None, **SALES)
        asked(world, ACCOUNT_PRODUCTS, token)
    rows = world.control("GET", "/requests")["requests"][before:]
    struck = {row["id"]: row["fault"] for row in rows}
    assert len(rows) == 6
    by_id = {fault["id"]: fault for fault in body}
    for row in rows:
        fault = by_id.get(row["fault"], {})
        given_by_fault = fault.get("status") is not None or fault.get("error") is not None
        assert row["status"] < 500 or given_by_fault
        assert (row["status"] == 0) == (fault.get("cut") == "reset")
    for event in world.control("GET", "/fault-log")["events"]:
        assert struck[event["request"]] == event["fault"]
    world.control("DELETE", "/faults")
    assert world.control("GET", "/holds") == {"holds": []}
    assert asked(world, PRODUCTS, None, size=2) == 200
    assert asked(world, ACCOUNT_PRODUCTS, bearer(world)) == 200
