"""Schemathesis against the documents of packages, on packages that are there and on others."""

from __future__ import annotations

from typing import Any

from schemathesis import Case
from schemathesis.checks import positive_data_acceptance
from schemathesis.core.parameters import ParameterLocation

from contract_tests.tests.provider.conftest import NOW_MS, Ask
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
OF_STATE = ("invoice-", "warranty-", "label-")
"""Refusals that depend on packages, files and what was sent before begin with these."""
PACKAGES = {
    edition: ASK.control("GET", "/truth/orders", seller=seller)["rows"][-1]["shipmentPackageId"]
    for edition, (seller, *_) in SELLERS.items()
}
SETTINGS = drawing(6)

TR, INT = schema_of(APP, "invoices", "tr"), schema_of(APP, "invoices", "int")
TR_LABELS, INT_LABELS = schema_of(APP, "labels", "tr"), schema_of(APP, "labels", "int")


_closing = close_at_the_end(STAGES)


def with_known_package(case: Case[Any], edition: str) -> None:
    """Name a package that is there wherever a body names one rightly."""
    body = case.body if isinstance(case.body, dict) else {}
    for name in ("shipmentPackageId", "serviceSourceId"):
        if isinstance(body.get(name), int):
            body[name] = PACKAGES[edition]
        elif isinstance(body.get(name), str):
            body[name] = str(PACKAGES[edition])


def check(case: Case[Any], edition: str) -> None:
    """Send a case about the edition's seller and a package; run every check on the answer."""
    if not is_wrong(case, ParameterLocation.PATH):
        case.path_parameters["sellerId"] = SELLERS[edition][0]
    if not is_wrong(case, ParameterLocation.BODY):
        with_known_package(case, edition)
    name_storefront(case, edition)
    response = case.call()
    (rule,) = response.headers.get("x-emulator-rule") or [""]
    is_of_state = rule.startswith(OF_STATE) and not rule.endswith("parameter-invalid")
    case.validate_response(response, excluded_checks=[positive_data_acceptance] if is_of_state else [])


@TR.parametrize()
@SETTINGS
def test_turkish_invoices_keep_their_spec(case: Case[Any]) -> None:
    check(case, "tr")


@INT.parametrize()
@SETTINGS
def test_international_invoices_keep_their_spec(case: Case[Any]) -> None:
    check(case, "int")


@TR_LABELS.parametrize()
@SETTINGS
def test_turkish_labels_keep_their_spec(case: Case[Any]) -> None:
    check(case, "tr")


@INT_LABELS.parametrize()
@SETTINGS
def test_international_labels_keep_their_spec(case: Case[Any]) -> None:
    check(case, "int")
