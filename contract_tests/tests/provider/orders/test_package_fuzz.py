"""Schemathesis against the package writes, right and wrong, on packages that are there and on others."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from typing import Any

from schemathesis import Case
from schemathesis.checks import positive_data_acceptance
from schemathesis.core.parameters import ParameterLocation

from contract_tests.tests.provider.conftest import NOW_MS, Ask
from contract_tests.tests.provider.support.closing import close_at_the_end
from contract_tests.tests.provider.support.drawn_requests import drawing, is_wrong, name_storefront, schema_of
from contract_tests.tests.provider.support.packages import SELLERS
from emulator import Settings, create_app
from emulator.stage.stages import Stages

APP = create_app(Settings(world="demo", now_ms=NOW_MS, limits="off", check_answers=True))
STAGES: Stages = APP.extensions["stages"]
ASK = Ask(APP, "")
OF_STATE = (
    "package-transition-refused", "package-lines-invalid", "package-split-empty", "package-not-extendible",
    "package-labor-", "tracking-number-closed", "tracking-details-closed", "box-info-incomplete",
    "digital-unit-invalid", "manual-delivery-", "service-delivery-refused", "cargo-provider-repeated",
)  # fmt: skip
"""Beginnings of refusals that depend on what the package is, which no schema can say."""
SETTINGS = drawing(40)


def numbers_of(edition: str) -> Iterator[int]:
    """The numbers of packages of an edition, again and again, the open ones first."""
    seller, storefront, _ = SELLERS[edition]
    rows = ASK.control("GET", "/truth/orders", seller=seller, storefront=storefront)["rows"]
    is_open = ("Created", "Picking", "Invoiced")
    return cycle(
        [row["shipmentPackageId"] for row in sorted(rows, key=lambda row: row["status"] not in is_open)]
    )


NUMBERS = {edition: numbers_of(edition) for edition in SELLERS}


TR_PACKAGES, INT_PACKAGES = schema_of(APP, "packages", "tr"), schema_of(APP, "packages", "int")
TR_DELIVERY, INT_DELIVERY = schema_of(APP, "delivery", "tr"), schema_of(APP, "delivery", "int")


_closing = close_at_the_end(STAGES)


def check(case: Case[Any], edition: str) -> None:
    """Send a case about the edition's seller and a package that is there; run every check on the answer."""
    if not is_wrong(case, ParameterLocation.PATH):
        case.path_parameters["sellerId"] = SELLERS[edition][0]
        if "packageId" in case.path_parameters:
            case.path_parameters["packageId"] = next(NUMBERS[edition])
    name_storefront(case, edition)
    response = case.call()
    rule = (response.headers.get("x-emulator-rule") or [""])[0]
    if response.status_code == 400 and rule.startswith(OF_STATE):
        case.validate_response(response, excluded_checks=[positive_data_acceptance])
    else:
        case.validate_response(response)


@TR_PACKAGES.parametrize()
@SETTINGS
def test_turkish_packages_keep_their_spec(case: Case[Any]) -> None:
    check(case, "tr")


@INT_PACKAGES.parametrize()
@SETTINGS
def test_international_packages_keep_their_spec(case: Case[Any]) -> None:
    check(case, "int")


@TR_DELIVERY.parametrize()
@SETTINGS
def test_turkish_delivery_keeps_its_spec(case: Case[Any]) -> None:
    check(case, "tr")


@INT_DELIVERY.parametrize()
@SETTINGS
def test_international_delivery_keeps_its_spec(case: Case[Any]) -> None:
    check(case, "int")
