"""Schemathesis against the claims of both editions, on ids that are there and on others."""

from __future__ import annotations

from typing import Any

from schemathesis import Case
from schemathesis.checks import positive_data_acceptance
from schemathesis.core.parameters import ParameterLocation

from contract_tests.tests.provider.conftest import NOW_MS, Ask
from contract_tests.tests.provider.support.claims import first, ids_of
from contract_tests.tests.provider.support.closing import close_at_the_end
from contract_tests.tests.provider.support.drawn_requests import (
    drawing,
    is_wrong,
    name_storefront,
    schema_of,
)
from contract_tests.tests.provider.support.packages import SELLERS
from emulator import Settings, create_app
from emulator.stage.stages import Stages

APP = create_app(Settings(world="demo", now_ms=NOW_MS, limits="off", check_answers=True))
STAGES: Stages = APP.extensions["stages"]
ASK = Ask(APP, "")
BEYOND_SCHEMA = (
    "claim-window-order", "claim-unknown", "claim-item-not-found", "claim-item-unknown",
    "claim-items-not-waiting", "claim-order-unknown", "claim-units-invalid", "claim-reason-invalid",
    "claim-issue-incomplete", "claim-issue-reason-invalid", "claim-description-too-long",
    "claim-issue-file-missing", "claim-issue-too-early", "claim-package-unknown", "claim-not-on-way",
)  # fmt: skip
"""Refusals that depend on what values say together, on the seller's claims, or on the day."""
SETTINGS = drawing(8)
TR, INT = schema_of(APP, "claims", "tr"), schema_of(APP, "claims", "int")
CLAIMS = {edition: first(ASK, "Rejected", edition) for edition in ("tr", "int")}


_closing = close_at_the_end(STAGES)


def check(case: Case[Any], edition: str) -> None:
    """Send a case about the edition's seller and a claim; run every check on the answer."""
    name_storefront(case, edition)
    if not is_wrong(case, ParameterLocation.PATH):
        claim = CLAIMS[edition]
        ids = {"sellerId": SELLERS[edition][0], "claimId": claim["id"], "claimItemsId": ids_of(claim)[0]}
        case.path_parameters |= {name: ids[name] for name in case.path_parameters}
    response = case.call()
    rules = response.headers.get("x-emulator-rule", ())
    left_out = [positive_data_acceptance] if {*rules} & {*BEYOND_SCHEMA} else []
    case.validate_response(response, excluded_checks=left_out)


@TR.parametrize()
@SETTINGS
def test_turkish_claims_keep_their_spec(case: Case[Any]) -> None:
    check(case, "tr")


@INT.parametrize()
@SETTINGS
def test_international_claims_keep_their_spec(case: Case[Any]) -> None:
    check(case, "int")
