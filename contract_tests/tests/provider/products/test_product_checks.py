"""What is wrong with an item: every reason that a result can give, each seen with the item that has it."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.conftest import INT, Opener
from contract_tests.tests.provider.support.new_products import (
    DAY_MS,
    MATERIAL,
    approve,
    attributes,
    finish,
    item,
    reasons,
    recipe,
    unapproved_rows,
)
from emulator.trendyol.batches.product_reasons import PRODUCT_REASONS

LONG = "x" * 101
TURKISH_VAT = PRODUCT_REASONS["vat-rate-turkish"]
MAY_2026_MS, JULY_2026_MS = 1_778_446_800_000, 1_784_000_000_000


def without(number: int) -> list[dict[str, Any]]:
    return [each for each in attributes() if each["attributeId"] != number]


def with_value(**entry: Any) -> list[dict[str, Any]]:
    return [*without(entry["attributeId"]), entry]


# The reasons of a creation with what provokes each, in Türkiye.
CREATIONS: list[tuple[str, dict[str, Any], str]] = [
    *(
        ("field-missing", {name: None}, f"Zorunlu alan gönderilmedi: {name}")
        for name in ("title", "productMainId", "brandId", "categoryId", "quantity", "description",
                     "listPrice", "salePrice", "vatRate", "images", "attributes")
    ),
    ("field-missing", {"barcode": None}, "Zorunlu alan gönderilmedi: barcode"),
    ("field-missing", {"title": ""}, "Zorunlu alan gönderilmedi: title"),
    ("text-too-long", {"title": LONG}, "title en fazla 100 karakter olabilir."),
    ("text-too-long", {"productMainId": "x" * 41}, "productMainId en fazla 40 karakter olabilir."),
    ("text-too-long", {"stockCode": LONG}, "stockCode en fazla 100 karakter olabilir."),
    ("text-too-long", {"description": "x" * 30_001}, "description en fazla 30000 karakter olabilir."),
    ("text-too-long", {"lotNumber": LONG}, "lotNumber en fazla 100 karakter olabilir."),
    ("text-too-long", {"barcode": "x" * 41}, "barcode en fazla 40 karakter olabilir."),
    ("barcode-letters", {"barcode": "a/b"},
     "Barkodda özel karakter olarak yalnızca . - _ kullanılabilir: a/b"),
    ("brand-unknown", {"brandId": 1}, "Marka bulunamadı: 1"),
    ("category-unknown", {"categoryId": 1}, "Kategori bulunamadı: 1"),
    ("category-no-leaf", {"categoryId": 522}, "Kategori en alt seviyede değil: 522"),
    ("quantity-negative", {"quantity": -1}, "Stok adedi negatif olamaz: -1"),
    ("quantity-too-large", {"quantity": 20_001}, "Stok adedi en fazla 20000 olabilir: 20001"),
    ("description-tags", {"description": "<p>x</p><SCRIPT src=x>"}, PRODUCT_REASONS["description-tags"]),
    ("vat-rate-turkish", {"vatRate": 18}, TURKISH_VAT),
    ("images-too-many", {"images": [{"url": "https://a.b/c"}] * 9}, "En fazla 8 görsel gönderilebilir."),
    ("image-address", {"images": [{"url": "http://a"}]}, "Görsel adresi https ile başlamalıdır: http://a"),
    ("origin-unknown", {"origin": "XX"}, "Menşei geçersiz: XX"),
    ("lot-number-letters", {"lotNumber": "Parti#1"}, PRODUCT_REASONS["lot-number-letters"]),
    ("carrier-unknown", {"cargoProviders": ["YKMP", "NONE"]}, "Kargo firması bulunamadı: NONE"),
    ("address-unknown", {"shipmentAddressId": 7}, "Adres bulunamadı: 7"),
    ("address-unknown", {"returningAddressId": 8}, "Adres bulunamadı: 8"),
    ("location-invalid", {"locationBasedDelivery": "NO"},
     "locationBasedDelivery ENABLED veya DISABLED olmalıdır: NO"),
    ("number-negative", {"dimensionalWeight": -1}, "dimensionalWeight negatif olamaz."),
    ("number-negative", {"specialConsumptionTax": -1}, "specialConsumptionTax negatif olamaz."),
    ("price-relation", {"salePrice": 121}, "TSF PSF'den Büyük olamaz"),
    ("price-not-positive", {"salePrice": 0}, "Satış fiyatı 0'dan büyük olmalıdır: 0"),
    ("delivery-duration-invalid", {"deliveryDuration": 11}, "Teslimat süresi geçersiz: 11"),
    ("delivery-duration-invalid", {"deliveryOption": {"deliveryDuration": -1}},
     "Teslimat süresi geçersiz: -1"),
    ("attribute-missing", {"attributes": without(295)},
     "Zorunlu kategori özelliği gönderilmedi: Web Color"),
    ("attribute-missing", {"attributes": without(1192)}, "Zorunlu kategori özelliği gönderilmedi: Menşei"),
    ("attribute-unknown", {"attributes": [*attributes(), {"attributeId": 9, "attributeValueId": 1}]},
     "Kategoride böyle bir özellik yok: 9"),
    ("attribute-twice", {"attributes": [*attributes(), attributes()[0]]},
     "Özellik birden fazla kez gönderildi: 47"),
    ("attribute-value-missing", {"attributes": with_value(attributeId=47)},
     "Özellik değeri gönderilmedi: Renk"),
    ("attribute-custom-refused", {"attributes": with_value(attributeId=295, attributeValue="Siyah")},
     "Bu özellik serbest metin kabul etmez: Web Color"),
    ("attribute-values-too-many", {"attributes": with_value(attributeId=295, attributeValueIds=[2881, 2882])},
     "Bu özellik birden fazla değer kabul etmez: Web Color"),
    ("attribute-value-unknown", {"attributes": with_value(attributeId=MATERIAL, attributeValueIds=[1])},
     "Özellik değeri bulunamadı: Materyal, 1"),
    ("colour-too-long", {"attributes": attributes("x" * 51)}, "Renk bilgisi 50 karakterden fazla olamaz."),
    ("barcode-taken", {"barcode": "taken"}, "Bu barkod ile daha önce ürün oluşturulmuş: taken"),
    ("barcode-twice", {"barcode": "ta ken"},
     "Aynı barkod istekte birden fazla kez gönderildi: taken"),
]  # fmt: skip


def test_every_fault_of_a_new_product_fails_its_item_alone(open_world: Opener) -> None:
    ask = open_world(recipe=recipe(delay_ms=DAY_MS))
    assert reasons(ask, "create", [item(barcode="taken")]) == [[]]
    items = [
        item(**{"barcode": f"case-{number}", **changes}) for number, (_, changes, _) in enumerate(CREATIONS)
    ]
    right = item(
        barcode="right", categoryId=604, quantity=0, cargoProviders=["YKMP"], origin="TR", lotNumber="A1"
    )
    result = finish(ask, "create", [*items, right])
    *failures, success = result["items"]
    for (_, _, sentence), each in zip(CREATIONS, failures, strict=True):
        assert sentence in each["failureReasons"]
    assert (success["status"], result["failedItemCount"]) == ("SUCCESS", len(CREATIONS))
    assert [row["barcode"] for row in unapproved_rows(ask)] == ["taken", "right"]


@pytest.mark.parametrize(
    ("storefront", "rates", "wrong"),
    [("RO", (0, 11, 21), 20), ("GR", (0, 6, 13, 24, 11, 21), 19), ("SA", (15,), 0), ("HU", (27, 5), None)],
)
def test_vat_rates_are_those_of_the_storefront(
    open_world: Opener, storefront: str, rates: tuple[int, ...], wrong: int | None
) -> None:
    ask = open_world(recipe=recipe(delay_ms=DAY_MS))
    headers = {**INT, "storeFrontCode": storefront}
    items = [item("int", barcode=f"vat-{rate}", vatRate=rate) for rate in (*rates, wrong) if rate is not None]
    path = "/integration/product/sellers/2748"
    answer = ask.send("POST", f"{path}/v2/products", json={"items": items}, headers=headers)
    ask.control("POST", "/clock/advance", {"ms": 30_000})
    rows = ask(f"{path}/products/batch-requests/{answer.json['batchRequestId']}", headers).json["items"]
    assert [row["status"] for row in rows[: len(rates)]] == ["SUCCESS"] * len(rates)
    if wrong is not None:
        assert rows[-1]["failureReasons"][0].startswith(f"{storefront} için geçerli KDV oranları: ")


@pytest.mark.parametrize("field", ["stockCode", "dimensionalWeight"])
def test_some_fields_are_required_abroad_and_by_v1_alone(open_world: Opener, field: str) -> None:
    ask = open_world(recipe=recipe(delay_ms=DAY_MS))
    sentence = f"Zorunlu alan gönderilmedi: {field}"
    assert reasons(ask, "create", [item(**{field: None})]) == [[]]
    assert reasons(ask, "create", [item("int", **{field: None})], "int") == [[sentence]]
    (failures,) = reasons(ask, "create-v1", [item(barcode="v1", **{field: None})])
    assert sentence in failures


def test_v1_wants_currency_and_carrier(open_world: Opener) -> None:
    ask = open_world(recipe=recipe(delay_ms=DAY_MS))
    right = {"currencyType": "TRY", "cargoCompanyId": 10}
    items = [item(barcode="v1-a"), item(barcode="v1-b", **right), item(barcode="v1-c", **right)]
    items[2]["currencyType"] = "EUR"
    assert reasons(ask, "create-v1", items) == [
        ["Zorunlu alan gönderilmedi: currencyType", "Zorunlu alan gönderilmedi: cargoCompanyId"],
        [],
        ["Para birimi TRY olmalıdır: EUR"],
    ]


def test_deposit_is_demanded_in_romania_since_may_2026(open_world: Opener) -> None:
    drink = {"categoryId": 2801, "attributes": [
        {"attributeId": 47, "attributeValue": "Verde"}, {"attributeId": 295, "attributeValueId": 2881},
        {"attributeId": 304, "attributeValueId": 4680}, {"attributeId": 1192, "attributeValueId": 20150},
    ]}  # fmt: skip
    before = open_world(recipe=recipe(), now_ms=MAY_2026_MS - DAY_MS)
    assert reasons(before, "create", [item("int", **drink)], "int") == [[]]
    after = open_world(recipe=recipe(), now_ms=MAY_2026_MS)
    items = [item("int", **drink), item("int", barcode="with", sgrPrice=0.5, **drink)]
    assert reasons(after, "create", items, "int") == [["Zorunlu alan gönderilmedi: sgrPrice"], []]


def test_fast_delivery_type_meant_something_until_august_2026(open_world: Opener) -> None:
    items = [item(deliveryOption={"deliveryDuration": 2, "fastDeliveryType": "FAST_DELIVERY"})]
    before = open_world(recipe=recipe(), now_ms=JULY_2026_MS)
    assert reasons(before, "create", items) == [
        ["fastDeliveryType yalnızca deliveryDuration 1 iken gönderilebilir."]
    ]
    assert reasons(open_world(recipe=recipe()), "create", items) == [[]]


def test_every_reason_of_products_is_provoked_by_a_test() -> None:
    elsewhere = {
        "vat-rate-invalid", "currency-invalid", "channels-invalid", "attribute-frozen", "content-unknown",
        "content-twice",
    }  # fmt: skip
    assert {reason for reason, _, _ in CREATIONS} | elsewhere >= PRODUCT_REASONS.keys()


def test_content_update_is_checked(open_world: Opener) -> None:
    ask = open_world("empty")
    contents = approve(ask, [item(), item(barcode="red", attributes=attributes("Kırmızı"))])
    first, second = (content["contentId"] for content in contents)
    red_size = with_value(attributeId=293, attributeValueId=4596)
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({"contentId": 3, "title": "x"}, ["Content bulunamadı: 3"]),
        ({"contentId": first}, [_nothing()]),
        ({"contentId": second, "title": LONG}, ["title en fazla 100 karakter olabilir."]),
        (
            {"contentId": second, "title": "x"},
            [f"Aynı content istekte birden fazla kez gönderildi: {second}"],
        ),
    ]
    assert reasons(ask, "content", [fields for fields, _ in cases]) == [failures for _, failures in cases]
    special_items = [
        {"contentId": first, "attributes": attributes("Mavi")},
        {"contentId": second, "attributes": red_size},
    ]
    assert reasons(ask, "content", special_items) == [
        ["Onaylı ürünün bu özelliği değiştirilemez: 47"],
        ["Onaylı ürünün bu özelliği değiştirilemez: 47", "Onaylı ürünün bu özelliği değiştirilemez: 293"],
    ]
    partial = [{"contentId": first, "attributes": [{"attributeId": MATERIAL, "attributeValueId": 82}]}]
    (failures,) = reasons(ask, "content", partial)
    assert "Zorunlu kategori özelliği gönderilmedi: Renk" in failures
    assert "Zorunlu kategori özelliği gönderilmedi: Beden" not in failures


def test_variant_update_is_checked(open_world: Opener) -> None:
    ask = open_world("empty")
    approve(ask, [item()])
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({"barcode": "none", "vatRate": 1}, ["Ürün sistemde bulunamadı: none"]),
        ({"barcode": "smoketest-1"}, [_nothing()]),
        ({"barcode": "smoketest-1", "channels": []}, [PRODUCT_REASONS["channels-invalid"]]),
        ({"barcode": "smoketest-1", "channels": ["SHOP"]}, [PRODUCT_REASONS["channels-invalid"]]),
        ({"barcode": "smoketest-1", "vatRate": 18}, [TURKISH_VAT]),
        ({"barcode": "smoketest-1", "vatRate": 20, "channels": ["CORE", "LUXE"]}, []),
    ]
    assert reasons(ask, "variant", [fields for fields, _ in cases]) == [failures for _, failures in cases]


def _nothing() -> str:
    return "Stok veya fiyat bilgilerinden en az biri gönderilmelidir."
