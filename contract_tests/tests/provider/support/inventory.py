"""What the tests of stock, price and state share: pushing as a seller, and reading what came of it."""

from __future__ import annotations

from typing import Any

from contract_tests.tests.provider.conftest import INT, TR, Ask

SELLERS = {"tr": (2738, TR), "int": (2748, INT)}
EDITIONS = tuple(SELLERS)
DONE_MS = 30_000
PRICE_CHANGES_A_MINUTE = 30
"""So many price changes of a product are done, whichever process took them."""
PRICES = "/inventory/sellers/{}/products/price-and-inventory"
WRITES = {
    "archive": ("PUT", "/product/sellers/{}/products/archive-state"),
    "unlock": ("PUT", "/product/sellers/{}/products/unlock"),
    "delete": ("DELETE", "/product/sellers/{}/products"),
    "delivery": ("POST", "/product/sellers/{}/products/delivery-info-bulk-update"),
    "inventory": ("POST", PRICES),
}
BUYBOX = "/product/sellers/{}/products/buybox-information"


def write(ask: Ask, kind: str, items: Any, edition: str = "tr", **rest: Any) -> Any:
    """Send items of a kind and give the answer."""
    seller, headers = SELLERS[edition]
    method, path = WRITES[kind]
    body = {"items": items} if isinstance(items, list) else items
    return ask.send(method, "/integration" + path.format(seller), json=body, headers=headers, **rest)


def push(ask: Ask, items: list[dict[str, Any]], edition: str = "tr", kind: str = "inventory") -> str:
    """Send items and give the id of their batch."""
    answer = write(ask, kind, items, edition)
    assert answer.status_code == 200, answer.text
    batch_id: str = answer.json["batchRequestId"]
    return batch_id


def result_answer(ask: Ask, batch_id: str, edition: str = "tr") -> Any:
    """The whole answer to the question for a result."""
    seller, headers = SELLERS[edition]
    return ask(f"/integration/product/sellers/{seller}/products/batch-requests/{batch_id}", headers)


def result(ask: Ask, batch_id: str, edition: str = "tr") -> Any:
    """The result of a batch."""
    answer = result_answer(ask, batch_id, edition)
    assert answer.status_code == 200, answer.text
    return answer.json


def finish(ask: Ask, items: list[dict[str, Any]], edition: str = "tr", kind: str = "inventory") -> Any:
    """Send items, let them be done, and give the result."""
    batch_id = push(ask, items, edition, kind)
    ask.control("POST", "/clock/advance", {"ms": DONE_MS})
    return result(ask, batch_id, edition)


def reasons(ask: Ask, items: list[dict[str, Any]], edition: str = "tr", kind: str = "inventory") -> Any:
    """Send items, let them be done, and give what failed of each."""
    return [item["failureReasons"] for item in finish(ask, items, edition, kind)["items"]]


def variants(ask: Ask, edition: str = "tr", **query: Any) -> list[dict[str, Any]]:
    """The variants of the first contents that a query gives."""
    seller, headers = SELLERS[edition]
    answer = ask(f"/integration/product/sellers/{seller}/products/approved", headers, size=100, **query)
    assert answer.status_code == 200, answer.text
    return [each for content in answer.json["content"] for each in content["variants"]]


def variant(ask: Ask, barcode: str, edition: str = "tr") -> dict[str, Any]:
    """The variant of a barcode as the approved list has it."""
    return next(each for each in variants(ask, edition, barcode=barcode) if each["barcode"] == barcode)


def barcode_that(ask: Ask, state: str, edition: str = "tr") -> str:
    """A barcode that is archived, locked, blacklisted or onSale, and none of the others."""
    others = {"archived", "locked", "blacklisted", "onSale"} - {state}
    rows = variants(ask, edition, status=state)
    barcode: str = next(
        each["barcode"] for each in rows if each[state] and not any(each[name] for name in others)
    )
    return barcode


def barcodes_on_sale(ask: Ask, count: int, edition: str = "tr") -> list[str]:
    """So many barcodes that can be bought."""
    rows = [each["barcode"] for each in variants(ask, edition, status="onSale") if each["onSale"]]
    return rows[:count]
