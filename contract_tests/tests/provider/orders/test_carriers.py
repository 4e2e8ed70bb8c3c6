"""Who brings a package, from where, in how many boxes; carriers at home and abroad."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.conftest import Ask, Opener
from contract_tests.tests.provider.support.packages import (
    BEFORE_SHIPPING,
    EDITIONS,
    STATUSES,
    every_status,
    later,
    number_in,
    order,
    package,
    refusal,
    statuses,
    world_of,
    write,
)

DETAILS = {"cargoSenderNumber": "210090111111", "providerCode": "DPDMP"}
BOXES = {"boxQuantity": 4, "deci": 4.4}
NUMBER = 3_300_000_000


@pytest.mark.parametrize("edition", EDITIONS)
def test_boxes_are_noted_until_shipping(packages: Ask, edition: str) -> None:
    number = number_in("picking", edition)
    assert write(packages, number, "/box-info", BOXES, edition).status_code == 200
    assert package(packages, number)["cargoDeci"] == 4.4
    answer = write(packages, number_in("shipped", edition), "/box-info", BOXES, edition)
    assert refusal(answer) == (400, "package-transition-refused")


@pytest.mark.parametrize(
    ("carrier", "option", "body", "status"),
    [
        ("horoz", "horoz-ceva", {"boxQuantity": 1}, 400),
        ("horoz", "horoz-ceva", BOXES, 200),
        ("ceva", "horoz-ceva", {"deci": 1}, 400),
        ("ups", "horoz-ceva", {}, 200),
        ("ups", "ups-ceva", {"deci": 1}, 400),
        ("ups", "ups-ceva", {"boxQuantity": 1}, 200),
        ("horoz", "ups-ceva", {}, 200),
    ],
)
def test_carriers_that_need_boxes(
    open_world: Opener, carrier: str, option: str, body: Any, status: int
) -> None:
    recipe = world_of(order(300, "picking", carrier=carrier))
    answer = write(
        open_world(recipe=recipe, decisions={"box-info-carriers": option}), NUMBER, "/box-info", body
    )
    assert answer.status_code == status
    assert status == 200 or refusal(answer) == (400, "box-info-incomplete")


@pytest.mark.parametrize("body", [{"boxQuantity": 0}, {"boxQuantity": "1"}, {"deci": 0}, [], None])
def test_boxes_are_positive_numbers(packages: Ask, body: Any) -> None:
    answer = write(packages, number_in("created"), "/box-info", body)
    assert refusal(answer)[0] in (400, 415)


def test_carrier_changes_with_its_number(packages: Ask) -> None:
    number = number_in("created")
    before = package(packages, number)
    assert write(packages, number, "/cargo-providers", {"cargoProvider": "YKMP"}).status_code == 200
    after = package(packages, number)
    assert after["cargoProviderName"] == "Yurtiçi Kargo Marketplace"
    assert str(after["cargoTrackingNumber"]).startswith("725")
    assert statuses(after) == statuses(before)


def test_carrier_changes_once_in_five_minutes(packages: Ask) -> None:
    number = number_in("created")
    body = {"cargoProvider": "ARASMP"}
    write(packages, number, "/cargo-providers", body)
    later(packages, 299_000)
    answer = write(packages, number, "/cargo-providers", body)
    assert refusal(answer) == (400, "cargo-provider-repeated")
    other = write(packages, number_in("picking"), "/cargo-providers", body)
    later(packages, 1000)
    assert [other.status_code, write(packages, number, "/cargo-providers", body).status_code] == [200, 200]


@pytest.mark.parametrize("code", ["FANCOURIER", "ykmp", "", None])
def test_carrier_is_one_of_the_list(packages: Ask, code: Any) -> None:
    answer = write(packages, number_in("created"), "/cargo-providers", {"cargoProvider": code})
    assert refusal(answer) == (400, "cargo-provider-invalid")


def test_carrier_stays_once_it_has_the_package(packages: Ask) -> None:
    answer = write(packages, number_in("shipped"), "/cargo-providers", {"cargoProvider": "YKMP"})
    assert refusal(answer) == (400, "package-transition-refused")


@pytest.mark.parametrize(("code", "status"), [("TEXMP", 400), ("PTTMP", 200)])
def test_quota_of_trendyol_express_is_full_by_decision(open_world: Opener, code: str, status: int) -> None:
    ask = open_world(recipe=every_status(), decisions={"tex-quota": "full"})
    answer = write(ask, number_in("created"), "/cargo-providers", {"cargoProvider": code})
    assert answer.status_code == status
    assert status == 200 or refusal(answer) == (400, "cargo-provider-quota-full")


@pytest.mark.parametrize("code", ["FANCOURIER", "DPD Romania"])
def test_partner_abroad_takes_the_package(packages: Ask, code: str) -> None:
    number = number_in("invoiced", "int")
    assert write(packages, number, "/cargo-providers", {"cargoProvider": code}, "int").status_code == 200
    assert package(packages, number)["cargoProviderName"] == code


def partner_refusal(ask: Ask, number: int, code: str) -> tuple[int, str, str]:
    answer = write(ask, number, "/cargo-providers", {"cargoProvider": code}, "int")
    return (*refusal(answer), answer.json["errors"][0]["key"])


@pytest.mark.parametrize(
    ("at", "code", "rule", "key"),
    [
        ("created", "YKMP", "cargo-partner-unknown", "CPE001"),
        ("shipped", "FANCOURIER", "cargo-partner-fixed", "CPE002"),
        ("created", "Aramex", "cargo-partner-elsewhere", "CPE004"),
        ("created", "FANEX", "cargo-partner-inactive", "CPE005"),
    ],
)
def test_partner_abroad_is_refused_with_its_code(
    packages: Ask, at: str, code: str, rule: str, key: str
) -> None:
    assert partner_refusal(packages, number_in(at, "int"), code) == (409, rule, key)


def test_partner_of_an_export_cannot_be_changed(open_world: Opener) -> None:
    ask = open_world(recipe=world_of(order(300, "created", "int", export="agency")))
    expected_refusal = (409, "cargo-partner-marketplace-only", "CPE003")
    assert partner_refusal(ask, NUMBER, "FANCOURIER") == expected_refusal


def test_partner_where_the_seller_pays_cannot_be_changed(packages: Ask) -> None:
    number = number_in("picking", "int")
    write(packages, number, "/tracking-details", DETAILS, "int")
    expected_refusal = (409, "cargo-partner-selected", "CPE006")
    assert partner_refusal(packages, number, "FANCOURIER") == expected_refusal


@pytest.mark.parametrize("at", STATUSES)
def test_warehouse_changes_until_shipping(packages: Ask, at: str) -> None:
    answer = write(packages, number_in(at), "/warehouse", {"warehouseId": 372389})
    if at in BEFORE_SHIPPING:
        assert answer.status_code == 200
        assert package(packages, number_in(at))["warehouseId"] == 372389
    else:
        assert refusal(answer) == (400, "package-transition-refused")


@pytest.mark.parametrize(
    ("at", "carrier", "status"),
    [
        ("created", "horoz", 200),
        ("invoiced", "horoz", 200),
        ("created", "aras", 400),
        ("shipped", "horoz", 400),
    ],
)
def test_service_delivers_what_goes_with_horoz(
    open_world: Opener, at: str, carrier: str, status: int
) -> None:
    ask = open_world(recipe=world_of(order(300, at, carrier=carrier)))
    answer = write(ask, NUMBER, "/delivered-by-service")
    assert answer.status_code == status
    assert status == 200 or refusal(answer) == (400, "service-delivery-refused")
    assert package(ask, NUMBER)["deliveredByService"] == (status == 200)
