"""Schemathesis against the PazarSync API, bearer token included: alone, and from answer to answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode

from contract_tests.tests.effort import examples, phases
from contract_tests.tests.provider.conftest import NOW_MS, Ask
from contract_tests.tests.provider.support.closing import close_at_the_end
from contract_tests.tests.provider.support.pazarsync import TEMEL, Account, token
from emulator import Settings, create_app
from emulator.stage.stages import Stages

APP = create_app(Settings(world="demo", now_ms=NOW_MS, limits="off", check_answers=True))
STAGES: Stages = APP.extensions["stages"]
ASK = Ask(APP, "")
CONFIG = schemathesis.Config.from_dict({"seed": 1, "phases": phases()})
API = schemathesis.openapi.from_wsgi("/_emulator/openapi.json?name=pazarsync/api", APP, config=CONFIG)
KNOWN = {
    "products": Account(ASK).products()[0]["id"],
    "orders": Account(ASK).get("/api/v1/orders").json["data"][0]["id"],
}
EMPTY: tuple[Any, ...] = ("", {}, [], [""])
SETTINGS = settings(
    max_examples=examples(40), deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


_closing = close_at_the_end(STAGES)


@API.auth()
class BearerToken:
    """Shows a token as a client does: fetched once, renewed before its hour is over."""

    def get(self, _case: Case[Any], _context: Any) -> str:
        return token(ASK)

    def set(self, case: Case[Any], data: str, _context: Any) -> None:
        case.headers["Authorization"] = f"Bearer {data}"


def spoiled(case: Case[Any], place: ParameterLocation) -> bool:
    """Say whether this part of a case was made wrong on purpose."""
    part = None if case.meta is None else case.meta.components.get(place)
    return part is not None and part.mode == GenerationMode.NEGATIVE


@API.hook
def filter_case(_context: Any, case: Case[Any]) -> bool:
    """Leave out empty values: the emulator takes `?page=` for no page at all."""
    return not any(value in EMPTY for value in (case.query or {}).values())


def lawful(case: Case[Any]) -> Case[Any]:
    """Make a case lawful where a JSON Schema cannot: known client, product, order, days that exist."""
    if "id" in case.path_parameters and not any(spoiled(case, place) for place in ParameterLocation):
        case.path_parameters["id"] = KNOWN[case.operation.path.split("/")[2]]
    if case.operation.path == "/auth/token" and isinstance(case.body, dict) and not in_body(case):
        case.body = {**case.body, "client_id": TEMEL[0], "client_secret": TEMEL[1]}
    if not spoiled(case, ParameterLocation.QUERY):
        for name in {"from_date", "to_date"} & set(case.query):
            if not on_the_calendar(str(case.query[name])):
                case.query[name] = "2026-11-22"
    return case


def in_body(case: Case[Any]) -> bool:
    return spoiled(case, ParameterLocation.BODY)


def on_the_calendar(text: str) -> bool:
    try:
        datetime.fromisoformat(text.upper())
    except ValueError:
        return False
    return True


@API.parametrize()
@SETTINGS
def test_api_keeps_its_spec(case: Case[Any]) -> None:
    lawful(case).call_and_validate()


def test_api_keeps_its_spec_from_answer_to_answer() -> None:
    machine: Any = API.as_state_machine()

    class InAnyOrder(machine):  # type: ignore[misc]  # made at run time from the document's links
        def setup(self) -> None:
            STAGES.default.reset()

        def before_call(self, case: Case[Any]) -> None:
            lawful(case)

    InAnyOrder.run(settings=settings(SETTINGS, max_examples=examples(20), stateful_step_count=6))
