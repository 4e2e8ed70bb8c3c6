"""What the tests of the test orders share: sellers by service, a body that is right, and what comes of it."""

from __future__ import annotations

from typing import Any

from contract_tests.tests.provider.conftest import INT, TR, Ask
from emulator.contract.contract import load_contract

PATHS = {
    "core": "/integration/test/order/orders/core",
    "eu": "/integration/test/order/orders/eu",
    "local-gulf": "/integration/test/order/orders/local-gulf",
}
SELLERS = {
    "core": (2738, {**TR, "SellerID": "2738"}),
    "eu": (2748, {**INT, "SellerID": "2748"}),
    "local-gulf": (2748, {**INT, "SellerID": "2748", "storeFrontCode": "SA"}),
}
STOREFRONTS = {"core": "TR", "eu": "RO", "local-gulf": "SA"}
SERVICES = tuple(PATHS)
COMPANY = {"company": "Demir Ltd", "invoiceTaxNumber": "1234567890", "invoiceTaxOffice": "Bornova"}
CITIES = {
    "core": ("İzmir", "Bornova"),
    "eu": ("București", "Sectorul 1"),
    "local-gulf": ("Riyadh", "Al Olaya"),
}


def recipe() -> dict[str, Any]:
    """A world with goods on a storefront of each service."""
    empty = load_contract().worlds["empty"]
    sellers = [
        {**seller, "storefronts": ["RO", "SA"]} if seller["id"] == 2748 else seller
        for seller in empty["sellers"]
    ]
    listings = [
        {"seller": seller, "storefront": STOREFRONTS[service], "contents": 5, "variants": [2, 2]}
        for service, (seller, _) in SELLERS.items()
    ]
    return {**empty, "name": "stage-orders", "sellers": sellers, "listings": listings}


def stock(ask: Ask, service: str) -> dict[str, int]:
    """What is in stock of each barcode."""
    seller, headers = SELLERS[service]
    contents = ask(f"/integration/product/sellers/{seller}/products/approved", headers).json["content"]
    return {
        variant["barcode"]: variant["stock"]["quantity"]
        for content in contents
        for variant in content["variants"]
    }


def barcode(ask: Ask, service: str) -> str:
    """A barcode that is in stock."""
    quantities = stock(ask, service)
    return max(sorted(quantities), key=quantities.__getitem__)


def body_of(service: str, code: str, quantity: int = 2, **line: Any) -> dict[str, Any]:
    """An order of one line that is taken."""
    city, district = CITIES[service]
    place = {"addressText": "Yol 1", "city": city, "district": district, "phone": "5550000000"}
    place |= {"email": "ada@example.com", "neighborhood": "Merkez", "postalCode": "35000"}
    body: dict[str, Any] = {
        "customer": {"customerFirstName": "Ada", "customerLastName": "Demir"},
        "invoiceAddress": {**place, "invoiceFirstName": "Eda", "invoiceLastName": "Kaya"},
        "shippingAddress": {**place, "shippingFirstName": "Ada", "shippingLastName": "Demir"},
        "lines": [{"barcode": code, "quantity": quantity, **line}],
    }
    return {**body, "seller": {"sellerId": 2738}} if service == "core" else body


def place(ask: Ask, service: str, body: Any, headers: dict[str, str] | None = None) -> Any:
    """Send an order."""
    return ask.send("POST", PATHS[service], headers=headers or SELLERS[service][1], json=body)


def packages(ask: Ask, service: str, **query: Any) -> list[dict[str, Any]]:
    """The packages that a service's seller is shown."""
    seller, headers = SELLERS[service]
    rows: list[dict[str, Any]] = ask(f"/integration/order/sellers/{seller}/v2/orders", headers, **query).json[
        "content"
    ]
    return rows


def order_package(ask: Ask, service: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """The package that has come of an order."""
    answer = place(ask, service, body or body_of(service, barcode(ask, service)))
    assert answer.status_code == 200, answer.text
    (document,) = packages(ask, service, orderNumber=answer.json["orderNumber"])
    return document


def advance(ask: Ask, service: str, document: dict[str, Any], status: str, **parts: Any) -> Any:
    """Lead a package to a status."""
    seller, headers = SELLERS[service]
    lines = [{"lineId": line["lineId"], "quantity": line["quantity"]} for line in document["lines"]]
    number = document["shipmentPackageId"]
    return ask.send(
        "PUT",
        f"/integration/test/order/sellers/{seller}/shipment-packages/{number}/status",
        headers=headers,
        json={"lines": lines, "params": {}, "status": status, **parts},
    )
