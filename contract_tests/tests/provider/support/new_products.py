"""What the tests of product writes share: items as sellers send them, and what came of them."""

from __future__ import annotations

from typing import Any

from contract_tests.tests.provider.conftest import INT, TR, Ask
from emulator.contract.contract import load_contract

SELLERS = {"tr": (2738, TR), "int": (2748, INT)}
EDITIONS = tuple(SELLERS)
BATCH_MS, REVIEW_MS, DAY_MS = 30_000, 600_000, 86_400_000
PRODUCT = "/integration/product/sellers/{}"
WRITES = {
    "create": ("POST", "v2/products"),
    "create-v1": ("POST", "products"),
    "update-v1": ("PUT", "products"),
    "unapproved": ("POST", "products/unapproved-bulk-update"),
    "content": ("POST", "products/content-bulk-update"),
    "variant": ("POST", "products/variant-bulk-update"),
    "delete": ("DELETE", "products"),
}
COLOUR, WEB_COLOUR, AGE, GENDER, SIZE, ORIGIN, MATERIAL = 47, 295, 294, 296, 293, 1192, 14


def attributes(colour: str = "Siyah", size: int = 4592) -> list[dict[str, Any]]:
    """All attributes that a T-shirt needs."""
    return [
        {"attributeId": COLOUR, "customAttributeValue": colour},
        {"attributeId": WEB_COLOUR, "attributeValueId": 2881},
        {"attributeId": AGE, "attributeValueId": 2879},
        {"attributeId": GENDER, "attributeValueId": 2875},
        {"attributeId": SIZE, "attributeValueId": size},
        {"attributeId": ORIGIN, "attributeValueId": 20150},
    ]


def item(edition: str = "tr", /, **changes: Any) -> dict[str, Any]:
    """A T-shirt; a change to None leaves its field out."""
    whole = {
        "barcode": "smoketest-1",
        "title": "Pamuklu Tişört",
        "productMainId": "smoketest",
        "brandId": 315000,
        "categoryId": 604,
        "quantity": 5,
        "stockCode": "ST-1",
        "dimensionalWeight": 1,
        "description": "<p>Pamuklu</p>",
        "listPrice": 120,
        "salePrice": 99.9,
        "vatRate": {"tr": 10, "int": 21}[edition],
        "images": [{"url": "https://example.com/1.jpg"}],
        "attributes": attributes(),
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not None}


def recipe(**moderation: Any) -> dict[str, Any]:
    """An empty world in which people look at products so."""
    return {**load_contract().worlds["empty"], "name": "moderated", "moderation": moderation}


def write(ask: Ask, kind: str, items: Any, edition: str = "tr") -> Any:
    """Send items of a kind and give the answer."""
    seller, headers = SELLERS[edition]
    method, path = WRITES[kind]
    body = {"items": items} if isinstance(items, list) else items
    return ask.send(method, f"{PRODUCT.format(seller)}/{path}", json=body, headers=headers)


def finish(ask: Ask, kind: str, items: list[dict[str, Any]], edition: str = "tr") -> Any:
    """Send items, let them be done, and give the result."""
    answer = write(ask, kind, items, edition)
    assert answer.status_code == 200, answer.text
    later(ask, BATCH_MS)
    return read(ask, f"products/batch-requests/{answer.json['batchRequestId']}", edition)


def reasons(ask: Ask, kind: str, items: list[dict[str, Any]], edition: str = "tr") -> list[list[str]]:
    """Send items, let them be done, and give what failed of each."""
    return [each["failureReasons"] for each in finish(ask, kind, items, edition)["items"]]


def read(ask: Ask, path: str, edition: str = "tr", **query: Any) -> Any:
    """Read as a seller what must come."""
    seller, headers = SELLERS[edition]
    answer = ask(f"{PRODUCT.format(seller)}/{path}", headers, **query)
    assert answer.status_code == 200, answer.text
    return answer.json


def approved_contents(ask: Ask, edition: str = "tr", **query: Any) -> list[dict[str, Any]]:
    """The approved contents that a query gives."""
    rows: list[dict[str, Any]] = read(ask, "products/approved", edition, **query)["content"]
    return rows


def unapproved_rows(ask: Ask, edition: str = "tr", **query: Any) -> list[dict[str, Any]]:
    """The products that are not approved."""
    rows: list[dict[str, Any]] = read(ask, "products/unapproved", edition, **query)["content"]
    return rows


def approve(ask: Ask, items: list[dict[str, Any]], edition: str = "tr") -> list[dict[str, Any]]:
    """Create products, wait until they are approved, and give the contents of the first one's line."""
    assert reasons(ask, "create", items, edition) == [[]] * len(items)
    later(ask, REVIEW_MS)
    return approved_contents(ask, edition, productMainId=items[0]["productMainId"])


def later(ask: Ask, ms: int) -> None:
    """Let some time pass."""
    ask.control("POST", "/clock/advance", {"ms": ms})
