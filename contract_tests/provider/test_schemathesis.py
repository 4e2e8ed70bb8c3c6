"""Schemathesis against every operation of every document: positive and negative, no check left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.generation import GenerationMode

from contract_tests.provider.conftest import INT, NOW_MS, TR
from emulator import Settings, create_app
from emulator.stage import DEFAULT, Stages

APP: Flask = create_app(Settings(world="demo", now_ms=NOW_MS, limits="off", check_answers=True))
STAGES: Stages = APP.extensions["stages"]
CONFIG = schemathesis.Config.from_dict({"seed": 1})
DAY_MS = 86_400_000
SELLERS = {"int": 2748, "tr": 2738}
HEADERS = {"int": INT, "tr": TR}
SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def schema_of(name: str) -> Any:
    return schemathesis.openapi.from_wsgi(f"/_emulator/openapi.json?name={name}", APP, config=CONFIG)


INT_PRODUCTS, TR_PRODUCTS = schema_of("trendyol/int/products"), schema_of("trendyol/tr/products")
INT_FINANCE, TR_FINANCE = schema_of("trendyol/int/finance"), schema_of("trendyol/tr/finance")
CONTROL = schema_of("control")


@pytest.fixture(scope="module", autouse=True)
def _closing() -> Iterator[None]:
    yield
    STAGES.close_all()


def positive(case: Case) -> bool:
    return case.meta is None or case.meta.generation.mode == GenerationMode.POSITIVE


@schemathesis.hook
def map_case(context: Any, case: Case) -> Case:
    """Make a case lawful where a JSON Schema cannot: the seller is known, a window has at most 15 days."""
    raw = context.operation.schema.raw_schema
    edition = raw.get("x-edition")
    if edition is None or not positive(case):
        return case
    if "sellerId" in case.path_parameters:
        case.path_parameters["sellerId"] = SELLERS[edition]
    window = context.operation.definition.raw.get("x-window")
    query = case.query or {}
    if window and isinstance(query.get(window["from"]), int) and isinstance(query.get(window["to"]), int):
        span = abs(query[window["to"]] - query[window["from"]]) % window.get("max_ms", 15 * DAY_MS)
        query[window["from"]] = min(query[window["from"]], 2**62)
        query[window["to"]] = query[window["from"]] + span
    return case


def vendor(case: Case, edition: str) -> None:
    case.call_and_validate(headers={**HEADERS[edition], **(case.headers or {})})


@INT_PRODUCTS.parametrize()
@SETTINGS
def test_international_products_keep_their_spec(case: Case) -> None:
    vendor(case, "int")


@TR_PRODUCTS.parametrize()
@SETTINGS
def test_turkish_products_keep_their_spec(case: Case) -> None:
    vendor(case, "tr")


@INT_FINANCE.parametrize()
@SETTINGS
def test_international_finance_keeps_its_spec(case: Case) -> None:
    vendor(case, "int")


@TR_FINANCE.parametrize()
@SETTINGS
def test_turkish_finance_keeps_its_spec(case: Case) -> None:
    vendor(case, "tr")


def close_others() -> None:
    for name in set(STAGES.stages) - {DEFAULT}:
        STAGES.close(name)
    STAGES.default.reset()


@CONTROL.parametrize()
@SETTINGS
def test_control_keeps_its_spec(case: Case) -> None:
    close_others()
    case.call_and_validate()


class ControlMachine(CONTROL.as_state_machine()):  # type: ignore[misc]  # made at run time by Schemathesis
    """Worlds, clock, faults and sellers in every order."""

    def setup(self) -> None:
        """Start each run from the seed, or shrinking would meet what the last run left."""
        close_others()


class TestControlInSequence(ControlMachine.TestCase):  # type: ignore[misc,name-defined]  # likewise
    """Links from created things to reads and removals."""

    settings = settings(SETTINGS, max_examples=15, stateful_step_count=12)
