"""Results of batches on the wire: one envelope, and a form of the item for each type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from emulator.trendyol.batches.reasons import sentence
from emulator.world.batches.model import Batch, Failures, Kind
from emulator.world.core.ids import seeded_uuid

# Source: docs/toplu-işlem-kontrolü-getbatchrequestresult-1, D.
TYPES: Mapping[Kind, str] = {
    "create": "ProductV2OnBoarding",
    "update": "ProductV2Update",
    "content": "ApprovedProductContentUpdate",
    "variant": "ApprovedProductVariantUpdate",
    "delivery": "ProductDeliveryOptionUpdate",
    "inventory": "ProductInventoryUpdate",
    "archive": "ProductArchiveUpdate",
    "unlock": "ProductUnlockUpdate",
    "delete": "ProductDeletion",
}
# Results of stock and price have no status since 9 May 2025 in Istanbul. Source: changelog/changelog, D.
NO_STATUS_SINCE_MS = 1_746_738_000_000
TURKISH_STOREFRONT_ID = 1
OTHER_FORM = frozenset({"attributeValueIds", "attributeValue"})
UNUSED_VALUES = {"attributeValueId": None, "customAttributeValue": None}


def result(batch: Batch, now_ms: int) -> dict[str, Any]:
    """A batch with what became of each item."""
    is_done = batch.completed_ms is not None
    body = {
        "batchRequestId": batch.id,
        "items": [_item(batch, place, item, is_done=is_done) for place, item in enumerate(batch.items)],
        "creationDate": batch.created_ms,
        "lastModification": batch.created_ms if batch.completed_ms is None else batch.completed_ms,
        "sourceType": "API",
        "itemCount": batch.item_count,
        "failedItemCount": len(batch.failures),
        "batchRequestType": TYPES[batch.kind],
    }
    if batch.kind != "inventory" or now_ms < NO_STATUS_SINCE_MS:
        body["status"] = "COMPLETED" if is_done else "IN_PROGRESS"
    if batch.kind == "archive":
        body["notes"] = None
    return body


def _item(batch: Batch, place: int, item: Mapping[str, Any], *, is_done: bool) -> dict[str, Any]:
    failures: Failures = batch.failures.get(place, ())
    body = {
        "requestItem": REQUEST_ITEMS.get(batch.kind, _as_sent)(batch, item),
        "status": ("FAILED" if failures else "SUCCESS") if is_done else "IN_PROGRESS",
        "failureReasons": [sentence(each) for each in failures],
    }
    if batch.kind == "archive":
        body["batchRequestLogId"] = seeded_uuid(batch.number, "batch log", place)
    return body


def _as_sent(batch: Batch, item: Mapping[str, Any]) -> Mapping[str, Any]:
    return item


def _inventory(batch: Batch, item: Mapping[str, Any]) -> dict[str, Any]:
    sent_at = datetime.fromtimestamp(batch.created_ms / 1000, UTC).isoformat(timespec="milliseconds")
    names = ("quantity", "salePrice", "barcode", "listPrice")
    return {"updateRequestDate": sent_at, **{name: item[name] for name in names if name in item}}


def _archive(batch: Batch, item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "archived": item["archived"],
        "supplierId": batch.listing.seller_id,
        "barcode": item["barcode"],
    }


def _barcode(batch: Batch, item: Mapping[str, Any]) -> dict[str, Any]:
    return {"barcode": item["barcode"]}


def _delivery(batch: Batch, item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "supplierId": batch.listing.seller_id,
        "barcode": item["barcode"],
        "storeFrontCode": batch.listing.storefront,
        **({"storeFrontId": TURKISH_STOREFRONT_ID} if batch.listing.storefront == "TR" else {}),
        "request": {"barcode": item["barcode"], "deliveryOption": item.get("deliveryOptions", {})},
    }


def _product(batch: Batch, item: Mapping[str, Any]) -> dict[str, Any]:
    """A product with its barcode once more; of an attribute the field that was not used is null."""
    product = dict(item["product"])
    if isinstance(product.get("attributes"), list):
        product["attributes"] = [_both_values(each) for each in product["attributes"]]
    return {"product": product, "barcode": product.get("barcode")}


def _both_values(attribute: Mapping[str, Any]) -> Mapping[str, Any]:
    """Source: the printed result of a create, D; an attribute in the other form is as it was sent, I."""
    return attribute if OTHER_FORM & attribute.keys() else {**UNUSED_VALUES, **attribute}


def _product_fields(batch: Batch, item: Mapping[str, Any]) -> Mapping[str, Any]:
    fields: Mapping[str, Any] = item["product"]
    return fields


# What stands as requestItem, by the kind of the batch; another kind repeats the fields that were sent.
# Source: docs/toplu-işlem-kontrolü-getbatchrequestresult-1, D.
REQUEST_ITEMS: Mapping[Kind, Callable[[Batch, Mapping[str, Any]], Mapping[str, Any]]] = {
    "create": _product,
    "update": _product,
    "content": _product_fields,
    "variant": _product_fields,
    "inventory": _inventory,
    "archive": _archive,
    "unlock": _barcode,
    "delete": _barcode,
    "delivery": _delivery,
}
