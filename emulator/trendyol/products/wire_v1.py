"""Products on the wire as V1 tells them: a flat row for each barcode, in Turkish."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

from emulator.trendyol.products.wire import SHOP, hides_offer, number
from emulator.world.catalogue.model import Attribute, Content, Variant, text_in
from emulator.world.catalogue.templates import COLOUR, GENDER
from emulator.world.catalogue.unapproved_products import UnapprovedProduct

TURKISH = "tr"
MISSING_IN_2022 = frozenset({"deliveryOption", "variantAttributes"})


def product_row(content: Content, variant: Variant, decisions: Mapping[str, str]) -> bytes:
    """One row of the V1 filter, as the page prints it or by decision as it was recorded in 2022.

    Source: v2.0/docs/product-filter-filterproducts, D; what only live rows have is C. The world knows no
    batches, stock ids or desi: the first two are drawn from the listing's id, the third is the page's 0.
    """
    row = {
        **_names(content, variant),
        **_goods(content, variant),
        **_offer(variant, decisions),
        **_state(variant),
    }
    return orjson.dumps(_as_recorded(row, variant) if decisions["v1-row"] == "recorded-2022" else row)


def unapproved_row(
    product: UnapprovedProduct,
    form: tuple[Content, Variant],
    decisions: Mapping[str, str],
    reasons: Mapping[str, Mapping[str, str]],
) -> bytes:
    """One row of a product that is not approved; ``form`` is what it would be once it is.

    Source: v2.0/docs/product-filter-filterproducts, D that such rows come; what they lack of others is I.
    """
    row = orjson.loads(product_row(*form, decisions))
    for name in ("productContentId", "productUrl"):
        row.pop(name, None)
    details = [
        {"rejectReason": reasons[each]["reason"], "rejectReasonDetail": reasons[each]["detail"]}
        for each in product.reject_reasons
    ]
    state = {"approved": False, "onSale": False, "rejected": product.state == "rejected"}
    return orjson.dumps({**row, **state, "rejectReasonDetails": details})


def _as_recorded(row: Mapping[str, Any], variant: Variant) -> dict[str, Any]:
    """The row as live ones of 2022 were: four other fields, two missing. Source: two recorded pages, C."""
    stock_ms = variant.stock_modified_ms
    return {
        **{name: value for name, value in row.items() if name not in MISSING_IN_2022},
        "deliveryDuration": variant.delivery.days,
        "version": 1,
        "lastPriceChangeDate": variant.modified_ms,
        "lastStockChangeDate": variant.created_ms if stock_ms is None else stock_ms,
    }


def _names(content: Content, variant: Variant) -> dict[str, Any]:
    digest = hashlib.blake2b(variant.listing_id.encode(), digest_size=48).hexdigest()
    row, stock, batch = digest[:32], digest[32:64], digest[64:]
    return {
        "id": row,
        "approved": True,
        "productCode": variant.id,
        "batchRequestId": f"{_uuid(batch)}-{variant.created_ms // 1000}",
        "supplierId": content.seller_id,
        "createDateTime": variant.created_ms,
        "lastUpdateDate": variant.modified_ms,
        "barcode": variant.barcode,
        "productMainId": content.product_main_id,
        "productContentId": content.id,
        "stockCode": variant.stock_code,
        "platformListingId": variant.listing_id,
        "stockId": stock,
    }


def _goods(content: Content, variant: Variant) -> dict[str, Any]:
    description = text_in(content.description, TURKISH)
    return {
        "brand": text_in(content.brand.name, TURKISH),
        "brandId": content.brand.id,
        "categoryName": text_in(content.category.name, TURKISH),
        "pimCategoryId": content.category.id,
        "title": text_in(content.title, TURKISH),
        "description": description,
        "hasHtmlContent": "<" in description,
        "images": [{"url": url} for url in content.images],
        "attributes": [_attribute(each) for each in (*content.attributes, *variant.attributes)],
        "variantAttributes": [_variant_attribute(each) for each in variant.attributes],
        "productUrl": f"{SHOP}/{content.slug}-p-{content.id}"
        f"?merchantId={content.seller_id}&filterOverPriceListings=false",
        **_texts(content),
    }


def _offer(variant: Variant, decisions: Mapping[str, str]) -> dict[str, Any]:
    delivery: dict[str, Any] = {"deliveryDuration": variant.delivery.days}
    if variant.delivery.fast:
        delivery["fastDeliveryType"] = variant.delivery.fast[0][0]
    offer = {
        "quantity": variant.quantity,
        "listPrice": number(variant.list_price),
        "salePrice": number(variant.sale_price),
    }
    return {
        "stockUnitType": "Adet",
        **({} if hides_offer(variant, decisions) else offer),
        "vatRate": variant.vat_rate,
        "dimensionalWeight": 0,
        "deliveryOption": delivery,
        "onSale": variant.on_sale,
        "hasActiveCampaign": False,
    }


def _state(variant: Variant) -> dict[str, Any]:
    state = {
        "archived": variant.archived,
        "locked": variant.locked,
        "rejected": False,
        "rejectReasonDetails": [],
        "blacklisted": variant.blacklisted,
    }
    # Live rows that are not locked have no reason at all, not a null.
    return {**state, "lockReason": variant.lock_reason} if variant.locked else state


def _texts(content: Content) -> dict[str, str]:
    """Colour and gender stand beside the attributes too; a row without the attribute has no such field."""
    names = {COLOUR: "color", GENDER: "gender"}
    return {names[each.id]: text_in(each.value, TURKISH) for each in content.attributes if each.id in names}


def _attribute(attribute: Attribute) -> dict[str, Any]:
    return {
        "attributeId": attribute.id,
        "attributeName": text_in(attribute.name, TURKISH),
        "attributeValueId": attribute.value_id,
        "attributeValue": text_in(attribute.value, TURKISH),
    }


def _variant_attribute(attribute: Attribute) -> dict[str, str]:
    return {
        "attributeName": text_in(attribute.name, TURKISH),
        "attributeValue": text_in(attribute.value, TURKISH),
    }


def _uuid(digits: str) -> str:
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
