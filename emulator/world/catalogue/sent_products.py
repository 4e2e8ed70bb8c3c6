"""A product as a seller sends it, made a value of the world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from emulator.world.catalogue.attribute_checks import attributes_as_sent, local_text
from emulator.world.catalogue.model import Delivery, Named, Terms
from emulator.world.catalogue.product_checks import Item, leaf, stored_barcode
from emulator.world.catalogue.product_rules import ProductRules
from emulator.world.catalogue.unapproved_products import UnapprovedProduct

# Until when an order leaves the same day. Source: hours as they are printed in the international sample, I.
CUTOFF_HOURS = {"SAME_DAY_SHIPPING": "15:00", "FAST_DELIVERY": "17:00"}


def new_product(rules: ProductRules, item: Item, language: str) -> UnapprovedProduct:
    """A product that nobody has looked at yet."""
    number = item["categoryId"]
    product = UnapprovedProduct(
        seller_id=rules.listing.seller_id,
        storefront=rules.listing.storefront,
        barcode=stored_barcode(item["barcode"]),
        title={},
        description={},
        product_main_id=item["productMainId"],
        brand=Named(item["brandId"], {"": rules.brands[item["brandId"]]}),
        category=_category(rules, number),
        stock_code="",
        quantity=item["quantity"],
        sale_price=hundredths(item["salePrice"]),
        list_price=hundredths(item["listPrice"]),
        vat_rate=item["vatRate"],
        images=(),
        attributes=(),
        delivery=None,
        origin=None,
        sgr_price=None,
        terms=Terms(),
        created_ms=rules.now_ms,
        modified_ms=rules.now_ms,
    )
    return with_fields(rules, product, item, language)


def with_fields(
    rules: ProductRules, product: UnapprovedProduct, item: Item, language: str
) -> UnapprovedProduct:
    """The product with what was sent of it, as it is looked at from now on."""
    changes: dict[str, Any] = {
        name: read(rules, item[sent_name], language)
        for sent_name, (name, read) in READERS.items()
        if item.get(sent_name) is not None
    }
    if item.get("attributes"):
        category = leaf(rules, item.get("categoryId", product.category.id))
        assert category is not None
        changes["attributes"] = attributes_as_sent(category, item["attributes"], product.storefront, language)
    return replace(
        product,
        **changes,
        terms=with_terms(product.terms, item),
        modified_ms=rules.now_ms,
        state="pending",
        reject_reasons=(),
    )


def with_terms(terms: Terms, item: Item) -> Terms:
    """The terms with what was sent of them."""
    changes: dict[str, Any] = {
        name: item[sent_name] for sent_name, name in TERMS.items() if item.get(sent_name) is not None
    }
    for name in ("cargo_providers", "channels"):
        if name in changes:
            changes[name] = tuple("LUXE" if each == "LUXURY" else each for each in changes[name])
    return replace(terms, **changes)


def delivery_as_sent(rules: ProductRules, value: Mapping[str, Any]) -> Delivery:
    """A time of delivery as the world keeps it."""
    days, fast_type = value.get("deliveryDuration"), value.get("fastDeliveryType")
    if fast_type is None or not rules.takes_fast_type:
        return Delivery(days or 0, rush=(days or 0) <= 1)
    return Delivery(days or 0, rush=True, fast=((fast_type, CUTOFF_HOURS[fast_type]),))


def hundredths(amount: float) -> int:
    """An amount of JSON in hundredths, halves upwards."""
    return int(amount * 100 + 0.5000001)


def _category(rules: ProductRules, number: int) -> Named:
    category = rules.tree.by_id[number]
    return Named(category.id, local_text(category.name, rules.listing.storefront))


# The fields that an update may send, with what each becomes.
READERS: Mapping[str, tuple[str, Any]] = {
    "title": ("title", lambda rules, value, language: {language: value}),
    "description": ("description", lambda rules, value, language: {language: value}),
    "productMainId": ("product_main_id", lambda rules, value, language: value),
    "brandId": ("brand", lambda rules, value, language: Named(value, {"": rules.brands[value]})),
    "categoryId": ("category", lambda rules, value, language: _category(rules, value)),
    "stockCode": ("stock_code", lambda rules, value, language: value),
    "vatRate": ("vat_rate", lambda rules, value, language: value),
    "images": ("images", lambda rules, value, language: tuple(each["url"] for each in value)),
    "origin": ("origin", lambda rules, value, language: value),
    "sgrPrice": ("sgr_price", lambda rules, value, language: hundredths(value)),
    "deliveryDuration": ("delivery", lambda rules, value, language: Delivery(value, rush=value <= 1)),
    "deliveryOption": ("delivery", lambda rules, value, language: delivery_as_sent(rules, value)),
}
TERMS: Mapping[str, str] = {
    "dimensionalWeight": "dimensional_weight",
    "cargoProviders": "cargo_providers",
    "locationBasedDelivery": "location_based_delivery",
    "channels": "channels",
    "lotNumber": "lot_number",
    "shipmentAddressId": "shipment_address_id",
    "returningAddressId": "returning_address_id",
    "specialConsumptionTax": "special_consumption_tax",
}
