"""The stage's test orders: what comes of one in stock, lists and account."""

from __future__ import annotations

import pytest

from contract_tests.tests.provider.conftest import NOW_MS, TR, Ask, Opener
from contract_tests.tests.provider.support.finance import AREA, SALES, page_of
from contract_tests.tests.provider.support.packages import (
    DAY_MS,
    later,
    number_in,
    package,
    refusal,
    statuses,
)
from contract_tests.tests.provider.support.stage_orders import (
    CITIES,
    COMPANY,
    SELLERS,
    SERVICES,
    advance,
    barcode,
    body_of,
    listed_packages,
    order_package,
    place,
    recipe,
    stock,
)

RECIPE = recipe()
MINUTE_MS = 60_000


@pytest.mark.parametrize("service", SERVICES)
def test_order_becomes_a_created_package(shop: Ask, service: str) -> None:
    code = barcode(shop, service)
    document = order_package(shop, service, body_of(service, code))
    assert (document["status"], statuses(document), document["createdBy"]) == (
        "Created",
        ["Created"],
        "order-creation",
    )
    assert [(line["barcode"], line["quantity"]) for line in document["lines"]] == [(code, 2)]


@pytest.mark.parametrize("service", SERVICES)
def test_order_lowers_the_stock(shop: Ask, service: str) -> None:
    before, code = stock(shop, service), barcode(shop, service)
    order_package(shop, service, body_of(service, code, 3))
    assert stock(shop, service) == {**before, code: before[code] - 3}


@pytest.mark.parametrize("service", SERVICES)
def test_order_is_streamed(shop: Ask, service: str) -> None:
    document = order_package(shop, service)
    seller, headers = SELLERS[service]
    path = f"/integration/order/sellers/{seller}/orders/stream"
    assert shop(path, headers).json["content"] == [document]


def test_order_is_in_the_truth(shop: Ask) -> None:
    document = order_package(shop, "core")
    rows = shop.control("GET", "/truth/orders", seller=2738, storefront="TR")["rows"]
    assert [row["shipmentPackageId"] for row in rows] == [document["shipmentPackageId"]]


def test_addresses_and_people_stand_in_the_package(shop: Ask) -> None:
    document = order_package(shop, "core")
    goods_to, invoice_to = document["shipmentAddress"], document["invoiceAddress"]
    assert (document["customerFirstName"], document["customerLastName"]) == ("Ada", "Demir")
    assert (goods_to["fullName"], invoice_to["fullName"]) == ("Ada Demir", "Eda Kaya")
    assert (goods_to["address1"], goods_to["neighborhood"], goods_to["postalCode"]) == (
        "Yol 1",
        "Merkez",
        "35000",
    )
    assert document["commercial"] is False
    assert "taxNumber" not in invoice_to


@pytest.mark.parametrize("service", SERVICES)
def test_district_has_the_numbers_of_the_lookups(shop: Ask, service: str) -> None:
    address = order_package(shop, service)["shipmentAddress"]
    assert (address["city"], address["district"]) == CITIES[service]
    assert address["districtId"] > 0


def test_district_that_nobody_knows_has_no_numbers(shop: Ask) -> None:
    body = body_of("core", barcode(shop, "core"))
    body["shippingAddress"]["district"] = "Nirgends"
    address = order_package(shop, "core", body)["shipmentAddress"]
    assert (address["cityCode"], address["districtId"]) == (0, 0)


def test_commercial_order_has_a_company(shop: Ask) -> None:
    body = {**body_of("core", barcode(shop, "core")), "commercial": True}
    body["invoiceAddress"] |= COMPANY
    document = order_package(shop, "core", body)
    invoice_to = document["invoiceAddress"]
    assert document["commercial"] is True
    assert (invoice_to["company"], invoice_to["taxNumber"], invoice_to["taxOffice"]) == tuple(
        COMPANY.values()
    )


@pytest.mark.parametrize("absent", COMPANY)
@pytest.mark.parametrize("value", [None, ""])
def test_commercial_order_needs_a_company(shop: Ask, absent: str, value: str | None) -> None:
    body = {**body_of("core", barcode(shop, "core")), "commercial": True}
    body["invoiceAddress"] |= COMPANY
    if value is None:
        del body["invoiceAddress"][absent]
    else:
        body["invoiceAddress"][absent] = value
    assert refusal(place(shop, "core", body)) == (400, "test-order-company-missing")


@pytest.mark.parametrize(("region", "country"), [("AZ", "AZ"), ("GULF", "SA")])
def test_micro_export_goes_abroad(shop: Ask, region: str, country: str) -> None:
    body = {**body_of("core", barcode(shop, "core")), "microRegion": region}
    document = order_package(shop, "core", body)
    assert (document["micro"], document["orderCountryCode"]) == (True, country)
    assert {"etgbNo", "etgbDate", "hsCode"} <= document.keys()


def test_other_orders_are_no_export(shop: Ask) -> None:
    document = order_package(shop, "core")
    assert document["micro"] is False
    assert "etgbNo" not in document


@pytest.mark.parametrize("percent", [12.5, 50, 100])
def test_discount_is_the_sellers_own(shop: Ask, percent: float) -> None:
    body = body_of("core", barcode(shop, "core"), 3, discountPercentage=percent)
    document = order_package(shop, "core", body)
    gross, discount = document["packageGrossAmount"], document["packageTotalDiscount"]
    assert discount == pytest.approx(gross * percent / 100, abs=0.01)
    assert document["packageSellerDiscount"] == discount
    assert document["packageTotalPrice"] == pytest.approx(gross - discount)


@pytest.mark.parametrize("service", ["eu", "local-gulf"])
def test_marketplace_discounts_what_the_seller_leaves(shop: Ask, service: str) -> None:
    percents = {"discountPercentage": 10, "trendyolDiscountPercentage": 5}
    document = order_package(shop, service, body_of(service, barcode(shop, service), 3, **percents))
    gross, own = document["packageGrossAmount"], document["packageSellerDiscount"]
    assert own == pytest.approx(gross * 0.1, abs=0.01)
    assert document["packageTyDiscount"] == pytest.approx((gross - own) * 0.05, abs=0.01)
    (line,) = document["lines"]
    for name in ("SellerDiscount", "TyDiscount"):
        units = [each[f"lineItem{name}"] for each in line["discountDetails"]]
        assert sum(units) == pytest.approx(document[f"package{name}"])
        assert max(units) - min(units) < 0.011


def test_international_sale_is_what_the_sellers_discount_leaves(shop: Ask) -> None:
    percents = {"discountPercentage": 10, "trendyolDiscountPercentage": 5}
    document = order_package(shop, "eu", body_of("eu", barcode(shop, "eu"), 3, **percents))
    assert advance(shop, "eu", document, "Delivered").status_code == 200
    rows = shop.control("GET", "/truth/settlements", seller=2748, storefront="RO")["rows"]
    assert {row["type"] for row in rows} == {"sale"}
    paid = document["packageTotalPrice"] + document["packageTyDiscount"]
    assert sum(float(row["credit"]) for row in rows) == pytest.approx(paid)


def test_marketplace_discount_is_unknown_in_turkey(shop: Ask) -> None:
    body = body_of("core", barcode(shop, "core"), trendyolDiscountPercentage=5)
    assert order_package(shop, "core", body)["packageTotalDiscount"] == 0


@pytest.mark.parametrize("service", ["eu", "local-gulf"])
def test_discount_of_nothing_is_none(shop: Ask, service: str) -> None:
    body = body_of(service, barcode(shop, service), discountPercentage=0)
    assert order_package(shop, service, body)["packageTotalDiscount"] == 0


def test_order_waits_for_its_payment_by_decision(open_world: Opener) -> None:
    ask = open_world(recipe=RECIPE, decisions={"test-order-first-status": "awaiting"})
    answer = place(ask, "core", body_of("core", barcode(ask, "core")))
    number = answer.json["orderNumber"]
    assert listed_packages(ask, "core", orderNumber=number) == []
    (waiting,) = listed_packages(ask, "core", orderNumber=number, status="Awaiting")
    assert refusal(advance(ask, "core", waiting, "Shipped")) == (400, "package-transition-refused")
    later(ask, MINUTE_MS)
    (document,) = listed_packages(ask, "core", orderNumber=number)
    assert statuses(document) == ["Awaiting", "Created"]


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    ("status", "steps"),
    [
        ("Shipped", ["Shipped"]),
        ("AtCollectionPoint", ["Shipped", "AtCollectionPoint"]),
        ("Delivered", ["Shipped", "Delivered"]),
        ("UnDelivered", ["Shipped", "UnDelivered"]),
        ("Returned", ["Shipped", "UnDelivered", "Returned"]),
    ],
)
def test_package_goes_through_what_lies_between(
    shop: Ask, service: str, status: str, steps: list[str]
) -> None:
    document = order_package(shop, service)
    answer = advance(shop, service, document, status)
    assert (answer.status_code, answer.text, answer.mimetype) == (200, "200 OK", "text/plain")
    (after,) = listed_packages(shop, service, orderNumber=document["orderNumber"])
    assert (after["status"], statuses(after)) == (status, ["Created", *steps])


@pytest.mark.parametrize(
    "route",
    [
        ["Shipped", "AtCollectionPoint", "Delivered"],
        ["Shipped", "AtCollectionPoint", "UnDelivered", "Returned"],
        ["Shipped", "UnDelivered", "Delivered"],
    ],
)
def test_package_is_led_on_step_by_step(shop: Ask, route: list[str]) -> None:
    document = order_package(shop, "core")
    assert [advance(shop, "core", document, status).status_code for status in route] == [200] * len(route)
    (after,) = listed_packages(shop, "core", orderNumber=document["orderNumber"])
    assert statuses(after) == ["Created", *route]


@pytest.mark.parametrize(
    ("first", "status"),
    [
        ("Shipped", "Shipped"),
        ("AtCollectionPoint", "Shipped"),
        ("Delivered", "Shipped"),
        ("Delivered", "Returned"),
        ("Delivered", "Delivered"),
        ("UnDelivered", "AtCollectionPoint"),
        ("Returned", "Delivered"),
    ],
)
def test_package_never_goes_back(shop: Ask, first: str, status: str) -> None:
    document = order_package(shop, "core")
    advance(shop, "core", document, first)
    (before,) = listed_packages(shop, "core", orderNumber=document["orderNumber"])
    assert refusal(advance(shop, "core", document, status)) == (400, "package-transition-refused")
    assert listed_packages(shop, "core", orderNumber=document["orderNumber"]) == [before]


@pytest.mark.parametrize("first", ["cancelled", "unsupplied", "delivered", "returned"])
def test_package_at_its_end_stays_there(packages: Ask, first: str) -> None:
    document = package(packages, number_in(first))
    answer = advance(packages, "core", document, "Shipped")
    assert refusal(answer) == (400, "package-transition-refused")
    assert package(packages, number_in(first)) == document


@pytest.mark.parametrize("first", ["picking", "invoiced"])
def test_package_that_the_seller_has_moved_is_led_on(packages: Ask, first: str) -> None:
    document = package(packages, number_in(first))
    assert advance(packages, "core", document, "Delivered").status_code == 200
    steps = statuses(package(packages, number_in(first)))
    assert steps == [*statuses(document), "Shipped", "Delivered"]


def test_delivered_order_is_booked(shop: Ask) -> None:
    document = order_package(shop, "core")
    sales = {**SALES, "startDate": NOW_MS - DAY_MS, "endDate": NOW_MS + DAY_MS}
    assert page_of(shop, f"{AREA}/2738/settlements", TR, **sales)["content"] == []
    advance(shop, "core", document, "Delivered")
    rows = page_of(shop, f"{AREA}/2738/settlements", TR, **sales)["content"]
    assert {(row["orderNumber"], row["shipmentPackageId"]) for row in rows} == {
        (document["orderNumber"], document["shipmentPackageId"])
    }
    assert sum(row["credit"] for row in rows) == pytest.approx(document["packageTotalPrice"])
