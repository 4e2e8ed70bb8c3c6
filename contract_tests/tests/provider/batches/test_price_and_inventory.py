"""Price and stock: what is refused at once, what fails as an item, and what is seen of it everywhere."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.batches.conftest import SHOP
from contract_tests.tests.provider.conftest import Ask, Opener
from contract_tests.tests.provider.support.inventory import (
    EDITIONS,
    SELLERS,
    barcode_that,
    barcodes_on_sale,
    finish,
    push,
    reasons,
    result,
    variant,
    write,
)

MINUTE_MS = 60_000
UNKNOWN = "Ürün sistemde bulunamadı: yok-böyle"


def key_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["errors"][0]["key"]


@pytest.mark.parametrize("edition", EDITIONS)
def test_price_and_stock_are_seen_once_the_batch_is_done(ask: Ask, edition: str) -> None:
    barcode = barcodes_on_sale(ask, 1, edition)[0]
    before = variant(ask, barcode, edition)
    item = {"barcode": barcode, "quantity": 4321, "salePrice": 112.85, "listPrice": 113.85}
    batch_id = push(ask, [item], edition)
    waiting = result(ask, batch_id, edition)
    assert [each["status"] for each in waiting["items"]] == ["IN_PROGRESS"]
    assert variant(ask, barcode, edition) == before
    ask.control("POST", "/clock/advance", {"ms": MINUTE_MS})
    after = variant(ask, barcode, edition)
    assert after["stock"]["quantity"] == 4321
    assert (after["price"]["salePrice"], after["price"]["listPrice"]) == (112.85, 113.85)
    answer = result(ask, batch_id, edition)
    assert answer["items"] == [
        {
            "requestItem": {**item, "updateRequestDate": "2026-11-22T00:00:00.000+00:00"},
            "status": "SUCCESS",
            "failureReasons": [],
        }
    ]
    assert answer["batchRequestType"] == "ProductInventoryUpdate"
    assert "status" not in answer


def test_result_had_a_status_before_may_2025(open_world: Opener) -> None:
    ask = open_world(recipe=SHOP, now_ms=1_743_465_600_000)
    assert finish(ask, [{"barcode": "x", "quantity": 1}])["status"] == "COMPLETED"


def test_half_of_the_items_fail_and_the_others_are_done(ask: Ask) -> None:
    first, second = barcodes_on_sale(ask, 2)
    answer = finish(ask, [{"barcode": "yok-böyle", "quantity": 1}, {"barcode": second, "quantity": 7}])
    assert [each["status"] for each in answer["items"]] == ["FAILED", "SUCCESS"]
    assert (answer["itemCount"], answer["failedItemCount"]) == (2, 1)
    assert answer["items"][0]["failureReasons"] == [UNKNOWN]
    assert variant(ask, second)["stock"]["quantity"] == 7
    assert first != second


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({}, "Stok veya fiyat bilgilerinden en az biri gönderilmelidir."),
        ({"quantity": -1}, "Stok adedi negatif olamaz: -1"),
        ({"quantity": 20_001}, "Stok adedi en fazla 20000 olabilir: 20001"),
        ({"salePrice": 10}, "Satış fiyatı ve liste fiyatı birlikte gönderilmelidir."),
        ({"listPrice": 10}, "Satış fiyatı ve liste fiyatı birlikte gönderilmelidir."),
        ({"salePrice": 0, "listPrice": 10, "quantity": 3}, "Satış fiyatı 0'dan büyük olmalıdır: 0"),
        ({"salePrice": 11, "listPrice": 10}, "TSF PSF'den Büyük olamaz"),
    ],
)
def test_item_fails_and_changes_nothing(ask: Ask, item: dict[str, Any], reason: str) -> None:
    barcode = barcodes_on_sale(ask, 1)[0]
    before = variant(ask, barcode)
    assert reasons(ask, [{"barcode": barcode, **item}]) == [[reason]]
    assert variant(ask, barcode) == before


@pytest.mark.parametrize("quantity", [0, 20_000])
def test_stock_of_nothing_and_of_twenty_thousand_are_taken(ask: Ask, quantity: int) -> None:
    barcode = barcodes_on_sale(ask, 1)[0]
    assert reasons(ask, [{"barcode": barcode, "quantity": quantity}]) == [[]]
    after = variant(ask, barcode)
    assert (after["stock"]["quantity"], after["onSale"]) == (quantity, quantity > 0)


def test_last_of_two_items_for_a_barcode_stands(ask: Ask) -> None:
    barcode = barcodes_on_sale(ask, 1)[0]
    assert reasons(ask, [{"barcode": barcode, "quantity": each} for each in (5, 6)]) == [[], []]
    assert variant(ask, barcode)["stock"]["quantity"] == 6


def test_price_changes_thirty_times_a_minute_and_no_more(ask: Ask) -> None:
    barcode = barcodes_on_sale(ask, 1)[0]
    changes = [{"barcode": barcode, "salePrice": 100 + each, "listPrice": 200 + each} for each in range(31)]
    reason = "Bir barkodun fiyatı dakikada en fazla 30 kez değiştirilebilir."
    assert reasons(ask, changes) == [[]] * 30 + [[reason]]
    same = {**changes[29], "quantity": 9}
    assert reasons(ask, [same]) == [[]], "a price that stays is no change"
    ask.control("POST", "/clock/advance", {"ms": MINUTE_MS})
    assert reasons(ask, [changes[30]]) == [[]]


@pytest.mark.parametrize(
    ("state", "item", "reason"),
    [
        ("archived", {"quantity": 3}, "Arşivdeki ürün güncellenemez."),
        ("locked", {"salePrice": 10, "listPrice": 10}, "Kilitli ürünün fiyatı güncellenemez: "),
        ("blacklisted", {"quantity": 3}, "Ürün kara listede olduğu için güncellenemez."),
    ],
)
def test_product_that_is_out_of_sale_is_not_updated(
    ask: Ask, state: str, item: dict[str, Any], reason: str
) -> None:
    ((text,),) = reasons(ask, [{"barcode": barcode_that(ask, state), **item}])
    assert text.startswith(reason)


def test_stock_of_a_locked_product_is_updated(ask: Ask) -> None:
    assert reasons(ask, [{"barcode": barcode_that(ask, "locked"), "quantity": 3}]) == [[]]


def test_archived_and_locked_products_are_updated_by_decision(open_world: Opener) -> None:
    ask = open_world(recipe=SHOP, decisions={"archived-update": "accept", "locked-update": "accept"})
    items = [
        {"barcode": barcode_that(ask, state), "quantity": 3, "salePrice": 10, "listPrice": 12}
        for state in ("archived", "locked")
    ]
    assert reasons(ask, items) == [[], []]
    price = variant(ask, str(items[0]["barcode"]))["price"]
    assert (price["salePrice"], price["listPrice"]) == (10, 12)


def test_one_item_more_than_a_thousand_stores_nothing(ask: Ask) -> None:
    barcode = barcodes_on_sale(ask, 1)[0]
    items = [{"barcode": barcode, "quantity": 3}] * 1001
    assert key_of(write(ask, "inventory", items)) == (400, "invalid.items")
    assert len(write(ask, "inventory", items).text) < 1000, "it does not repeat the whole body"
    before = variant(ask, barcode)
    ask.control("POST", "/clock/advance", {"ms": MINUTE_MS})
    assert variant(ask, barcode) == before


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({}, "invalid.request.body"),
        ({"items": []}, "invalid.items"),
        ({"items": [{"quantity": 1}]}, "invalid.items"),
        ({"items": [{"barcode": "x", "quantity": "1"}]}, "invalid.items"),
        ({"items": [{"barcode": "x", "quantity": 1.5}]}, "invalid.items"),
        ({"items": [{"barcode": "x", "salePrice": "9,90"}]}, "invalid.items"),
    ],
)
def test_body_that_breaks_its_definition_is_refused(ask: Ask, body: dict[str, Any], key: str) -> None:
    assert key_of(write(ask, "inventory", body)) == (400, key)


def test_same_body_is_refused_for_fifteen_minutes(ask: Ask) -> None:
    items = [{"barcode": "x", "quantity": 1}]
    push(ask, items)
    answer = write(ask, "inventory", items)
    assert key_of(answer) == (400, "repeated.request")
    assert answer.json["errors"][0]["message"] == (
        "15 dakika boyunca aynı isteği tekrarlı olarak atamazsınız!"
    )
    push(ask, [{"barcode": "x", "quantity": 2}])
    ask.control("POST", "/clock/advance", {"ms": 15 * MINUTE_MS})
    push(ask, items)


def test_same_body_is_another_one_on_another_storefront(ask: Ask) -> None:
    items = [{"barcode": "x", "quantity": 1}]
    push(ask, items, "int")
    seller, headers = SELLERS["int"]
    path = f"/integration/inventory/sellers/{seller}/products/price-and-inventory"
    answer = ask.send("POST", path, json={"items": items}, headers={**headers, "storeFrontCode": "GR"})
    assert answer.status_code == 200


def test_pushed_stock_is_what_account_and_buyer_see(ask: Ask) -> None:
    barcode = barcodes_on_sale(ask, 1)[0]
    finish(ask, [{"barcode": barcode, "quantity": 17, "salePrice": 44.5, "listPrice": 50}])
    rows = {
        kind: ask.control("GET", f"/truth/{kind}", seller=2738, storefront="TR")["rows"]
        for kind in ("products", "account-products", "offers")
    }
    product = next(each for each in rows["products"] if each["barcode"] == barcode)
    assert (product["quantity"], product["salePrice"], product["listPrice"]) == (17, "44.50", "50.00")
    code = product["stockCode"]
    account_product = next(each for each in rows["account-products"] if each["sku"] == code)
    assert (account_product["stock"], account_product["price"]) == (17, 44.5)
    offer = next(each for each in rows["offers"] if each["barcode"] == barcode)
    assert offer["quantity"] == 17
