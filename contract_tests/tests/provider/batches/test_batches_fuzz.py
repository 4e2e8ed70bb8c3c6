"""Schemathesis against stock, price, state and results of batches, on known barcodes and on others."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from typing import Any

from schemathesis import Case
from schemathesis.checks import positive_data_acceptance, unsupported_method
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
OF_STATE = ("batch-repeated", "barcode-invalid", "product-not-found", "video-content-unknown")
"""Refusals that depend on what was sent before and on what the seller has, which no schema can say."""
OF_CLOSED_V1 = "product-v1-closed"
"""The answer to a method of the closed V1, which another document has at the same path."""
SETTINGS = drawing(40)


def barcodes_of(edition: str) -> Iterator[str]:
    """The barcodes of an edition, again and again."""
    seller, storefront, _ = SELLERS[edition]
    rows = ASK.control("GET", "/truth/products", seller=seller, storefront=storefront)["rows"]
    return cycle([row["barcode"] for row in rows])


BARCODES = {edition: barcodes_of(edition) for edition in SELLERS}


TR_INVENTORY, INT_INVENTORY = schema_of(APP, "inventory", "tr"), schema_of(APP, "inventory", "int")
TR_BATCHES, INT_BATCHES = schema_of(APP, "batches", "tr"), schema_of(APP, "batches", "int")
TR_VIDEOS, INT_VIDEOS = schema_of(APP, "videos", "tr"), schema_of(APP, "videos", "int")


_closing = close_at_the_end(STAGES)


def with_known_barcodes(case: Case[Any], edition: str) -> None:
    """Name products that are there in every other item."""
    body = case.body if isinstance(case.body, dict) else {}
    items = body.get("items")
    for item in items[::2] if isinstance(items, list) else ():
        if isinstance(item, dict) and isinstance(item.get("barcode"), str):
            item["barcode"] = next(BARCODES[edition])


def check(case: Case[Any], edition: str) -> None:
    """Send a case about the edition's seller and its products; run every check on the answer."""
    if not is_wrong(case, ParameterLocation.PATH):
        case.path_parameters["sellerId"] = SELLERS[edition][0]
    if not is_wrong(case, ParameterLocation.BODY):
        with_known_barcodes(case, edition)
    name_storefront(case, edition)
    response = case.call()
    rule = (response.headers.get("x-emulator-rule") or [""])[0]
    left_out = [positive_data_acceptance] if rule in OF_STATE else []
    if rule == OF_CLOSED_V1:
        left_out.append(unsupported_method)
    case.validate_response(response, excluded_checks=left_out)


@TR_INVENTORY.parametrize()
@SETTINGS
def test_turkish_pushes_keep_their_spec(case: Case[Any]) -> None:
    check(case, "tr")


@INT_INVENTORY.parametrize()
@SETTINGS
def test_international_pushes_keep_their_spec(case: Case[Any]) -> None:
    check(case, "int")


@TR_BATCHES.parametrize()
@SETTINGS
def test_turkish_results_keep_their_spec(case: Case[Any]) -> None:
    check(case, "tr")


@INT_BATCHES.parametrize()
@SETTINGS
def test_international_results_keep_their_spec(case: Case[Any]) -> None:
    check(case, "int")


@TR_VIDEOS.parametrize()
@SETTINGS
def test_turkish_videos_keep_their_spec(case: Case[Any]) -> None:
    check(case, "tr")


@INT_VIDEOS.parametrize()
@SETTINGS
def test_international_videos_keep_their_spec(case: Case[Any]) -> None:
    check(case, "int")
