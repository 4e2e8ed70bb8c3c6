"""Schemathesis against the buyer gateway: positive, negative, and from answer to answer."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode

from contract_tests.tests.effort import examples, phases
from contract_tests.tests.provider.conftest import NOW_MS, Ask
from contract_tests.tests.provider.support.b2b import BUYER, STOCK, bought, truth
from contract_tests.tests.provider.support.closing import close_at_the_end
from emulator import Settings, create_app
from emulator.stage.stages import Stages

APP = create_app(Settings(world="demo", now_ms=NOW_MS, limits="off", check_answers=True))
STAGES: Stages = APP.extensions["stages"]
CONFIG = schemathesis.Config.from_dict(
    {
        "seed": 1,
        "phases": phases(),
        "auth": {"openapi": {"gatewayUser": {"username": "DEMO-BUYER", "password": "demo-buyer-secret"}}},
    }
)
GATEWAY = schemathesis.openapi.from_wsgi("/_emulator/openapi.json?name=b2b/gateway", APP, config=CONFIG)
ASK = Ask(APP, "")
BARCODE = ASK(STOCK, BUYER).json[0]["barcode"]
EMPTY: tuple[Any, ...] = ("", {}, [], [""])
SETTINGS = settings(
    max_examples=examples(40), deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


_closing = close_at_the_end(STAGES)


@pytest.fixture(scope="session", autouse=True)
def _ready() -> None:
    bought(ASK, (BARCODE, 1))


def spoiled(case: Case[Any], place: ParameterLocation) -> bool:
    """Say whether this part of a case was made wrong on purpose."""
    part = None if case.meta is None else case.meta.components.get(place)
    return part is not None and part.mode == GenerationMode.NEGATIVE


@GATEWAY.hook
def filter_case(_context: Any, case: Case[Any]) -> bool:
    """Leave out empty values: the emulator takes `?Page=` for no page at all."""
    return not any(value in EMPTY for value in (case.query or {}).values())


def lawful(case: Case[Any]) -> Case[Any]:
    """Make a case lawful where a JSON Schema cannot: the buyer's own code and request, dates in order."""
    if "buyerCode" in case.path_parameters:
        case.path_parameters["buyerCode"] = "DEMO-BUYER"
    if "requestNumber" in case.path_parameters:
        of_request(case)
    if not spoiled(case, ParameterLocation.QUERY):
        case.query.update({"buyerCode": "DEMO-BUYER"} if "buyerCode" in case.query else {})
        if "LastModifiedDateFrom" in case.query:
            case.query.pop("LastModifiedDateTo", None)
        for name in ("LastModifiedDateFrom", "LastModifiedDateTo"):
            if name in case.query:
                case.query[name] = on_calendar(case.query[name])
    return case


def on_calendar(date: str) -> str:
    """The date, on a day that its month has; a pattern cannot count days."""
    return f"{date[:8]}28{date[10:]}" if date[8:10] > "28" else date


def of_request(case: Case[Any]) -> None:
    """Speak of a request that was made, and of a barcode it has."""
    made: dict[str, str] = {row["requestNumber"]: row["barcode"] for row in truth(ASK)}
    number = case.path_parameters["requestNumber"]
    if number not in made:
        number = case.path_parameters["requestNumber"] = next(iter(made))
    if not spoiled(case, ParameterLocation.BODY) and isinstance(case.body, dict):
        case.body = {**case.body, "barcode": made[number]}


@GATEWAY.parametrize()
@SETTINGS
def test_gateway_keeps_its_spec(case: Case[Any]) -> None:
    lawful(case).call_and_validate()


def test_gateway_keeps_its_spec_from_answer_to_answer() -> None:
    machine: Any = GATEWAY.as_state_machine()

    class InAnyOrder(machine):  # type: ignore[misc]  # made at run time from the document's links
        def setup(self) -> None:
            STAGES.default.reset()
            bought(ASK, (BARCODE, 1))

        def before_call(self, case: Case[Any]) -> None:
            lawful(case)

    InAnyOrder.run(settings=settings(SETTINGS, max_examples=examples(20), stateful_step_count=6))
