"""What orders name can be looked up: places, carriers, the seller's own addresses."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.conftest import INT, NOW_MS, TR, Ask, Opener
from contract_tests.tests.provider.support.packages import refusal
from contract_tests.tests.provider.support.stage_orders import barcode, body_of, order_package, recipe

COUNTRIES = "/integration/member/countries"
TURKISH, AZERI = f"{COUNTRIES}/domestic/TR/cities", f"{COUNTRIES}/domestic/AZ/cities"
CARRIERS = "/integration/product/lookup/cargo-providers"
ADDRESSES = {"tr": "/integration/sellers/2738/addresses", "int": "/integration/sellers/2748/addresses"}
HEADERS = {"tr": TR, "int": INT}
EDITIONS = tuple(HEADERS)
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
# 13 September 2026 at noon in Istanbul, and a day later.
BEFORE_MS = 1_789_290_000_000
FLAGS = {
    "is-names": ("isShipmentAddress", "isInvoiceAddress", "isReturningAddress", "isDefault"),
    "plain-names": ("shipmentAddress", "invoiceAddress", "returningAddress", "default"),
}


def rows(ask: Ask, path: str, headers: dict[str, str] | None = None) -> list[dict[str, Any]]:
    answer = ask(path, headers or TR)
    assert answer.status_code == 200, answer.text
    body: list[dict[str, Any]] = answer.json
    return body


def row_named(table: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(row for row in table if row["name"] == name)


@pytest.mark.parametrize("edition", EDITIONS)
def test_countries_have_their_codes(ask: Ask, edition: str) -> None:
    table = rows(ask, COUNTRIES, HEADERS[edition])
    assert len(table) == 250
    assert row_named(table, "Romania") == {"id": 9, "code": "RO", "name": "Romania"}


@pytest.mark.parametrize("edition", EDITIONS)
def test_turkish_places_lead_from_list_to_list_by_id(ask: Ask, edition: str) -> None:
    headers = HEADERS[edition]
    city = row_named(rows(ask, TURKISH, headers), "İstanbul")
    assert city["code"] == 34
    assert city["id"] != 34
    district = row_named(rows(ask, f"{TURKISH}/{city['id']}/districts", headers), "Kadıköy")
    path = f"{TURKISH}/{city['id']}/districts/{district['id']}/neighborhoods"
    neighbourhoods = rows(ask, path, headers)
    assert neighbourhoods
    assert {frozenset(row) for row in neighbourhoods} == {frozenset({"id", "name", "postCode"})}
    assert all(row["postCode"].startswith("34") for row in neighbourhoods)


def test_there_are_81_turkish_cities(ask: Ask) -> None:
    assert len(rows(ask, TURKISH)) == 81


@pytest.mark.parametrize("edition", EDITIONS)
def test_azeri_places_have_codes(ask: Ask, edition: str) -> None:
    city = row_named(rows(ask, AZERI, HEADERS[edition]), "Bakı")
    district = row_named(rows(ask, f"{AZERI}/{city['id']}/districts", HEADERS[edition]), "Nəsimi")
    assert city.keys() == district.keys() == {"id", "code", "name"}


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(
    ("country", "name", "english", "district"),
    [("RO", "București", "Bucharest", "Sectorul 1"), ("sa", "الرياض", "Riyadh", "العليا")],
)
def test_cities_abroad_have_two_names(
    ask: Ask, edition: str, country: str, name: str, english: str, district: str
) -> None:
    city = row_named(rows(ask, f"{COUNTRIES}/{country}/cities", HEADERS[edition]), name)
    assert city == {"id": city["id"], "name": name, "primaryName": name, "secondaryName": english}
    districts = rows(ask, f"{COUNTRIES}/{country}/cities/{city['id']}/districts", HEADERS[edition])
    assert row_named(districts, district).keys() == {"id", "name"}


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(
    "path",
    [
        f"{COUNTRIES}/FR/cities",
        f"{COUNTRIES}/TR/cities",
        f"{COUNTRIES}/AZ/cities",
        f"{COUNTRIES}/RO/cities/1/districts",
        f"{TURKISH}/1/districts",
        f"{TURKISH}/101/districts/1/neighborhoods",
        f"{AZERI}/1/districts",
    ],
)
def test_place_that_no_list_has_is_404(ask: Ask, edition: str, path: str) -> None:
    answer = ask(path, HEADERS[edition])
    assert refusal(answer) == (404, "place-unknown")
    assert answer.json.keys() == {"error", "message"}


@pytest.mark.parametrize("path", [f"{TURKISH}/one/districts", f"{COUNTRIES}/RO/cities/0/districts"])
def test_id_of_a_place_is_a_number(ask: Ask, path: str) -> None:
    assert refusal(ask(path, TR)) == (400, "parameter-invalid")


def test_address_of_an_order_can_be_looked_up(open_world: Opener) -> None:
    shop = open_world(recipe=recipe())
    address = order_package(shop, "core", body_of("core", barcode(shop, "core")))["shipmentAddress"]
    city = row_named(rows(shop, TURKISH), address["city"])
    districts = rows(shop, f"{TURKISH}/{city['id']}/districts")
    assert city["code"] == address["cityCode"]
    assert row_named(districts, address["district"])["id"] == address["districtId"]


def test_carriers_are_those_of_the_storefront(ask: Ask) -> None:
    turkish = {row["code"] for row in rows(ask, CARRIERS)}
    assert {"KOLAYGELSINMP", "YKMP", "SURATMP", "TEXMP"} <= turkish
    assert {row["code"] for row in rows(ask, CARRIERS, INT)} == {"FANCOURIER", "DPD-RO"}
    assert rows(ask, CARRIERS, {**INT, "storeFrontCode": "HU"}) == []


def test_carriers_refuse_a_storefront_in_their_own_form(ask: Ask) -> None:
    answer = ask(CARRIERS, {**TR, "storeFrontCode": "XX"})
    assert refusal(answer) == (400, "storefront-invalid")
    assert answer.json.keys() == {"errors"}


@pytest.mark.parametrize("edition", EDITIONS)
def test_seller_has_an_address_of_each_kind(ask: Ask, edition: str) -> None:
    document = ask(ADDRESSES[edition], HEADERS[edition]).json
    kinds = [(row["addressType"], row["isDefault"]) for row in document["supplierAddresses"]]
    assert kinds == [("Shipment", True), ("Invoice", True), ("Returning", True), ("Returning", False)]
    assert len({row["id"] for row in document["supplierAddresses"]}) == 4
    assert document["defaultShipmentAddress"] == document["supplierAddresses"][0]
    assert document["defaultInvoiceAddress"] == document["supplierAddresses"][1]


@pytest.mark.parametrize("edition", EDITIONS)
def test_place_to_return_to_is_a_serialised_optional(ask: Ask, edition: str) -> None:
    document = ask(ADDRESSES[edition], HEADERS[edition]).json
    assert document["defaultReturningAddress"] == {"present": True}


@pytest.mark.parametrize("option", FLAGS)
def test_flags_have_the_names_of_the_decision(open_world: Opener, option: str) -> None:
    ask = open_world(decisions={"address-flags": option})
    first, *_ = ask(ADDRESSES["tr"], TR).json["supplierAddresses"]
    assert [first[name] for name in FLAGS[option]] == [True, False, False, True]
    assert not any(name in first for other in FLAGS.keys() - {option} for name in FLAGS[other])


def test_addresses_are_the_same_whenever_somebody_asks(ask: Ask) -> None:
    assert ask(ADDRESSES["tr"], TR).json == ask(ADDRESSES["tr"], TR).json


def test_storefronts_have_addresses_of_their_own(ask: Ask) -> None:
    romanian, greek = (
        ask(ADDRESSES["int"], {**INT, "storeFrontCode": code}).json["supplierAddresses"]
        for code in ("RO", "GR")
    )
    assert ({row["country"] for row in romanian}, {row["country"] for row in greek}) == (
        {"România"},
        {"Ελλάδα"},
    )
    assert not {row["id"] for row in romanian} & {row["id"] for row in greek}


def test_storefront_without_goods_has_no_addresses(ask: Ask) -> None:
    answer = ask(ADDRESSES["int"], {**INT, "storeFrontCode": "SA"})
    assert refusal(answer) == (404, "supplier-addresses-unknown")
    assert answer.json["message"] == "Domain Not Found"


@pytest.mark.parametrize("edition", EDITIONS)
def test_addresses_were_read_once_an_hour(open_world: Opener, edition: str) -> None:
    ask = open_world("empty", limits="on", now_ms=BEFORE_MS)
    ask.control("POST", "/clock/freeze", {})
    path, headers = ADDRESSES[edition], HEADERS[edition]
    assert [ask(path, headers).status_code for _ in range(2)] == [200, 429]
    ask.control("POST", "/clock/advance", {"ms": HOUR_MS})
    assert ask(path, headers).status_code == 200


@pytest.mark.parametrize("now_ms", [BEFORE_MS + DAY_MS, NOW_MS])
def test_addresses_are_product_reads_now(open_world: Opener, now_ms: int) -> None:
    ask = open_world("empty", limits="on", now_ms=now_ms)
    ask.control("POST", "/clock/freeze", {})
    assert [ask(ADDRESSES["tr"], TR).status_code for _ in range(50)] == [200] * 50
    assert ask(ADDRESSES["tr"], TR).status_code == 429


def test_carriers_are_not_read_once_an_hour(open_world: Opener) -> None:
    ask = open_world("empty", limits="on", now_ms=BEFORE_MS)
    assert [ask(CARRIERS, TR).status_code for _ in range(2)] == [200, 200]
