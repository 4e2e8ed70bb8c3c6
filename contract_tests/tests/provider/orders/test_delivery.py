"""How a package is sent: tracking numbers, alternative delivery and its end."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.conftest import NOW_MS, TR, Ask, Opener
from contract_tests.tests.provider.support.finance import AREA, SALES, page_of
from contract_tests.tests.provider.support.packages import (
    BEFORE_SHIPPING,
    DAY_MS,
    DIGITAL,
    EDITIONS,
    SELLERS,
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

HOUR_MS = 3_600_000
LINK = "https://tracking.example.com/1"
BY_LINK = {"isPhoneNumber": False, "trackingInfo": LINK, "params": {}, "boxQuantity": 2, "deci": 1.45}
CODE = {"isPhoneNumber": True, "trackingInfo": "5550000000", "params": {"digitalCode": "ABC123DEF"}}
DETAILS = {"cargoSenderNumber": "210090111111", "providerCode": "DPDMP"}
TRACKING = {"trackingNumber": "7340447182689"}
BOXES = {"boxQuantity": 4, "deci": 4.4}
LATER_STATUSES = [status for status in STATUSES if status not in BEFORE_SHIPPING]
NUMBER = 3_300_000_000
BEFORE_LOCKERS_MS = NOW_MS - 300 * DAY_MS


def end(ask: Ask, number: int, path: str, edition: str) -> Any:
    """Send a write without a body; the path says by which number it names the package."""
    seller, _, headers = SELLERS[edition]
    cargo_number = package(ask, number)["cargoTrackingNumber"]
    whole = path.format(packageId=number, cargoTrackingNumber=cargo_number)
    return ask.send("PUT", f"/integration/order/sellers/{seller}{whole}", headers=headers)


DELIVER = {
    "tr": [
        "/shipment-packages/{packageId}/manual-deliver",
        "/manual-deliver/{cargoTrackingNumber}",
        "/shipment-packages/{packageId}/manual-invoice-delivery",
        "/shipment-packages/manual-invoice-delivery-by-tracking-number/{cargoTrackingNumber}",
    ],
    "int": ["/shipment-packages/{packageId}/manual-deliver", "/manual-deliver/{cargoTrackingNumber}"],
}
RETURN = {
    "tr": [
        "/shipment-packages/{packageId}/manual-return",
        "/manual-return/{cargoTrackingNumber}",
        "/shipment-packages/manual-return-by-tracking-number/{cargoTrackingNumber}",
    ],
    "int": ["/shipment-packages/{packageId}/manual-return", "/manual-return/{cargoTrackingNumber}"],
}
ENDS = [
    (edition, path, status)
    for table, status in ((DELIVER, "Delivered"), (RETURN, "Returned"))
    for edition, paths in table.items()
    for path in paths
]


@pytest.mark.parametrize("at", BEFORE_SHIPPING)
@pytest.mark.parametrize("edition", EDITIONS)
def test_alternative_delivery_ships_at_once(packages: Ask, edition: str, at: str) -> None:
    number = number_in(at, edition)
    before = package(packages, number)
    answer = write(packages, number, "/alternative-delivery", BY_LINK, edition)
    after = package(packages, number)
    assert (answer.status_code, answer.data) == (200, b"")
    assert statuses(after) == [*statuses(before), "Shipped"]
    assert str(after["cargoTrackingNumber"]).startswith("732")
    assert (after["cargoTrackingLink"], after["cargoProviderName"], after["cargoDeci"]) == (
        LINK,
        "ADEL",
        1.45,
    )


@pytest.mark.parametrize("at", LATER_STATUSES)
def test_alternative_delivery_starts_before_shipping(packages: Ask, at: str) -> None:
    number = number_in(at)
    before = package(packages, number)
    answer = write(packages, number, "/alternative-delivery", BY_LINK)
    assert refusal(answer) == (400, "package-transition-refused")
    assert package(packages, number) == before


@pytest.mark.parametrize("absent", ["isPhoneNumber", "trackingInfo", "params"])
def test_alternative_delivery_needs_three_fields(packages: Ask, absent: str) -> None:
    body = {name: value for name, value in BY_LINK.items() if name != absent}
    answer = write(packages, number_in("created"), "/alternative-delivery", body)
    assert refusal(answer) == (400, "package-body-invalid")


@pytest.mark.parametrize("rest", ["/alternative-delivery", "/alternative-delivery-digital"])
def test_digital_goods_arrive_by_themselves(open_world: Opener, rest: str) -> None:
    ask = open_world(recipe=world_of(order(300, "created", line={"category": DIGITAL})))
    assert write(ask, NUMBER, rest, CODE).status_code == 200
    assert package(ask, NUMBER)["status"] == "Shipped"
    later(ask, 60_000)
    assert statuses(package(ask, NUMBER)) == ["Created", "Shipped", "Delivered"]


@pytest.mark.parametrize("rest", ["/alternative-delivery", "/alternative-delivery-digital"])
def test_code_is_for_digital_goods_alone(packages: Ask, rest: str) -> None:
    answer = write(packages, number_in("created"), rest, CODE)
    assert refusal(answer) == (400, "digital-unit-invalid")
    assert answer.json["errors"][0]["key"] == "digital.good.business.unit.not.valid"


@pytest.mark.parametrize("code", ["ABC12", "A" * 121])
def test_code_has_six_to_120_characters(packages: Ask, code: str) -> None:
    body = {**CODE, "params": {"digitalCode": code}}
    answer = write(packages, number_in("created"), "/alternative-delivery-digital", body)
    assert refusal(answer) == (400, "package-body-invalid")


@pytest.mark.parametrize(("edition", "path", "status"), ENDS)
def test_alternative_delivery_is_ended_by_hand(packages: Ask, edition: str, path: str, status: str) -> None:
    number = number_in("picking", edition)
    write(packages, number, "/alternative-delivery", BY_LINK, edition)
    later(packages, 6 * HOUR_MS)
    assert end(packages, number, path, edition).status_code == 200
    assert statuses(package(packages, number)) == ["Created", "Picking", "Shipped", status]


@pytest.mark.parametrize(("edition", "path", "status"), ENDS)
def test_what_a_carrier_brings_is_not_ended_by_hand(
    packages: Ask, edition: str, path: str, status: str
) -> None:
    answer = end(packages, number_in("shipped", edition), path, edition)
    assert refusal(answer) == (400, "manual-delivery-refused")


def test_end_is_set_once(packages: Ask) -> None:
    number, path = number_in("picking"), DELIVER["tr"][0]
    write(packages, number, "/alternative-delivery", BY_LINK)
    assert [end(packages, number, path, "tr").status_code for _ in range(2)] == [200, 400]
    assert refusal(end(packages, number, RETURN["tr"][0], "tr")) == (400, "package-transition-refused")


@pytest.mark.parametrize(("edition", "path", "status"), [each for each in ENDS if each[0] == "int"])
def test_end_can_be_set_abroad_after_six_hours(packages: Ask, edition: str, path: str, status: str) -> None:
    number = number_in("picking", edition)
    write(packages, number, "/alternative-delivery", BY_LINK, edition)
    later(packages, 6 * HOUR_MS - 1000)
    assert refusal(end(packages, number, path, edition)) == (400, "manual-delivery-early")


def test_delivery_by_hand_waits_for_the_customer_by_decision(open_world: Opener) -> None:
    ask = open_world(recipe=every_status(), decisions={"manual-delivery": "confirmed"})
    number = number_in("picking")
    write(ask, number, "/alternative-delivery", BY_LINK)
    assert end(ask, number, DELIVER["tr"][0], "tr").status_code == 200
    assert package(ask, number)["status"] == "Shipped"
    later(ask, 3 * DAY_MS)
    assert package(ask, number)["status"] == "Delivered"


@pytest.mark.parametrize("path", [DELIVER["tr"][1], RETURN["tr"][1], RETURN["tr"][2]])
def test_cargo_number_that_nobody_has_is_401(packages: Ask, path: str) -> None:
    whole = path.replace("{cargoTrackingNumber}", "7330000000000000")
    assert refusal(end(packages, number_in("created"), whole, "tr")) == (401, "package-unknown")


def test_sale_of_an_alternative_delivery_is_booked(packages: Ask) -> None:
    number = number_in("picking")
    write(packages, number, "/alternative-delivery", BY_LINK)
    end(packages, number, DELIVER["tr"][0], "tr")
    window = {"startDate": NOW_MS, "endDate": NOW_MS + DAY_MS}
    rows = page_of(packages, f"{AREA}/2738/settlements", TR, **{**SALES, **window})["content"]
    assert {row["shipmentPackageId"] for row in rows} == {number}


@pytest.mark.parametrize("at", BEFORE_SHIPPING)
def test_tracking_number_is_fed_once(packages: Ask, at: str) -> None:
    number = number_in(at)
    before = package(packages, number)
    answers = [write(packages, number, "/update-tracking-number", TRACKING) for _ in range(2)]
    assert answers[0].status_code == 200
    assert refusal(answers[1]) == (400, "tracking-number-closed")
    assert answers[1].json["errors"][0]["message"] == "Shipment Update Edilebilir Bir Durumda Değil."
    after = package(packages, number)
    assert (after["cargoSenderNumber"], after["whoPays"]) == ("7340447182689", 1)
    assert statuses(after) == statuses(before)


@pytest.mark.parametrize("at", LATER_STATUSES)
def test_tracking_number_is_not_fed_once_it_is_shipped(packages: Ask, at: str) -> None:
    answer = write(packages, number_in(at), "/update-tracking-number", TRACKING)
    assert refusal(answer) == (400, "tracking-number-closed")


@pytest.mark.parametrize("at", ["picking", "invoiced", "shipped"])
def test_tracking_details_are_fed_again_and_again(packages: Ask, at: str) -> None:
    number = number_in(at, "int")
    for sender_number in ("210090111111", "210090111112"):
        body = {**DETAILS, "cargoSenderNumber": sender_number, "returnTrackingNumber": "9"}
        assert write(packages, number, "/tracking-details", body, "int").status_code == 200
        assert package(packages, number)["cargoSenderNumber"] == sender_number


@pytest.mark.parametrize("at", [at for at in STATUSES if at not in ("picking", "invoiced", "shipped")])
def test_tracking_details_are_not_fed_before_picking_or_after_shipping(packages: Ask, at: str) -> None:
    answer = write(packages, number_in(at, "int"), "/tracking-details", DETAILS, "int")
    assert refusal(answer) == (400, "tracking-details-closed")
    assert answer.json["errors"][0]["message"] == "Shipment tracking number cannot be updated"


def test_tracking_details_end_with_shipping_by_decision(open_world: Opener) -> None:
    ask = open_world(recipe=every_status(), decisions={"tracking-after-shipped": "refuse"})
    answer = write(ask, number_in("shipped", "int"), "/tracking-details", DETAILS, "int")
    assert refusal(answer) == (400, "tracking-details-closed")


@pytest.mark.parametrize(
    ("as_of_ms", "code"), [(NOW_MS, "BOXNOW"), (BEFORE_LOCKERS_MS, "ACS"), (BEFORE_LOCKERS_MS, "DPDMP")]
)
def test_provider_is_taken_once_it_brings_packages(open_world: Opener, as_of_ms: int, code: str) -> None:
    ask = open_world(recipe=every_status(), now_ms=as_of_ms)
    body = {**DETAILS, "providerCode": code}
    answer = write(ask, number_in("picking", "int"), "/tracking-details", body, "int")
    has_begun = as_of_ms == NOW_MS or code == "DPDMP"
    assert refusal(answer) == ((200, "") if has_begun else (400, "tracking-provider-invalid"))


def test_package_is_sized_and_placed_before_the_seller_says_more(packages: Ask) -> None:
    numbers = {edition: number_in("picking", edition) for edition in EDITIONS}
    rows = [package(packages, number) for number in numbers.values()]
    assert all(row["cargoDeci"] >= sum(line["quantity"] for line in row["lines"]) for row in rows)
    assert len({row["warehouseId"] for row in rows}) == len(EDITIONS)


@pytest.mark.parametrize("code", ["dpdmp", "YKMP", "", 1])
def test_provider_code_is_one_of_the_list(packages: Ask, code: Any) -> None:
    body = {**DETAILS, "providerCode": code}
    answer = write(packages, number_in("picking", "int"), "/tracking-details", body, "int")
    assert refusal(answer) == (400, "tracking-provider-invalid")


@pytest.mark.parametrize(("edition", "rest"), [("tr", "tracking-details"), ("int", "update-tracking-number")])
def test_each_edition_has_its_own_tracking_service(packages: Ask, edition: str, rest: str) -> None:
    assert write(packages, number_in("picking", edition), f"/{rest}", {}, edition).status_code == 404


@pytest.mark.parametrize("edition", EDITIONS)
def test_package_of_nobody_is_401(packages: Ask, edition: str) -> None:
    assert refusal(write(packages, 1, "/box-info", BOXES, edition)) == (401, "package-unknown")


def test_status_tracking_number_and_warehouse_share_a_limit(open_world: Opener) -> None:
    ask = open_world(recipe=every_status(), limits="on")
    services = (
        ("", {"status": "Picking"}),
        ("/update-tracking-number", TRACKING),
        ("/warehouse", {"warehouseId": 1}),
    )
    codes = []
    for _ in range(2):
        later(ask, 10_000)
        codes += [write(ask, 1, rest, body).status_code for rest, body in services for _ in range(50)]
    assert codes == [401] * 300
    later(ask, 10_000)
    assert {write(ask, 1, rest, body).status_code for rest, body in services} == {429}


@pytest.mark.parametrize(("edition", "status"), [("int", 400), ("tr", 200)])
def test_alternative_delivery_needs_a_permission_abroad_by_decision(
    open_world: Opener, edition: str, status: int
) -> None:
    ask = open_world(recipe=every_status(), decisions={"adel-permission": "missing"})
    answer = write(ask, number_in("created", edition), "/alternative-delivery", BY_LINK, edition)
    assert answer.status_code == status
    assert status == 200 or refusal(answer) == (400, "alternative-delivery-forbidden")
