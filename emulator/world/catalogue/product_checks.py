"""What is wrong with a product that a seller sends, field by field."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from emulator.world.batches.model import Failure
from emulator.world.catalogue.attribute_checks import attribute_failures
from emulator.world.catalogue.categories import Category
from emulator.world.catalogue.product_rules import ProductRules

Item = Mapping[str, Any]
Check = Callable[[ProductRules, Any], Iterator[Failure]]
# Source of every bound and field here: docs/ürün-yaratma-v2 of 2026-09-18 and v3.0/docs/product-create-v2, D.
REQUIRED_FIELDS = (
    "barcode", "title", "productMainId", "brandId", "categoryId", "quantity", "description", "listPrice",
    "salePrice", "vatRate", "images", "attributes",
)  # fmt: skip
# Optional in the Turkish guide, required by the definition and by the international pages and V1, D.
REQUIRED_ABROAD = (*REQUIRED_FIELDS, "stockCode", "dimensionalWeight")
REQUIRED_BY_V1 = (*REQUIRED_ABROAD, "currencyType", "cargoCompanyId")
LONGEST = {"title": 100, "productMainId": 40, "stockCode": 100, "description": 30_000, "lotNumber": 100}
BARCODE, LONGEST_BARCODE = re.compile(r"[\w.-]+"), 40
MOST_STOCK, MOST_IMAGES = 20_000, 8
FORBIDDEN_TAGS = re.compile(r"<\s*(script|iframe)", re.IGNORECASE)
LOT_NUMBER = re.compile(r"[A-Za-z0-9,\-.:/ ]*")
LOCATIONS, CHANNELS = ("ENABLED", "DISABLED"), ("CORE", "LUXE", "LUXURY")
CURRENCY = "TRY"
# No page says how many days; the panel of sellers offers up to ten, I.
MOST_DAYS = 10


def stored_barcode(text: str) -> str:
    """The barcode as it is stored: blanks in it are taken out. Source: docs/ürün-yaratma-v2, D."""
    return "".join(text.split())


def missing_fields(item: Item, names: Collection[str]) -> Iterator[Failure]:
    """The fields that a product has to have and this one has not."""
    for name in names:
        if item.get(name) in (None, "", []):
            yield Failure("field-missing", {"field": name})


def field_failures(rules: ProductRules, item: Item) -> Iterator[Failure]:
    """What is wrong with the fields that were sent; attributes are looked at by themselves."""
    for name, longest in LONGEST.items():
        if len(item.get(name) or "") > longest:
            yield Failure("text-too-long", {"field": name, "maximum": str(longest)})
    for name, check in CHECKS.items():
        if item.get(name) is not None:
            yield from check(rules, item[name])
    yield from _price_failures(item)
    yield from _deposit_failures(rules, item)


def category_failures(rules: ProductRules, item: Item) -> Iterator[Failure]:
    """What is wrong with the attributes of a product whose category is right."""
    category = leaf(rules, item.get("categoryId"))
    if category is not None and item.get("attributes"):
        yield from attribute_failures(category, item["attributes"])


def leaf(rules: ProductRules, number: Any) -> Category | None:
    """The leaf of that number, or None."""
    category = rules.tree.by_id.get(number)
    return category if category is not None and category.is_leaf else None


def _barcode(rules: ProductRules, value: str) -> Iterator[Failure]:
    barcode = stored_barcode(value)
    if len(barcode) > LONGEST_BARCODE:
        yield Failure("text-too-long", {"field": "barcode", "maximum": str(LONGEST_BARCODE)})
    elif not BARCODE.fullmatch(barcode):
        yield Failure("barcode-letters", {"barcode": value})


def _brand(rules: ProductRules, value: int) -> Iterator[Failure]:
    if value not in rules.brands:
        yield Failure("brand-unknown", {"brand": str(value)})


def _category(rules: ProductRules, value: int) -> Iterator[Failure]:
    if value not in rules.tree.by_id:
        yield Failure("category-unknown", {"category": str(value)})
    elif not rules.tree.by_id[value].is_leaf:
        yield Failure("category-no-leaf", {"category": str(value)})


def _quantity(rules: ProductRules, value: int) -> Iterator[Failure]:
    if value < 0:
        yield Failure("quantity-negative", {"quantity": str(value)})
    if value > MOST_STOCK:
        yield Failure("quantity-too-large", {"maximum": str(MOST_STOCK), "quantity": str(value)})


def _description(rules: ProductRules, value: str) -> Iterator[Failure]:
    if FORBIDDEN_TAGS.search(value):
        yield Failure("description-tags")


def _vat_rate(rules: ProductRules, value: int) -> Iterator[Failure]:
    if rules.listing.storefront == "TR" and value not in (rules.vat_rates or ()):
        yield Failure("vat-rate-turkish")
    elif rules.vat_rates is not None and value not in rules.vat_rates:
        rates = ", ".join(map(str, sorted(rules.vat_rates)))
        yield Failure("vat-rate-invalid", {"storefront": rules.listing.storefront, "rates": rates})


def _images(rules: ProductRules, value: list[Mapping[str, Any]]) -> Iterator[Failure]:
    if len(value) > MOST_IMAGES:
        yield Failure("images-too-many", {"maximum": str(MOST_IMAGES)})
    for image in value:
        url = image.get("url") or ""
        if not url.lower().startswith("https://"):
            yield Failure("image-address", {"url": url[:100]})


def _origin(rules: ProductRules, value: str) -> Iterator[Failure]:
    if value not in rules.countries:
        yield Failure("origin-unknown", {"origin": value[:20]})


def _lot_number(rules: ProductRules, value: str) -> Iterator[Failure]:
    if not LOT_NUMBER.fullmatch(value):
        yield Failure("lot-number-letters")


def _carriers(rules: ProductRules, value: list[str]) -> Iterator[Failure]:
    for code in value:
        if code not in rules.carriers:
            yield Failure("carrier-unknown", {"carrier": code[:50]})


def _address(rules: ProductRules, value: int) -> Iterator[Failure]:
    """Zero stands for none in the printed sample."""
    if value and value not in rules.address_ids:
        yield Failure("address-unknown", {"address": str(value)})


def _location(rules: ProductRules, value: str) -> Iterator[Failure]:
    if value not in LOCATIONS:
        yield Failure("location-invalid", {"value": value[:50]})


def _channels(rules: ProductRules, value: list[str]) -> Iterator[Failure]:
    """Source: changelog/changelog, 2026-07-31, D: an empty list is an error."""
    if not value or not set(value) <= set(CHANNELS):
        yield Failure("channels-invalid")


def _delivery(rules: ProductRules, value: Mapping[str, Any]) -> Iterator[Failure]:
    days = value.get("deliveryDuration")
    if days is not None:
        yield from _days(rules, days)
    if value.get("fastDeliveryType") is not None and rules.takes_fast_type and days != 1:
        yield Failure("fast-delivery-invalid")


def _days(rules: ProductRules, value: int) -> Iterator[Failure]:
    if not 0 <= value <= MOST_DAYS:
        yield Failure("delivery-duration-invalid", {"days": str(value)})


def _not_negative(field: str) -> Check:
    def check(rules: ProductRules, value: float) -> Iterator[Failure]:
        if value < 0:
            yield Failure("number-negative", {"field": field})

    return check


def _currency(rules: ProductRules, value: str) -> Iterator[Failure]:
    """Source: the pages of V1, D for Türkiye; abroad it is the storefront's, I, and not looked at."""
    if rules.listing.storefront == "TR" and value != CURRENCY:
        yield Failure("currency-invalid", {"currency": value[:20]})


def _price_failures(item: Item) -> Iterator[Failure]:
    sale_price, list_price = item.get("salePrice"), item.get("listPrice")
    if sale_price is None or list_price is None:
        return
    if sale_price <= 0:
        yield Failure("price-not-positive", {"price": str(sale_price)})
    if sale_price > list_price:
        yield Failure("price-relation")


def _deposit_failures(rules: ProductRules, item: Item) -> Iterator[Failure]:
    if rules.wants_deposit and item.get("categoryId") in rules.deposit_categories:
        yield from missing_fields(item, ["sgrPrice"])


CHECKS: Mapping[str, Check] = {
    "barcode": _barcode,
    "brandId": _brand,
    "categoryId": _category,
    "quantity": _quantity,
    "description": _description,
    "vatRate": _vat_rate,
    "images": _images,
    "origin": _origin,
    "lotNumber": _lot_number,
    "cargoProviders": _carriers,
    "shipmentAddressId": _address,
    "returningAddressId": _address,
    "locationBasedDelivery": _location,
    "channels": _channels,
    "deliveryDuration": _days,
    "deliveryOption": _delivery,
    "dimensionalWeight": _not_negative("dimensionalWeight"),
    "specialConsumptionTax": _not_negative("specialConsumptionTax"),
    "sgrPrice": _not_negative("sgrPrice"),
    "currencyType": _currency,
}
