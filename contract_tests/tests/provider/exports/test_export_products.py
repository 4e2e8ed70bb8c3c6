"""Products of the export centre: listed behind keys, opened, priced once a day, stocked; their batches."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.conftest import TR, Ask, Opener
from contract_tests.tests.provider.exports.conftest import (
    CENTRE,
    SHOP,
    ask_centre,
    products,
    reasons,
    result,
    rows_of,
    write,
)
from contract_tests.tests.provider.support.refusals import refused

DAY_MS = 86_400_000
KEY = "x-paging-key"
MIXTURE = 17_620
CLOTHING = 522
FIELDS = {"buyingPrice": 6.95, "rrp": 30.99, "stock": 12, "origin": "Türkiye", "gtip": "610910000000"}


def openable(shop: Ask) -> dict[str, Any]:
    """A product of clothing that is not open yet, with all that its category asks for."""
    open_barcodes = products(shop).keys()
    rows = shop.control("GET", "/truth/products", seller=2738, storefront="TR")["rows"]
    barcodes = [row["barcode"] for row in rows if row["barcode"] not in open_barcodes]
    page = write(shop, "v1", "lookup/product-categories/by-barcodes", {"barcodes": barcodes}).json
    for barcode, category in page["barcodeCategories"].items():
        leaf = rows_of(shop, "v1", f"lookup/product-categories/{category['id']}/attributes")
        if any(each["attributeId"] == MIXTURE for each in leaf["categoryAttributes"]):
            attributes = [sent_value(each) for each in leaf["categoryAttributes"]]
            place = {"barcode": barcode, "categoryId": category["id"], "attributes": attributes}
            return {**place, **FIELDS}
    raise AssertionError("no clothing is left to open")


def sent_value(attribute: dict[str, Any]) -> dict[str, Any]:
    """A value of an attribute as a request names it."""
    number, values = attribute["attributeId"], attribute["attributeValues"]
    if attribute["multipleValues"]:
        shares = {str(values[0]["id"]): "60", str(values[1]["id"]): "40"}
        return {"attributeId": number, "customAttributeValues": shares}
    if values:
        return {"attributeId": number, "attributeValueId": values[0]["id"]}
    return {"attributeId": number, "customAttributeValue": "Yeşil"}


@pytest.mark.parametrize("size", [1, 3, 7, 100])
def test_keys_lead_through_all_products(shop: Ask, size: int) -> None:
    answer = ask_centre(shop, "v2", "products", size=size, pageKey="")
    barcodes = [row["barcode"] for row in answer.json]
    while KEY in answer.headers:
        answer = ask_centre(shop, "v2", "products", size=size, pageKey=answer.headers[KEY])
        barcodes += [row["barcode"] for row in answer.json]
    assert len(barcodes) == len(set(barcodes)) == 7
    assert set(barcodes) == products(shop).keys()


def test_products_can_be_asked_for_by_barcode(shop: Ask) -> None:
    first, second, *_ = products(shop)
    rows = rows_of(shop, "v2", "products", barcodes=f"{first},{second},unknown")
    assert [row["barcode"] for row in rows] == [first, second]


@pytest.mark.parametrize("key", ["x", "1", "1,", "1,2,3", "-1,2", "9" * 40 + ",1"])
def test_key_that_nobody_gave_is_refused(shop: Ask, key: str) -> None:
    answer = ask_centre(shop, "v2", "products", pageKey=key)
    assert refused(answer) == (400, "export-parameter-invalid")
    assert answer.json["error"]["code"] == 1004


def test_product_is_opened_and_listed_behind_the_others(shop: Ask) -> None:
    item = openable(shop)
    batch = result(shop, "v2", "products", {"products": [item]})
    assert (batch["batchType"], batch["status"], reasons(batch)) == ("ProductCreate", "COMPLETED", [""])
    assert batch["items"][0]["requestItem"]["product"]["price"] == 6.95
    row = list(products(shop).values())[-1]
    names = ("barcode", "buyingPrice", "rrpPrice", "stock", "origin", "gtip", "categoryId")
    values = (item["barcode"], 6.95, 30.99, 12, "TR", "610910000000", item["categoryId"])
    assert tuple(row[name] for name in names) == values
    numbers = [each["attributeId"] for each in item["attributes"]]
    assert [each["attributeId"] for each in row["attributes"]] == numbers
    assert row["composition"].startswith("%60 ")
    assert ", %40 " in row["composition"]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"barcode": "unknown"}, "3001"),
        ({"categoryId": CLOTHING}, "3003"),
        ({"gtip": "12"}, "3003"),
        ({"gtip": "gtip-0123"}, "3003"),
        ({"origin": "Atlantis"}, "3003"),
        ({"stock": -1}, "3003"),
        ({"buyingPrice": 0}, "3003"),
        ({"rrp": 6.94}, "rrp"),
        ({"attributes": []}, "3003"),
    ],
)
def test_product_that_cannot_be_opened_says_why(shop: Ask, fields: dict[str, Any], reason: str) -> None:
    item = {**openable(shop), **fields}
    (first,) = reasons(result(shop, "v2", "products", {"products": [item]}))
    assert first.startswith(reason)
    assert item["barcode"] not in products(shop)


@pytest.mark.parametrize("shares", [{}, {"1": "100"}, {"228699": "99"}, {"228699": "x"}])
def test_shares_of_fabrics_are_a_hundred(shop: Ask, shares: dict[str, str]) -> None:
    item = openable(shop)
    for each in item["attributes"]:
        if each["attributeId"] == MIXTURE:
            each["customAttributeValues"] = shares
    assert reasons(result(shop, "v2", "products", {"products": [item]}))[0].startswith("3004")


def test_product_that_is_not_sold_is_not_opened(shop: Ask) -> None:
    item = openable(shop)
    archive = {"items": [{"barcode": item["barcode"], "archived": True}]}
    path = "/integration/product/sellers/2738/products/archive-state"
    assert shop.send("PUT", path, headers=TR, json=archive).status_code == 200
    assert reasons(result(shop, "v2", "products", {"products": [item]}))[0].startswith("3009")


def test_price_changes_once_a_day(shop: Ask) -> None:
    barcode, *_ = products(shop)
    prices = [{"barcode": barcode, "buyingPrice": 5.0, "rrp": 22.0}, {"barcode": barcode, "buyingPrice": 5.5}]
    first, second = reasons(result(shop, "v1", "prices", {"priceInfos": prices}))
    assert (first, second.startswith("Bir barkodun fiyatı")) == ("", True)
    assert products(shop)[barcode]["buyingPrice"] == 5.0
    shop.control("POST", "/clock/advance", {"ms": DAY_MS})
    assert reasons(result(shop, "v1", "prices", {"priceInfos": prices[1:]})) == [""]
    row = products(shop)[barcode]
    assert (row["buyingPrice"], row["rrpPrice"]) == (5.5, None)


def test_stock_is_set_where_a_product_is_open(shop: Ask) -> None:
    barcode, *_ = products(shop)
    pairs = [(barcode, 223), ("unknown", 1), (barcode, -1)]
    stocks = [{"barcode": each, "stock": stock} for each, stock in pairs]
    first, unknown, negative = reasons(result(shop, "v1", "stocks", {"stocks": stocks}))
    assert (first, unknown[:4], negative[:4]) == ("", "2006", "3003")
    assert products(shop)[barcode]["stock"] == 223


def test_result_is_gone_after_a_day_and_is_none_of_the_marketplace(shop: Ask) -> None:
    barcode, *_ = products(shop)
    batch = result(shop, "v1", "stocks", {"stocks": [{"barcode": barcode, "stock": 1}]})
    path = f"/integration/product/sellers/2738/products/batch-requests/{batch['batchId']}"
    assert shop(path, TR).json["status"] == "PROCESSING"
    shop.control("POST", "/clock/advance", {"ms": DAY_MS})
    answer = ask_centre(shop, "v1", "check-status", batchId=batch["batchId"])
    assert refused(answer) == (404, "export-batch-unknown")


@pytest.mark.parametrize(
    ("version", "path", "body"),
    [
        ("v2", "products", {"products": []}),
        ("v2", "products", {"products": [{"barcode": "x"}]}),
        ("v1", "prices", {"priceInfos": [{"barcode": "x", "buyingPrice": 1}] * 5001}),
        ("v1", "stocks", {"stocks": [{"barcode": "x", "stock": 1}] * 5001}),
        ("v1", "lookup/product-categories/by-barcodes", {}),
    ],
)
def test_body_that_no_page_knows_is_refused_whole(shop: Ask, version: str, path: str, body: Any) -> None:
    answer = write(shop, version, path, body)
    assert refused(answer) == (400, "export-body-invalid")
    assert answer.json["error"]["code"] == 1002


def test_categories_are_found_by_barcode(shop: Ask) -> None:
    barcode, *_ = products(shop)
    page = write(shop, "v1", "lookup/product-categories/by-barcodes", {"barcodes": [barcode, "unknown"]}).json
    assert page["notFound"] == ["unknown"]
    assert page["barcodeCategories"][barcode]["id"] == products(shop)[barcode]["categoryId"]
    answer = ask_centre(shop, "v1", f"lookup/product-categories/{CLOTHING}/attributes")
    assert refused(answer) == (404, "export-category-unknown")


@pytest.mark.parametrize("name", ["origins", "compositions", "care-instructions"])
def test_lists_to_choose_from_name_each_once(shop: Ask, name: str) -> None:
    names = [each["name"] for each in rows_of(shop, "v1", f"lookup/{name}")["items"]]
    assert len(names) == len(set(names)) >= 5


@pytest.mark.parametrize(
    ("version", "path"), [("v2", "products"), ("v3", "packages"), ("v1", "lookup/origins")]
)
def test_seller_who_is_not_enrolled_is_refused(open_world: Opener, version: str, path: str) -> None:
    shop = open_world(recipe={**SHOP, "name": "no-exports", "exports": []})
    answer = shop(f"{CENTRE}/{version}/2738/{path}", TR)
    assert refused(answer) == (401, "export-not-enrolled")
    assert answer.json["error"]["code"] == 1006
