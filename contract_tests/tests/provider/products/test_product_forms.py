"""The two forms of approved products, and what is not shown of what may never be sold again."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.conftest import Opener
from contract_tests.tests.provider.support.new_products import (
    EDITIONS,
    approve,
    approved_contents,
    finish,
    item,
    read,
    recipe,
)

TURKISH_FIELDS = {"deliveryOption", "commission", "channels"}
# 1 August 2025, before products had channels or named their origin.
EARLY_MS = 1_754_038_800_000


def test_turkish_variant_has_what_its_page_prints(open_world: Opener) -> None:
    ask = open_world("empty")
    named = {"cargoProviders": ["YKMP"], "locationBasedDelivery": "DISABLED", "dimensionalWeight": 2}
    (content,) = approve(ask, [item(**named)])
    (variant,) = content["variants"]
    assert variant.keys() >= TURKISH_FIELDS | named.keys()
    assert (variant["deliveryOption"], variant["channels"]) == ({"deliveryDuration": 3}, ["CORE"])
    assert {name: variant[name] for name in named} == named
    assert variant["price"]["priceSeenByCustomer"] <= variant["price"]["salePrice"]
    finish(ask, "variant", [{"barcode": "smoketest-1", "channels": ["LUXURY", "CORE"]}])
    assert approved_contents(ask)[0]["variants"][0]["channels"] == ["LUXE", "CORE"]


def test_international_variant_has_none_of_it(open_world: Opener) -> None:
    ask = open_world("empty")
    (content,) = approve(ask, [item("int", cargoProviders=["FANCOURIER"])], "int")
    (variant,) = content["variants"]
    assert not variant.keys() & {*TURKISH_FIELDS, "cargoProviders", "dimensionalWeight"}
    assert variant["deliveryOptions"].keys() == {"deliveryDuration", "isRushDelivery", "fastDeliveryOptions"}
    assert variant["price"].keys() == {"salePrice", "listPrice"}


def test_channels_and_origin_came_in_2026(open_world: Opener) -> None:
    ask = open_world("empty", now_ms=EARLY_MS)
    (content,) = approve(ask, [item(origin="IT")])
    assert not content["variants"][0].keys() & {"channels", "origin"}


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("option", ["shown", "removed"])
def test_blacklisted_variant_has_no_price_and_stock_as_decided(
    open_world: Opener, edition: str, option: str
) -> None:
    ask = open_world(recipe=recipe(blacklisted=1), decisions={"blacklisted-price": option})
    approve(ask, [item(edition)], edition)
    (content,) = approved_contents(ask, edition, status="blacklisted")
    (row,) = read(ask, "products/approved/inventory-and-price", edition)["content"]
    names: list[tuple[Any, set[str]]] = [
        (content["variants"][0], {"price", "stock"}),
        (row["variants"][0], {"salePrice", "listPrice", "quantity"}),
    ]
    if edition == "tr":
        (flat_row,) = read(ask, "products")["content"]
        names.append((flat_row, {"salePrice", "listPrice", "quantity"}))
    for body, fields in names:
        assert body.keys() & fields == (fields if option == "shown" else set())
