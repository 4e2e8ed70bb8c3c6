"""The stage's test orders: which are refused, and why."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.conftest import INT, TR, Ask
from contract_tests.tests.provider.support.packages import (
    refusal,
)
from contract_tests.tests.provider.support.pazarsync import ORDERS, Account
from contract_tests.tests.provider.support.stage_orders import (
    SELLERS,
    SERVICES,
    advance,
    barcode,
    body_of,
    listed_packages,
    order_package,
    place,
    stock,
)


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
    assert listed_packages(shop, service) == []


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
