"""Products on the wire: the world's contents and variants in the vendor's spelling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from emulator.world.catalogue.content_search import DateKind, Status
from emulator.world.catalogue.model import (
    Attribute,
    Content,
    Named,
    Terms,
    Variant,
    commission_e2,
    text_in,
)
from emulator.world.catalogue.variant_search import VariantDate

# The words of a query, and the world's for them.
STATUSES: Mapping[str, Status] = {
    "archived": "archived",
    "blacklisted": "blacklisted",
    "locked": "locked",
    "onSale": "on_sale",
    "notOnSale": "not_on_sale",
}
CONTENT_DATES: Mapping[str, DateKind] = {
    "VARIANT_CREATED_DATE": "variant_created",
    "VARIANT_MODIFIED_DATE": "variant_modified",
    "CONTENT_MODIFIED_DATE": "content_modified",
}
VARIANT_DATES: Mapping[str, VariantDate] = {"CREATED_DATE": "created", "LAST_MODIFIED_DATE": "modified"}
TURKEY, CAMPAIGN_STEP = "TR", 5
SHOP = "https://stage.trendyol.com"


def page_head(total: int, number: int, size: int) -> dict[str, Any]:
    """What stands over the rows of a page."""
    return {"totalElements": total, "totalPages": -(-total // size), "page": number, "size": size}


def content(value: Content, language: str, decisions: Mapping[str, str]) -> bytes:
    """One content of the approved filter, with all its variants.

    Source: v3.0/docs/product-filter-approved-product-v2, D; the two fields that sources spell differently are
    the decisions delivery-field and attribute-values-form.
    """
    attribute = ATTRIBUTE_FORMS[decisions["attribute-values-form"]]
    return orjson.dumps(
        {
            "contentId": value.id,
            "productMainId": value.product_main_id,
            "brand": id_and_name(value.brand, language),
            "category": id_and_name(value.category, language),
            "creationDate": value.created_ms,
            "lastModifiedDate": value.modified_ms,
            "lastModifiedBy": value.modified_by,
            "title": text_in(value.title, language),
            "description": text_in(value.description, language),
            "images": [{"url": url} for url in value.images],
            "attributes": [attribute(each, language) for each in value.attributes],
            "variants": [_variant(value, each, language, decisions) for each in value.variants],
        }
    )


def content_stock(value: Content, decisions: Mapping[str, str]) -> bytes:
    """One content of the inventory and price filter.

    Source: filterInventoryAndPrice of the Turkish product guide, D; checked on the stage by a client.
    """
    return orjson.dumps(
        {
            "contentId": value.id,
            "productMainId": value.product_main_id,
            "variants": [
                {
                    "variantId": variant.id,
                    "barcode": variant.barcode,
                    **_flat_offer(variant, decisions),
                    "stockCode": variant.stock_code,
                    "stockLastModifiedDate": variant.stock_modified_ms,
                }
                for variant in value.variants
            ],
        }
    )


def _flat_offer(variant: Variant, decisions: Mapping[str, str]) -> dict[str, Any]:
    if hides_offer(variant, decisions):
        return {}
    return {**_prices(variant), "quantity": variant.quantity}


def _prices(variant: Variant) -> dict[str, int | float | None]:
    """Both prices, null where none was sent yet. Source: changelog/changelog, 2026-02-10, D."""
    if not variant.has_price:
        return {"salePrice": None, "listPrice": None}
    return {"salePrice": number(variant.sale_price), "listPrice": number(variant.list_price)}


def product_base(value: Content, variant: Variant) -> bytes:
    """What getProductBase says of one barcode.

    Source: docs/ürün-filtreleme-temel-bilgiler-v2, D; that approvedDate is the content's creation is I.
    """
    return orjson.dumps(
        {
            "barcode": variant.barcode,
            "approved": True,
            "approvedDate": value.created_ms,
            "archived": variant.archived,
            "listingId": variant.listing_id,
            "contentId": value.id,
        }
    )


def number(hundredths: int) -> int | float:
    """Money as the JSON number the samples print: 222, not 222.0."""
    whole, rest = divmod(hundredths, 100)
    return hundredths / 100 if rest else whole


def _variant(value: Content, variant: Variant, language: str, decisions: Mapping[str, str]) -> dict[str, Any]:
    members = {
        "variantId": variant.id,
        "supplierId": value.seller_id,
        "barcode": variant.barcode,
        "attributes": [flat_attribute(each, language) for each in variant.attributes],
        "productUrl": f"{SHOP}/{value.slug}-p-{value.id}"
        f"?&merchantId={value.seller_id}&filterOverPriceListings=false",
        "onSale": variant.on_sale,
        **_delivery(variant, _delivery_field(value, decisions)),
        **_offer(value, variant, decisions),
        "stockCode": variant.stock_code,
        "vatRate": variant.vat_rate,
        "sellerCreatedDate": variant.created_ms,
        "sellerModifiedDate": variant.modified_ms,
        **_state(variant),
    }
    if variant.origin is not None:
        members["origin"] = variant.origin
    if variant.sgr_price is not None:
        members["sgrPrice"] = number(variant.sgr_price)
    return {**members, **_turkish_members(value, variant)} if value.storefront == TURKEY else members


def hides_offer(variant: Variant, decisions: Mapping[str, str]) -> bool:
    """Whether price and stock of a variant are not shown, because it may never be sold again."""
    return variant.blacklisted and decisions["blacklisted-price"] == "removed"


def _offer(value: Content, variant: Variant, decisions: Mapping[str, str]) -> dict[str, Any]:
    """Stock and price; in Türkiye with the price that customers see."""
    if hides_offer(variant, decisions):
        return {}
    price = _prices(variant)
    if value.storefront == TURKEY:
        price["priceSeenByCustomer"] = number(_price_seen(variant))
    stock = {"quantity": variant.quantity, "lastModifiedDate": variant.stock_modified_ms}
    return {"stock": stock, "price": price}


def _price_seen(variant: Variant) -> int:
    """Some variants are in a campaign of the marketplace, a tenth cheaper; which ones is I."""
    return variant.sale_price * 9 // 10 if variant.id % CAMPAIGN_STEP == 0 else variant.sale_price


def _turkish_members(value: Content, variant: Variant) -> dict[str, Any]:
    """What only the Turkish page prints.

    Source: docs/ürün-filtreleme-onaylı-ürün-v2 of 2026-09-11, D: carriers where the seller has named some.
    """
    terms = variant.terms or Terms()
    members: dict[str, Any] = {
        "commission": commission_e2(value.category.id) / 100,
        "channels": [*terms.channels] or ["CORE"],
    }
    if terms.cargo_providers:
        members["cargoProviders"] = [*terms.cargo_providers]
    if terms.dimensional_weight is not None:
        members["dimensionalWeight"] = terms.dimensional_weight
    if terms.location_based_delivery is not None:
        members["locationBasedDelivery"] = terms.location_based_delivery
    return members


def _delivery_field(value: Content, decisions: Mapping[str, str]) -> str:
    field = decisions["delivery-field"]
    if field != "by-edition":
        return field
    return "deliveryOption" if value.storefront == TURKEY else "deliveryOptions"


def _state(variant: Variant) -> dict[str, Any]:
    return {
        "locked": variant.locked,
        "lockReason": variant.lock_reason,
        "lockDate": variant.locked_ms,
        "archived": variant.archived,
        "archivedDate": variant.archived_ms,
        "docNeeded": variant.doc_needed,
        "hasViolation": variant.has_violation,
        "blacklisted": variant.blacklisted,
    }


def _delivery(variant: Variant, field: str) -> dict[str, Any]:
    delivery = variant.delivery
    if field == "deliveryOption":
        return {field: {"deliveryDuration": delivery.days}}
    fast = [{"deliveryOptionType": kind, "deliveryDailyCutOffHour": hour} for kind, hour in delivery.fast]
    return {
        field: {
            "deliveryDuration": delivery.days,
            "isRushDelivery": delivery.rush,
            "fastDeliveryOptions": fast,
        }
    }


def id_and_name(value: Named, language: str) -> dict[str, Any]:
    """A brand or a category."""
    return {"id": value.id, "name": text_in(value.name, language)}


def flat_attribute(attribute: Attribute, language: str) -> dict[str, Any]:
    """An attribute with one value."""
    members: dict[str, Any] = {
        "attributeId": attribute.id,
        "attributeName": text_in(attribute.name, language),
    }
    if attribute.value_id is not None:
        members["attributeValueId"] = attribute.value_id
    members["attributeValue"] = text_in(attribute.value, language)
    return members


def _value_list(attribute: Attribute, language: str) -> dict[str, Any]:
    value = {"attributeValueId": attribute.value_id, "attributeValue": text_in(attribute.value, language)}
    return {
        "attributeId": attribute.id,
        "attributeName": text_in(attribute.name, language),
        "attributeValues": [value],
    }


ATTRIBUTE_FORMS = {"flat": flat_attribute, "list": _value_list}
