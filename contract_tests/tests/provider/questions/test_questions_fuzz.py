"""Schemathesis against the questions of both editions, on questions that wait and on others."""

from __future__ import annotations

from typing import Any

from schemathesis import Case
from schemathesis.checks import positive_data_acceptance
from schemathesis.core.parameters import ParameterLocation

from contract_tests.tests.provider.conftest import NOW_MS, Ask
from contract_tests.tests.provider.support.closing import close_at_the_end
from contract_tests.tests.provider.support.customer_questions import rows_of
from contract_tests.tests.provider.support.drawn_requests import drawing, is_wrong, name_storefront, schema_of
from contract_tests.tests.provider.support.packages import SELLERS
from emulator import Settings, create_app
from emulator.stage.stages import Stages

APP = create_app(Settings(world="demo", now_ms=NOW_MS, limits="off", check_answers=True))
STAGES: Stages = APP.extensions["stages"]
ASK = Ask(APP, "")
BEYOND_SCHEMA = (
    "answer-empty", "answer-too-short", "answer-too-long", "question-already-answered",
    "question-window-order", "question-content-unknown", "question-text-missing",
)  # fmt: skip
"""Refusals that depend on the state of a question, on what is sold, or on two members together."""
SETTINGS = drawing(8)

TR, INT = schema_of(APP, "questions", "tr"), schema_of(APP, "questions", "int")


_closing = close_at_the_end(STAGES)


def check(case: Case[Any], edition: str) -> None:
    """Send a case about the edition's seller and a question of it; run every check on the answer."""
    if not is_wrong(case, ParameterLocation.PATH):
        case.path_parameters["sellerId"] = SELLERS[edition][0]
        if "id" in case.path_parameters:
            case.path_parameters["id"] = rows_of(ASK, edition)[0]["id"]
    name_storefront(case, edition)
    response = case.call()
    rules = response.headers.get("x-emulator-rule", ())
    left_out = [positive_data_acceptance] if {*rules} & {*BEYOND_SCHEMA} else []
    case.validate_response(response, excluded_checks=left_out)


@TR.parametrize()
@SETTINGS
def test_turkish_questions_keep_their_spec(case: Case[Any]) -> None:
    check(case, "tr")


@INT.parametrize()
@SETTINGS
def test_international_questions_keep_their_spec(case: Case[Any]) -> None:
    check(case, "int")
