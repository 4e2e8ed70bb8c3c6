"""The suite's own watch over its worlds: an answer of 500 or more that nobody planned does not go unseen."""

from __future__ import annotations

import pytest
from flask import Flask

from contract_tests.tests.provider.conftest import Ask, failures
from contract_tests.tests.provider.support.control import PRODUCTS
from emulator.stage.stage import Stage

pytestmark = pytest.mark.server_error


def stage_of(app: Flask, ask: Ask) -> Stage:
    stage = app.extensions["stages"].get(ask.prefix.removeprefix("/w/"))
    assert isinstance(stage, Stage)
    return stage


def test_planned_fault_is_no_failure(app: Flask, ask: Ask) -> None:
    ask.control("POST", "/faults", {"operation": "*", "at": 2, "times": 2, "status": 503})
    assert [ask(PRODUCTS).status_code for _ in range(4)] == [200, 503, 503, 200]
    assert failures(stage_of(app, ask)) == []


def test_broken_handler_is_a_failure_beside_planned_faults(
    app: Flask, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask.control("POST", "/faults", {"operation": "*", "status": 503})
    ask(PRODUCTS)
    monkeypatch.setattr("emulator.trendyol.products.handlers.approved.find", None)
    ask(PRODUCTS, size=7)
    assert failures(stage_of(app, ask)) == [f"GET {ask.prefix}{PRODUCTS}?size=7 -> 500 internal-error"]
