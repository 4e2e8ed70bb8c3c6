"""Archive, unlock, delete, delivery times and the buybox."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.batches.conftest import SHOP
from contract_tests.tests.provider.conftest import NOW_MS, Ask, Opener
from contract_tests.tests.provider.support.inventory import (
    BUYBOX,
    EDITIONS,
    SELLERS,
    WRITES,
    barcode_that,
    barcodes_on_sale,
    finish,
    push,
    reasons,
    result_answer,
    variant,
    variants,
    write,
)

DAY_MS = 86_400_000
LARGEST = 10 * 2**20


def key_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json["errors"][0]["key"]


def base_of(ask: Ask, barcode: str, edition: str) -> Any:
    seller, headers = SELLERS[edition]
    return ask(f"/integration/product/sellers/{seller}/product/{barcode}", headers)


@pytest.mark.parametrize("edition", EDITIONS)
def test_products_are_put_away_and_brought_back(ask: Ask, edition: str) -> None:
    barcode, archived_barcode = barcodes_on_sale(ask, 1, edition)[0], barcode_that(ask, "archived", edition)
    items = [{"barcode": barcode, "archived": True}, {"barcode": archived_barcode, "archived": False}]
    answer = finish(ask, items, edition, "archive")
    assert answer["status"] == "COMPLETED"
    assert answer["notes"] is None
    assert answer["batchRequestType"] == "ProductArchiveUpdate"
    assert [each["requestItem"] for each in answer["items"]] == [
        {**item, "supplierId": SELLERS[edition][0]} for item in items
    ]
    after = variant(ask, barcode, edition)
    assert (after["archived"], after["archivedDate"], after["onSale"]) == (True, NOW_MS + 2_002, False)
    assert variant(ask, archived_barcode, edition)["archived"] is False
    assert base_of(ask, barcode, edition).json["archived"] is True


def test_locked_product_is_unlocked_and_another_one_fails(ask: Ask) -> None:
    locked_barcode, free_barcode = barcode_that(ask, "locked"), barcodes_on_sale(ask, 1)[0]
    assert reasons(ask, [{"barcode": each} for each in (locked_barcode, free_barcode)], kind="unlock") == [
        [],
        ["Ürün kilitli değil."],
    ]
    after = variant(ask, locked_barcode)
    assert (after["locked"], after["lockReason"], after["lockDate"]) == (False, None, None)


def test_product_that_was_put_away_stays_so_when_it_is_unlocked(ask: Ask) -> None:
    barcode = barcode_that(ask, "locked")
    push(ask, [{"barcode": barcode, "archived": True}], kind="archive")
    assert reasons(ask, [{"barcode": barcode}], kind="unlock") == [[]]
    after = variant(ask, barcode)
    assert (after["locked"], after["archived"]) == (False, True)


def test_blacklisted_product_stays_so_when_it_is_put_away_and_brought_back(ask: Ask) -> None:
    barcode = barcode_that(ask, "blacklisted")
    for is_away in (True, False):
        assert reasons(ask, [{"barcode": barcode, "archived": is_away}], kind="archive") == [[]]
        after = variant(ask, barcode)
        assert (after["blacklisted"], after["archived"]) == (True, is_away)


@pytest.mark.parametrize("kind", ["archive", "unlock"])
def test_barcode_of_another_form_is_refused_at_once(ask: Ask, kind: str) -> None:
    for barcode in ("a b", "a/b", "x" * 41):
        answer = write(ask, kind, [{"barcode": barcode, "archived": True}])
        assert key_of(answer) == (400, "invalid.barcode")
    assert answer.json["errors"][0]["message"] == "Barkod formatı geçersiz"


@pytest.mark.parametrize("kind", ["archive", "unlock"])
def test_unknown_barcodes_alone_are_refused_at_once(ask: Ask, kind: str) -> None:
    answer = write(ask, kind, [{"barcode": "ışğİ-yok", "archived": True}])
    assert key_of(answer) == (404, "product.not.found")
    items = [{"barcode": each, "archived": True} for each in ("ışğİ-yok", barcode_that(ask, "locked"))]
    assert reasons(ask, items, kind=kind) == [["Ürün sistemde bulunamadı: ışğİ-yok"], []]


@pytest.mark.parametrize("edition", EDITIONS)
def test_product_is_deleted_a_day_after_it_was_put_away(ask: Ask, edition: str) -> None:
    barcode = barcodes_on_sale(ask, 1, edition)[0]
    early = ["Onaylı ürün, arşivde bir günden fazla kalmadan silinemez."]
    assert reasons(ask, [{"barcode": barcode}], edition, "delete") == [early]
    finish(ask, [{"barcode": barcode, "archived": True}], edition, "archive")
    ask.control("POST", "/clock/advance", {"ms": DAY_MS - 60_000})
    assert reasons(ask, [{"barcode": barcode}], edition, "delete") == [early]
    ask.control("POST", "/clock/advance", {"ms": 120_000})
    answer = finish(ask, [{"barcode": barcode}], edition, "delete")
    assert answer["batchRequestType"] == "ProductDeletion"
    assert [each["status"] for each in answer["items"]] == ["SUCCESS"]
    assert base_of(ask, barcode, edition).status_code == 404


@pytest.mark.parametrize("state", ["locked", "blacklisted"])
def test_product_that_was_stopped_is_not_deleted(ask: Ask, state: str) -> None:
    items = [{"barcode": barcode_that(ask, state)}]
    assert reasons(ask, items, kind="delete") == [["Trendyol tarafından satışa durdurulmuş ürün silinemez."]]


def test_content_goes_with_its_last_variant(ask: Ask) -> None:
    rows = ask("/integration/product/sellers/2738/products/approved", SELLERS["tr"][1], size=100).json
    content = next(each for each in rows["content"] if len(each["variants"]) == 1)
    barcode = content["variants"][0]["barcode"]
    finish(ask, [{"barcode": barcode, "archived": True}], kind="archive")
    ask.control("POST", "/clock/advance", {"ms": 2 * DAY_MS})
    if content["variants"][0]["locked"] or content["variants"][0]["blacklisted"]:
        pytest.skip("the first content of one variant was stopped")
    assert reasons(ask, [{"barcode": barcode}], kind="delete") == [[]]
    assert variants(ask, contentId=content["contentId"]) == []


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (None, "deliveryOptions gönderilmelidir."),
        ({"deliveryDuration": -1}, "Teslimat süresi geçersiz: -1"),
        ({"deliveryDuration": 11}, "Teslimat süresi geçersiz: 11"),
    ],
)
def test_delivery_that_cannot_be_fails(ask: Ask, options: Any, reason: str) -> None:
    item = {"barcode": barcodes_on_sale(ask, 1)[0]} | ({"deliveryOptions": options} if options else {})
    assert reasons(ask, [item], kind="delivery") == [[reason]]


def test_delivery_is_changed_and_the_fast_type_ignored_since_august(ask: Ask) -> None:
    barcode = barcodes_on_sale(ask, 1)[0]
    options = {"deliveryDuration": 0, "fastDeliveryType": "FAST_DELIVERY"}
    answer = finish(ask, [{"barcode": barcode, "deliveryOptions": options}], kind="delivery")
    assert answer["items"][0]["requestItem"] == {
        "supplierId": 2738,
        "barcode": barcode,
        "storeFrontCode": "TR",
        "storeFrontId": 1,
        "request": {"barcode": barcode, "deliveryOption": {"deliveryDuration": 0}},
    }
    assert variant(ask, barcode)["deliveryOption"] == {"deliveryDuration": 0}


def test_fast_delivery_needed_a_day_before_august(open_world: Opener) -> None:
    decisions = {"delivery-field": "deliveryOptions"}
    ask = open_world(recipe=SHOP, now_ms=1_783_000_000_000, decisions=decisions)
    first, second = barcodes_on_sale(ask, 2)
    items = [
        {"barcode": code, "deliveryOptions": {"deliveryDuration": days, "fastDeliveryType": "FAST_DELIVERY"}}
        for code, days in ((first, 1), (second, 2))
    ]
    assert reasons(ask, items, kind="delivery") == [
        [],
        ["fastDeliveryType yalnızca deliveryDuration 1 iken gönderilebilir."],
    ]
    assert variant(ask, first)["deliveryOptions"]["fastDeliveryOptions"] == [
        {"deliveryOptionType": "FAST_DELIVERY", "deliveryDailyCutOffHour": "17:00"}
    ]


def buybox(ask: Ask, barcodes: Any, edition: str = "tr") -> Any:
    seller, headers = SELLERS[edition]
    body = {"barcodes": barcodes}
    return ask.send("POST", "/integration" + BUYBOX.format(seller), json=body, headers=headers)


@pytest.mark.parametrize("edition", EDITIONS)
def test_buybox_is_told_at_once_for_known_barcodes(ask: Ask, edition: str) -> None:
    barcodes = barcodes_on_sale(ask, 9, edition)
    rows = buybox(ask, [*barcodes, "yok"], edition).json["buyboxInfo"]
    assert [each["barcode"] for each in rows] == barcodes
    for each in rows:
        prices = [each["buyboxPrice"], each["secondBuyboxPrice"], each["thirdBuyboxPrice"]]
        amounts = [price for price in prices if price is not None]
        assert amounts == sorted(amounts)
        assert each["hasMultipleSeller"] is (each["secondBuyboxPrice"] is not None)


def test_cheapest_price_takes_the_buybox(ask: Ask) -> None:
    rows = buybox(ask, barcodes_on_sale(ask, 10)).json["buyboxInfo"]
    dear = next(each for each in rows if each["buyboxOrder"] > 1)
    price = round(dear["buyboxPrice"] - 0.01, 2)
    finish(ask, [{"barcode": dear["barcode"], "salePrice": price, "listPrice": price}])
    (after,) = buybox(ask, [dear["barcode"]]).json["buyboxInfo"]
    assert (after["buyboxOrder"], after["buyboxPrice"]) == (1, price)


@pytest.mark.parametrize("barcodes", [[], ["x"] * 11, [1]])
def test_buybox_takes_one_to_ten_barcodes(ask: Ask, barcodes: Any) -> None:
    assert key_of(buybox(ask, barcodes)) == (400, "invalid.barcodes")


def test_unknown_batch_is_processing_or_not_found_by_decision(open_world: Opener) -> None:
    answer = result_answer(
        open_world(
            recipe=SHOP,
        ),
        "0-0",
    )
    assert answer.json == {"batchRequestId": "0-0", "status": "PROCESSING", "items": []}
    other_answer = result_answer(open_world(recipe=SHOP, decisions={"batch-unknown": "not-found"}), "0-0")
    assert key_of(other_answer) == (404, "batch.request.not.found")


@pytest.mark.parametrize(("life", "hours"), [("after-completion", 4), ("by-id", 72)])
def test_result_expires_by_decision(open_world: Opener, life: str, hours: int) -> None:
    ask = open_world(recipe=SHOP, decisions={"batch-life": life})
    ask.control("POST", "/clock/freeze", {})
    batch_id = push(ask, [{"barcode": barcodes_on_sale(ask, 1)[0], "archived": True}], kind="archive")
    ask.control("POST", "/clock/advance", {"ms": hours * 3_600_000 - 1000})
    assert result_answer(ask, batch_id).json["status"] == "COMPLETED"
    ask.control("POST", "/clock/advance", {"ms": 10_000})
    assert result_answer(ask, batch_id).json["status"] == "PROCESSING"


def test_batch_of_another_seller_is_unknown(ask: Ask) -> None:
    batch_id = push(ask, [{"barcode": "x", "quantity": 1}], "int")
    assert result_answer(ask, batch_id).json["status"] == "PROCESSING"


@pytest.mark.parametrize("kind", WRITES)
def test_body_of_another_kind_or_beyond_all_measure_is_refused(ask: Ask, kind: str) -> None:
    seller, headers = SELLERS["tr"]
    method, path = WRITES[kind]
    for body, content_type, answer in (
        (b'{"items": []}', "text/plain", (415, "media.type.unsupported")),
        (b" " * LARGEST + b"{}", "application/json", (413, "payload.too.large")),
        (b"{", "application/json", (400, "invalid.request.body")),
    ):
        response = ask.send(
            method,
            "/integration" + path.format(seller),
            data=body,
            headers={**headers, "Content-Type": content_type},
        )
        assert key_of(response) == answer
