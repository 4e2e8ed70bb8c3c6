"""Schemathesis against every vendor operation: positive and negative, no check left out."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings
from jsonschema import Draft202012Validator
from schemathesis import Case
from schemathesis.checks import positive_data_acceptance
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import allow_header_conformance
from schemathesis.specs.openapi.schemas import OpenApiSchema

from contract_tests.tests.effort import examples, phases
from contract_tests.tests.provider.conftest import NOW_MS
from contract_tests.tests.provider.support.closing import close_at_the_end
from emulator import Settings, create_app
from emulator.contract.contract import load_contract
from emulator.stage.stages import Stages

# What is closed by date answers nothing that could be checked.
OPEN = {"order-v1": "open", "product-v1": "open"}
APP: Flask = create_app(
    Settings(world="demo", now_ms=NOW_MS, limits="off", check_answers=True, decisions=OPEN)
)
STAGES: Stages = APP.extensions["stages"]
DAY_MS = 86_400_000
STATE = {
    "test-order-barcode-unknown", "test-order-company-missing", "test-order-seller-invalid",
    "test-order-storefront-invalid", "storefront-invalid",
}  # fmt: skip
"""Refusals of right requests, by what the world holds and who asks: RO is an example in Türkiye, too."""
SELLERS = {"int": 2748, "tr": 2738}
DEFAULT_SIZES = {
    (operation.edition, operation.id): operation.defaults["size"]
    for operation in load_contract().operations
    if "size" in operation.defaults
}
SETTINGS = settings(
    max_examples=examples(40), deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
FEW = settings(SETTINGS, max_examples=examples(8))


def schema_of(name: str, edition: str) -> OpenApiSchema:
    """Load a document from the emulator itself, with the edition's demo seller to ask as."""
    pair = {"username": f"demo-{edition}-key", "password": f"demo-{edition}-secret"}
    config = schemathesis.Config.from_dict(
        {
            "seed": 1,
            "phases": phases(),
            "auth": {"openapi": {"basicAuth": pair}},
            "headers": {"User-Agent": f"{SELLERS[edition]} - SelfIntegration"},
        }
    )
    return schemathesis.openapi.from_wsgi(f"/_emulator/openapi.json?name={name}", APP, config=config)


INT_PRODUCTS, TR_PRODUCTS = schema_of("trendyol/products/int", "int"), schema_of("trendyol/products/tr", "tr")
INT_ORDERS, TR_ORDERS = schema_of("trendyol/orders/int", "int"), schema_of("trendyol/orders/tr", "tr")
INT_LOOKUPS, TR_LOOKUPS = schema_of("trendyol/lookups/int", "int"), schema_of("trendyol/lookups/tr", "tr")
INT_CATALOGUE, TR_CATALOGUE = (
    schema_of("trendyol/catalogue/int", "int"),
    schema_of("trendyol/catalogue/tr", "tr"),
)
INT_WRITES = schema_of("trendyol/product_writes/int", "int")
TR_WRITES = schema_of("trendyol/product_writes/tr", "tr")
INT_ALLOWLIST = schema_of("trendyol/allowlist/int", "int")
TR_ALLOWLIST = schema_of("trendyol/allowlist/tr", "tr")
INT_TESTS, TR_TESTS = schema_of("trendyol/testorders/int", "int"), schema_of("trendyol/testorders/tr", "tr")
INT_FINANCE, TR_FINANCE = schema_of("trendyol/finance/int", "int"), schema_of("trendyol/finance/tr", "tr")


_closing = close_at_the_end(STAGES)


def positive(case: Case[Any]) -> bool:
    return case.meta is None or case.meta.generation.mode == GenerationMode.POSITIVE


def spoiled(case: Case[Any], place: ParameterLocation) -> bool:
    """Say whether this part of a case was made wrong on purpose."""
    part = None if case.meta is None else case.meta.components.get(place)
    return part is not None and part.mode == GenerationMode.NEGATIVE


@schemathesis.hook
def filter_case(_context: Any, case: Case[Any]) -> bool:
    """Leave out empty values: `?status=` asks for every status, as if it were not there."""
    return not any(value in ("", {}, [], [""]) for value in (case.query or {}).values())


@schemathesis.hook
def map_case(context: Any, case: Case[Any]) -> Case[Any]:
    """Make a case lawful where a JSON Schema cannot: a known seller and storefront, a window of 15 days."""
    raw = context.operation.schema.raw_schema
    edition = raw.get("x-edition")
    if edition is None or not (positive(case) or any(spoiled(case, place) for place in ParameterLocation)):
        return case
    if "sellerId" in case.path_parameters and not spoiled(case, ParameterLocation.PATH):
        case.path_parameters["sellerId"] = SELLERS[edition]
    if not spoiled(case, ParameterLocation.HEADER):
        code = {"int": "RO", "tr": "TR"}[edition]
        case.headers.update({name: code for name in case.headers if name.lower() == "storefrontcode"})
        case.headers.update(
            {name: str(SELLERS[edition]) for name in case.headers if name.lower() == "sellerid"}
        )
    if not spoiled(case, ParameterLocation.QUERY):
        straighten(context.operation.definition.raw.get("x-window"), case.query)
    return case


def straighten(window: Any, query: Any) -> None:
    """Put a window's ends in order and at most its largest span apart."""
    ends = [int(str(query[window[side]])) for side in ("from", "to") if window and window[side] in query]
    if len(ends) == 2:
        span = abs(ends[1] - ends[0]) % window.get("max_ms", DAY_MS)
        start = min(ends[0], 2**60)
        query.update({window["from"]: start, window["to"]: start + span})


def rightly_refused(case: Case[Any]) -> bool:
    """Say whether a query breaks a rule across parameters, by another validator than the emulator's."""
    tree, query = case.operation.definition.raw, dict(case.query or {})
    lists = {entry["name"] for entry in tree["parameters"] if entry.get("schema", {}).get("type") == "array"}
    by_name = {
        name: value.split(",") if name in lists and isinstance(value, str) else value
        for name, value in query.items()
        if value not in ("", [])
    }
    for rule in tree.get("x-query-schema", ()):
        schema = {**rule["schema"], "components": case.operation.schema.raw_schema.get("components", {})}
        if not Draft202012Validator(schema).is_valid(by_name):
            return True
    if by_name.get("nextPageToken") or by_name.get("nextCursor"):
        return True
    pages = tree.get("x-page-window")
    if not pages:
        return False
    default_size = DEFAULT_SIZES[case.operation.schema.raw_schema["x-edition"], tree["operationId"]]
    page_count = int(str(by_name.get("page", 0))) + bool(pages.get("whole_page"))
    return page_count * int(str(by_name.get("size", default_size))) > int(pages["max"])


def check(case: Case[Any]) -> None:
    """Ask, and run every check on the answer."""
    judge(case, case.call())


def judge(case: Case[Any], response: Any) -> None:
    """Run every check; where a rule across parameters is broken, a refusal is the only right answer."""
    rules = set(response.headers.get("x-emulator-rule", ()))
    if positive(case) and (rightly_refused(case) or rules & STATE):
        assert response.status_code in {400, 401, 429}, response.text
        case.validate_response(response, excluded_checks=[positive_data_acceptance])
    elif response.status_code == 405:
        # Other documents have other methods of the same address.
        case.validate_response(response, excluded_checks=[allow_header_conformance])
    else:
        case.validate_response(response)


@INT_PRODUCTS.parametrize()
@SETTINGS
def test_international_products_keep_their_spec(case: Case[Any]) -> None:
    check(case)


@TR_PRODUCTS.parametrize()
@SETTINGS
def test_turkish_products_keep_their_spec(case: Case[Any]) -> None:
    check(case)


@INT_FINANCE.parametrize()
@SETTINGS
def test_international_finance_keeps_its_spec(case: Case[Any]) -> None:
    check(case)


@TR_FINANCE.parametrize()
@SETTINGS
def test_turkish_finance_keeps_its_spec(case: Case[Any]) -> None:
    check(case)


@INT_ORDERS.parametrize()
@SETTINGS
def test_international_orders_keep_their_spec(case: Case[Any]) -> None:
    check(case)


@TR_ORDERS.parametrize()
@SETTINGS
def test_turkish_orders_keep_their_spec(case: Case[Any]) -> None:
    check(case)


@INT_LOOKUPS.parametrize()
@FEW
def test_international_lookups_keep_their_spec(case: Case[Any]) -> None:
    check(case)


@TR_LOOKUPS.parametrize()
@FEW
def test_turkish_lookups_keep_their_spec(case: Case[Any]) -> None:
    check(case)


@INT_CATALOGUE.parametrize()
@FEW
def test_international_catalogue_keeps_its_spec(case: Case[Any]) -> None:
    check(case)


@TR_CATALOGUE.parametrize()
@FEW
def test_turkish_catalogue_keeps_its_spec(case: Case[Any]) -> None:
    check(case)


@INT_WRITES.parametrize()
@FEW
def test_international_product_writes_keep_their_spec(case: Case[Any]) -> None:
    check(case)


@TR_WRITES.parametrize()
@FEW
def test_turkish_product_writes_keep_their_spec(case: Case[Any]) -> None:
    check(case)


@INT_ALLOWLIST.parametrize()
@FEW
def test_international_allowlist_keeps_its_spec(case: Case[Any]) -> None:
    check(case)


@TR_ALLOWLIST.parametrize()
@FEW
def test_turkish_allowlist_keeps_its_spec(case: Case[Any]) -> None:
    check(case)


@INT_TESTS.parametrize()
@FEW
def test_international_test_orders_keep_their_spec(case: Case[Any]) -> None:
    check(case)


@TR_TESTS.parametrize()
@FEW
def test_turkish_test_orders_keep_their_spec(case: Case[Any]) -> None:
    check(case)


@pytest.mark.parametrize(
    "schema",
    [INT_PRODUCTS, TR_PRODUCTS, TR_FINANCE, INT_ORDERS, TR_ORDERS],
    ids=["int", "tr", "tr finance", "int orders", "tr orders"],
)
def test_what_an_answer_leads_to_can_be_asked(schema: OpenApiSchema) -> None:
    machine: Any = schema.as_state_machine()

    class Walk(machine):  # type: ignore[misc]  # made at run time from the document's links
        def validate_response(self, response: Any, case: Case[Any], *_: Any, **__: Any) -> None:
            judge(case, response)

    Walk.run(settings=settings(SETTINGS, max_examples=examples(25), stateful_step_count=6))
