"""Schemathesis against the export centre."""

from __future__ import annotations

from typing import Any

from schemathesis import Case
from schemathesis.checks import positive_data_acceptance
from schemathesis.core.parameters import ParameterLocation

from contract_tests.tests.provider.conftest import NOW_MS
from contract_tests.tests.provider.support.closing import close_at_the_end
from contract_tests.tests.provider.support.drawn_requests import drawing, is_wrong, name_storefront, schema_of
from contract_tests.tests.provider.support.packages import SELLERS
from emulator import Settings, create_app

APP = create_app(Settings(world="demo", now_ms=NOW_MS, limits="off", check_answers=True))
SCHEMA = schema_of(APP, "exports", "tr")
OF_STATE = ("export-batch-unknown", "export-category-unknown")
"""Refusals that depend on what was sent before and on what there is, which no schema can say."""
OF_A_KEY = "export-parameter-invalid"


_closing = close_at_the_end(APP.extensions["stages"])


@SCHEMA.parametrize()
@drawing(40)
def test_export_centre_keeps_its_spec(case: Case[Any]) -> None:
    if not is_wrong(case, ParameterLocation.PATH):
        case.path_parameters["sellerId"] = SELLERS["tr"][0]
    name_storefront(case, "tr")
    response = case.call()
    rule = (response.headers.get("x-emulator-rule") or [""])[0]
    is_of_key = rule == OF_A_KEY and bool((case.query or {}).get("pageKey"))
    left_out = [positive_data_acceptance] if rule in OF_STATE or is_of_key else []
    case.validate_response(response, excluded_checks=left_out)
