"""Products that are not approved, and audits of contents, in the vendor's spelling."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from emulator.trendyol.products.wire import flat_attribute, id_and_name, number
from emulator.world.catalogue.content_audits import AuditChange, ContentAudit
from emulator.world.catalogue.content_audits import State as AuditState
from emulator.world.catalogue.model import Attribute, text_in
from emulator.world.catalogue.unapproved_products import DateColumn, State, UnapprovedProduct

# The words of a query, and the world's for them.
STATES: Mapping[str, State] = {"rejected": "rejected", "pendingApproval": "pending"}
WORDS: Mapping[State, str] = {state: word for word, state in STATES.items()}
DATES: Mapping[str, DateColumn] = {"CREATED_DATE": "created_ms", "LAST_MODIFIED_DATE": "modified_ms"}
AUDIT_STATES: Mapping[str, AuditState] = {"SUCCESS": "success", "FAIL": "fail", "RUNNING": "running"}
AUDIT_WORDS = {state: word for word, state in AUDIT_STATES.items()}


def unapproved_row(
    product: UnapprovedProduct, language: str, reasons: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """One row of the unapproved filter.

    Shapes: ``reasons`` are the words of the reasons by their ids.
    Source: docs/ürün-filtreleme-onaysız-ürün-v2 of 2026-09-09, D.
    """
    row = {
        "supplierId": product.seller_id,
        "productMainId": product.product_main_id,
        "status": WORDS[product.state],
        "createDateTime": product.created_ms,
        "lastUpdateDate": product.modified_ms,
        "lastPriceChangeDate": product.created_ms,
        "lastStockChangeDate": product.created_ms,
        "brand": id_and_name(product.brand, language),
        "category": id_and_name(product.category, language),
        "barcode": product.barcode,
        "title": text_in(product.title, language),
        "description": text_in(product.description, language),
        "quantity": product.quantity,
        "listPrice": number(product.list_price),
        "salePrice": number(product.sale_price),
        "docNeeded": product.doc_needed,
        "vatRate": product.vat_rate,
        "dimensionalWeight": product.terms.dimensional_weight,
        "stockCode": product.stock_code,
        "media": [{"url": url} for url in product.images],
        "attributes": [flat_attribute(each, language) for each in product.attributes],
        "rejectReasonDetails": [
            {"rejectReason": reasons[each]["reason"], "rejectReasonDetail": reasons[each]["detail"]}
            for each in product.reject_reasons
        ],
    }
    return {**row, **_terms(product)}


def _terms(product: UnapprovedProduct) -> dict[str, Any]:
    """What stands only where it was sent."""
    terms = product.terms
    members = {
        "origin": product.origin,
        "cargoProviders": [*terms.cargo_providers] or None,
        "locationBasedDelivery": terms.location_based_delivery,
        "lotNumber": terms.lot_number,
        "specialConsumptionTax": terms.special_consumption_tax,
        "sgrPrice": None if product.sgr_price is None else number(product.sgr_price),
    }
    return {name: value for name, value in members.items() if value is not None}


def unapproved_base(product: UnapprovedProduct) -> dict[str, Any]:
    """What getProductBase says of a product that is not approved; that the rest is null is I."""
    return {
        "barcode": product.barcode,
        "approved": False,
        "approvedDate": None,
        "archived": False,
        "listingId": None,
        "contentId": None,
    }


def audit(value: ContentAudit, language: str) -> dict[str, Any]:
    """One request to change a content, with what came of each change.

    Source: docs/ürün-bilgileri-güncelleme-sonucu-kontrol-servisi, D.
    """
    return {
        "barcode": value.barcode,
        "contentId": value.content_id,
        "batchRequestId": value.batch_id,
        "requestDate": _iso(value.requested_ms),
        "updates": [_change(each, language) for each in value.changes],
    }


def _change(change: AuditChange, language: str) -> dict[str, Any]:
    word = AUDIT_WORDS[change.state]
    body: dict[str, Any] = {
        "type": change.kind.upper(),
        "status": word,
        "completedDate": None if change.completed_ms is None else _iso(change.completed_ms),
        **_both_sides(change, language),
    }
    if change.state == "fail":
        body["rejectReasons"] = [
            {"type": each.type, "reason": each.reason, "detail": each.detail, "parameters": {}}
            for each in change.reasons
        ]
    return body


def _both_sides(change: AuditChange, language: str) -> dict[str, Any]:
    name, render = SIDES[change.kind]
    return {f"changed{name}": render(change.new, language), f"existing{name}": render(change.old, language)}


def _text(value: str, language: str) -> str:
    return value


def _media(value: list[str], language: str) -> list[dict[str, Any]]:
    return [{"url": url, "order": order} for order, url in enumerate(value, 1)]


def _attributes(value: list[dict[str, Any]], language: str) -> list[dict[str, Any]]:
    return [_attribute(Attribute(**each), language) for each in value]


def _attribute(value: Attribute, language: str) -> dict[str, Any]:
    text = text_in(value.value, language)
    return {
        "attributeId": value.id,
        "attributeValueId": value.value_id,
        "customAttributeValue": text if value.value_id is None else None,
        "attributeValue": None if value.value_id is None else text,
    }


SIDES: Mapping[str, tuple[str, Callable[[Any, str], Any]]] = {
    "title": ("Title", _text),
    "description": ("Description", _text),
    "media": ("Medias", _media),
    "attribute": ("Attributes", _attributes),
}


def _iso(moment_ms: int) -> str:
    return datetime.fromtimestamp(moment_ms / 1000, UTC).isoformat(timespec="milliseconds")
