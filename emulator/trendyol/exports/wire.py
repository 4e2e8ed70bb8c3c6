"""Rows of the export centre as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from emulator.trendyol.exports.reasons import sentence
from emulator.world.batches.model import Batch, Kind
from emulator.world.catalogue.categories import Category, CategoryAttribute, text_for
from emulator.world.catalogue.model import Content, Variant
from emulator.world.exports.model import Account, ExportAttribute, ExportProduct, Item, Package, state_of

# Source: ProductCreate in docs/trendyol-autoft/islem-sonuc-entegrasyonu, D; the others I.
BATCH_TYPES: Mapping[Kind, str] = {
    "export-create": "ProductCreate",
    "export-price": "PriceUpdate",
    "export-stock": "StockUpdate",
}
# Under which name a field of a request stands in its result. Source: the printed result, D.
RESULT_NAMES = {"buyingPrice": "price"}
# Source: docs/trendyol-autoft/paket-entegrasyonu, D by its samples.
PLATFORM, CARRIER = 150, "Trendyol Express"
# Two attributes that the list repeats beside the others until it is changed.
COMPOSITION, CARE = "Materyal Bileşeni", "Yıkama Talimatı"


def page(count: int, number: int, size: int, rows: Sequence[Any]) -> dict[str, Any]:
    """A page; pages count from 1."""
    pages = -(-count // size)
    return {"totalItemCount": count, "totalPageCount": pages, "size": size, "page": number, "items": rows}


def product(value: ExportProduct, match: tuple[Content, Variant] | None, account: Account) -> dict[str, Any]:
    """One product that is open for sale abroad, with what the marketplace knows of it."""
    values = {each.name: each.value for each in value.attributes}
    return {
        "barcode": value.barcode,
        "sellerBarcode": value.barcode if match is None else match[1].stock_code,
        "rrpPrice": None if value.rrp is None else value.rrp / 100,
        "buyingPrice": value.buying_price / 100,
        "stock": value.stock,
        "origin": value.origin,
        "composition": values.get(COMPOSITION),
        "description": None if match is None else text_for(match[0].description, "tr"),
        "currency": account.currency,
        "gtip": value.gtip,
        "categoryId": value.category_id,
        "careInstructions": values.get(CARE),
        "attributes": [_attribute_value(each) for each in value.attributes],
    }


def _attribute_value(value: ExportAttribute) -> dict[str, Any]:
    return {
        "attributeId": value.id,
        "attributeName": value.name,
        "valueId": value.value_id,
        "valueName": value.value,
    }


def category(value: Category) -> dict[str, Any]:
    """A leaf with what it asks of products that are to be sold abroad."""
    return {
        "categoryId": value.id,
        "displayName": text_for(value.name, "tr"),
        "categoryAttributes": [_category_attribute(each) for each in value.attributes],
    }


def _category_attribute(value: CategoryAttribute) -> dict[str, Any]:
    return {
        "attributeId": value.id,
        "attributeName": text_for(value.name, "tr"),
        "required": value.is_required,
        "allowCustom": value.allow_custom,
        "multipleValues": value.multiple,
        "attributeValues": [{"id": each.id, "name": text_for(each.name, "tr")} for each in value.values],
    }


def batch(value: Batch) -> dict[str, Any]:
    """A batch with what became of each item."""
    is_done = value.completed_ms is not None
    return {
        "batchId": value.id,
        "batchType": BATCH_TYPES[value.kind],
        "items": [_batch_item(value, place, item, is_done=is_done) for place, item in enumerate(value.items)],
        "status": "COMPLETED" if is_done else "IN_PROGRESS",
        "creationDate": value.created_ms,
        "lastModification": value.created_ms if value.completed_ms is None else value.completed_ms,
        "itemCount": value.item_count,
    }


def _batch_item(value: Batch, place: int, item: Mapping[str, Any], *, is_done: bool) -> dict[str, Any]:
    failures = value.failures.get(place, ())
    return {
        "requestItem": {"product": {RESULT_NAMES.get(name, name): each for name, each in item.items()}},
        "status": ("FAILED" if failures else "SUCCESS") if is_done else "IN_PROGRESS",
        "failureReasons": [sentence(each) for each in failures],
    }


def package(value: Package, items: Sequence[Item], account: Account) -> dict[str, Any]:
    """One package; its boutique is a string here and a number beside an item, as printed."""
    return {
        "trackingNumber": value.tracking_number,
        "packageId": value.id,
        "totalQuantity": sum(each.units for each in items),
        "totalBuyingPrice": sum(each.units * each.unit_price for each in items) / 100,
        "currency": account.currency,
        "status": state_of(value, items),
        "boutiqueId": str(value.boutique_id),
        "platformId": PLATFORM,
        "creationDate": value.created_ms,
        "approvedDate": value.approved_ms,
        "lastModifiedDate": value.modified_ms,
        "cargos": _cargos(value),
    }


def item(value: Item, package: Package) -> dict[str, Any]:
    """One item of a package."""
    return {
        "itemId": value.id,
        "name": value.name,
        "trackingNumber": package.tracking_number,
        "sellerBarcode": value.seller_barcode,
        "barcode": value.barcode,
        "newQuantity": value.units_new,
        "pendingQuantity": value.units_pending,
        "completedQuantity": value.units_completed,
        "unSuppliedQuantity": value.units_unsupplied,
        "cancelledQuantity": value.units_cancelled,
        "unitBuyingPrice": value.unit_price / 100,
        "creationDate": value.created_ms,
        "lastModifiedDate": value.modified_ms,
    }


def item_with_package(value: Item, package: Package, account: Account) -> dict[str, Any]:
    """One item with what is known of its package."""
    return {
        **item(value, package),
        "packageId": package.id,
        "boutiqueId": package.boutique_id,
        "currency": account.currency,
        "platformId": PLATFORM,
        "status": value.state,
        "cargos": _cargos(package),
    }


def _cargos(package: Package) -> list[dict[str, Any]]:
    """What the seller has said in the panel of the carrier; nothing where nothing was said."""
    if package.cargo_code is None:
        return []
    return [{"codes": [package.cargo_code], "provider": CARRIER}]
