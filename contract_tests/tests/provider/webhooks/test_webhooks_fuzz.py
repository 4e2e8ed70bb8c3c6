"""Schemathesis against the webhooks of both editions, on ids that are there and on others."""

from __future__ import annotations

from typing import Any

from schemathesis import Case
from schemathesis.checks import positive_data_acceptance
from schemathesis.core.parameters import ParameterLocation

from contract_tests.tests.provider.conftest import NOW_MS, Ask
from contract_tests.tests.provider.support.closing import close_at_the_end
from contract_tests.tests.provider.support.drawn_requests import drawing, is_wrong, schema_of
from contract_tests.tests.provider.support.packages import SELLERS
from contract_tests.tests.provider.support.webhooks import send, subscribe, webhooks
from emulator import Settings, create_app
from emulator.stage.stages import Stages

APP = create_app(Settings(world="empty", now_ms=NOW_MS, limits="off", check_answers=True))
STAGES: Stages = APP.extensions["stages"]
ASK = Ask(APP, "")
BEYOND_SCHEMA = (
    "webhook-url-forbidden", "webhook-url-invalid", "webhook-credentials-missing", "webhook-country-invalid",
    "webhook-limit", "webhook-unknown",
)  # fmt: skip
"""Refusals that depend on what members say together, or on what the seller has."""
SETTINGS = drawing(8)


TR, INT = schema_of(APP, "webhooks", "tr"), schema_of(APP, "webhooks", "int")


_closing = close_at_the_end(STAGES)


def known_id(edition: str) -> str:
    """An id of the seller's; the others are taken away, so that there is always room for more."""
    first, *others = [row["id"] for row in webhooks(ASK, edition)] or [subscribe(ASK, edition)]
    for webhook_id in others:
        send(ASK, "DELETE", f"/{webhook_id}", edition=edition)
    return str(first)


def check(case: Case[Any], edition: str) -> None:
    """Send a case about the edition's seller and a webhook; run every check on the answer."""
    if not is_wrong(case, ParameterLocation.PATH):
        case.path_parameters["sellerId"] = SELLERS[edition][0]
        if "id" in case.path_parameters:
            case.path_parameters["id"] = known_id(edition)
    response = case.call()
    rules = response.headers.get("x-emulator-rule", ())
    left_out = [positive_data_acceptance] if {*rules} & {*BEYOND_SCHEMA} else []
    case.validate_response(response, excluded_checks=left_out)


@TR.parametrize()
@SETTINGS
def test_turkish_webhooks_keep_their_spec(case: Case[Any]) -> None:
    check(case, "tr")


@INT.parametrize()
@SETTINGS
def test_international_webhooks_keep_their_spec(case: Case[Any]) -> None:
    check(case, "int")
