"""The stage's test orders: what comes of one in stock, lists, account, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.conftest import INT, NOW_MS, TR, Ask, Opener
from contract_tests.tests.provider.support.finance import AREA, SALES, page_of
from contract_tests.tests.provider.support.packages import DAY_MS, later, refusal, statuses
from contract_tests.tests.provider.support.pazarsync import ORDERS, Account
from contract_tests.tests.provider.support.stage_orders import (
    CITIES,
    COMPANY,
    SELLERS,
    SERVICES,
    advance,
    barcode,
    body_of,
    order_package,
    packages,
    place,
    recipe,
    stock,
)

RECIPE = recipe()
MINUTE_MS = 60_000


@pytest.fixture
def shop(open_world: Opener) -> Ask:
    """Ask a fresh world with goods on a storefront of each service."""
    return open_world(recipe=RECIPE)


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
    assert packages(ask, "core", orderNumber=number) == []
    (waiting,) = packages(ask, "core", orderNumber=number, status="Awaiting")
    assert refusal(advance(ask, "core", waiting, "Shipped")) == (400, "package-transition-refused")
    later(ask, MINUTE_MS)
    (document,) = packages(ask, "core", orderNumber=number)
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
    (after,) = packages(shop, service, orderNumber=document["orderNumber"])
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
    (after,) = packages(shop, "core", orderNumber=document["orderNumber"])
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
    (before,) = packages(shop, "core", orderNumber=document["orderNumber"])
    assert refusal(advance(shop, "core", document, status)) == (400, "package-transition-refused")
    assert packages(shop, "core", orderNumber=document["orderNumber"]) == [before]


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


@pytest.mark.parametrize("service", SERVICES)
def test_order_needs_the_sellers_header(shop: Ask, service: str) -> None:
    headers = {name: value for name, value in SELLERS[service][1].items() if name != "SellerID"}
    body = body_of(service, barcode(shop, service))
    assert refusal(place(shop, service, body, headers)) == (400, "seller-header-missing")


@pytest.mark.parametrize("name", ["SellerID", "sellerID", "sellerid", "SELLERID"])
def test_case_of_the_sellers_header_does_not_matter(shop: Ask, name: str) -> None:
    body = body_of("core", barcode(shop, "core"))
    assert place(shop, "core", body, {**TR, name: "2738"}).status_code == 200


@pytest.mark.parametrize("value", ["2748", "02738x", "somebody"])
def test_header_names_the_seller_of_the_key(shop: Ask, value: str) -> None:
    body = body_of("core", barcode(shop, "core"))
    assert refusal(place(shop, "core", body, {**TR, "SellerID": value})) == (401, "seller-mismatch")


def test_body_names_the_seller_of_the_key(shop: Ask) -> None:
    body = {**body_of("core", barcode(shop, "core")), "seller": {"sellerId": 2748}}
    assert refusal(place(shop, "core", body)) == (400, "test-order-seller-invalid")


REQUIRED_FIELDS = [
    ("customer", None),
    ("customer", "customerFirstName"),
    ("customer", "customerLastName"),
    *(("invoiceAddress", name) for name in (None, "addressText", "city", "district", "phone", "email")),
    ("invoiceAddress", "invoiceFirstName"),
    ("invoiceAddress", "invoiceLastName"),
    *(("shippingAddress", name) for name in (None, "addressText", "city", "district", "phone", "email")),
    ("shippingAddress", "shippingFirstName"),
    ("shippingAddress", "shippingLastName"),
    ("lines", None),
]


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(("part", "name"), REQUIRED_FIELDS)
def test_order_without_a_required_field_is_refused(
    shop: Ask, service: str, part: str, name: str | None
) -> None:
    body = body_of(service, "any")
    del (body if name is None else body[part])[name or part]
    assert refusal(place(shop, service, body)) == (400, "test-order-body-invalid")


def test_seller_is_required_in_turkey(shop: Ask) -> None:
    body = {name: value for name, value in body_of("core", "any").items() if name != "seller"}
    assert refusal(place(shop, "core", body)) == (400, "test-order-body-invalid")


@pytest.mark.parametrize(
    "change",
    [
        {"lines": []},
        {"lines": [{"barcode": "any", "quantity": 0}]},
        {"lines": [{"barcode": "any"}]},
        {"lines": [{"quantity": 1}]},
        {"lines": [{"barcode": "any", "quantity": 1, "discountPercentage": 101}]},
        {"microRegion": "MARS"},
        {"commercial": "yes"},
    ],
)
def test_order_with_a_wrong_value_is_refused(shop: Ask, change: dict[str, Any]) -> None:
    assert refusal(place(shop, "core", {**body_of("core", "any"), **change})) == (
        400,
        "test-order-body-invalid",
    )


@pytest.mark.parametrize("service", SERVICES)
def test_barcode_that_nobody_sells_is_refused(shop: Ask, service: str) -> None:
    answer = place(shop, service, body_of(service, "0000000000000"))
    assert refusal(answer) == (400, "test-order-barcode-unknown")
    assert "0000000000000" in answer.json["errors"][0]["message"]


@pytest.mark.parametrize("service", SERVICES)
def test_more_than_there_is_is_refused(shop: Ask, service: str) -> None:
    before, code = stock(shop, service), barcode(shop, service)
    body = body_of(service, code, before[code] // 2 + 1)
    body["lines"] *= 2
    assert refusal(place(shop, service, body)) == (400, "test-order-out-of-stock")
    assert stock(shop, service) == before
    assert packages(shop, service) == []


@pytest.mark.parametrize(
    ("service", "code"), [("eu", "SA"), ("eu", "TR"), ("local-gulf", "RO"), ("local-gulf", "AZ")]
)
def test_service_has_its_storefronts(shop: Ask, service: str, code: str) -> None:
    headers = {**INT, "SellerID": "2748", "storeFrontCode": code}
    answer = place(shop, service, body_of(service, "any"), headers)
    assert refusal(answer) == (400, "test-order-storefront-invalid")


@pytest.mark.parametrize("service", ["core", "eu"])
def test_status_of_a_package_that_is_not_there_is_refused(shop: Ask, service: str) -> None:
    document = {"shipmentPackageId": 999, "lines": []}
    assert refusal(advance(shop, service, document, "Shipped")) == (401, "package-unknown")


def test_status_needs_the_sellers_header(shop: Ask) -> None:
    document = order_package(shop, "core")
    path = f"/integration/test/order/sellers/2738/shipment-packages/{document['shipmentPackageId']}/status"
    answer = shop.send("PUT", path, headers=TR, json={"lines": [], "status": "Shipped"})
    assert refusal(answer) == (400, "seller-header-missing")


@pytest.mark.parametrize("status", ["Created", "Picking", "Cancelled", "shipped", ""])
def test_status_is_one_of_the_carriers(shop: Ask, status: str) -> None:
    answer = advance(shop, "core", order_package(shop, "core"), status)
    assert refusal(answer) == (400, "test-order-status-invalid")


@pytest.mark.parametrize("parts", [{"lines": "all"}, {"params": []}, {"lines": [{"lineId": 1}]}])
def test_status_with_a_wrong_body_is_refused(shop: Ask, parts: dict[str, Any]) -> None:
    answer = advance(shop, "core", order_package(shop, "core"), "Shipped", **parts)
    assert refusal(answer) == (400, "test-order-body-invalid")


def test_status_names_lines_of_the_package(shop: Ask) -> None:
    lines = [{"lineId": 1, "quantity": 1}]
    answer = advance(shop, "core", order_package(shop, "core"), "Shipped", lines=lines)
    assert refusal(answer) == (400, "package-lines-invalid")


def test_number_of_the_package_is_a_number(shop: Ask) -> None:
    path = "/integration/test/order/sellers/2738/shipment-packages/one/status"
    answer = shop.send("PUT", path, headers=SELLERS["core"][1], json={"lines": [], "status": "Shipped"})
    assert refusal(answer) == (400, "package-parameter-invalid")


def test_order_is_listed_by_pazarsync(ask: Ask) -> None:
    document = order_package(ask, "core")
    account = Account(ask)

    def row_of(number: str) -> dict[str, Any]:
        rows = account.get(ORDERS).json["data"]
        return next(row for row in rows if row["order_number"] == number)

    first = row_of(document["orderNumber"])
    assert first["total_amount"] == pytest.approx(document["packageTotalPrice"], abs=100)
    advance(ask, "core", document, "Delivered")
    assert row_of(document["orderNumber"])["status"] != first["status"]
