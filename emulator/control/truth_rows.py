"""The rows of the world's own answer under the names that integrations export them with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

# The fields of each kind that an export spells otherwise than the world does.
TRANSACTION: Mapping[str, str] = {
    "transaction_at_ms": "transactionDate",
    "order_number": "orderNumber",
    "payment_order_id": "paymentOrderId",
    "payment_at_ms": "paymentDate",
    "commission": "commissionAmount",
    "revenue": "sellerRevenue",
    "label": "transactionType",
}
NAMES: Mapping[str, Mapping[str, str]] = {
    "settlements": TRANSACTION,
    "otherfinancials": TRANSACTION,
    "totals": TRANSACTION,
    "orders": {
        "order_number": "orderNumber",
        "shipment_package_id": "shipmentPackageId",
        "updated_ms": "lastModifiedDate",
        "ordered_at": "orderedAt",
        "gross": "grossAmount",
        "discount": "totalDiscount",
        "total": "totalPrice",
    },
    "claims": {
        "item_id": "claimItemId",
        "claim_id": "claimId",
        "order_number": "orderNumber",
        "package_id": "shipmentPackageId",
        "claimed_ms": "claimDate",
        "updated_ms": "lastModifiedDate",
        "waiting_ms": "waitingSince",
        "issue_reason": "issueReason",
        "seller_steps": "sellerSteps",
    },
    "products": {
        "content_id": "contentId",
        "product_main_id": "productMainId",
        "stock_code": "stockCode",
        "sale_price": "salePrice",
        "list_price": "listPrice",
    },
    "product-states": {"content_id": "contentId"},
    "onboarding": {
        "content_id": "contentId",
        "archived_ms": "archivedDate",
        "product_main_id": "productMainId",
        "stock_code": "stockCode",
        "dimensional_weight": "dimensionalWeight",
        "vat_rate": "vatRate",
        "sale_price": "salePrice",
        "list_price": "listPrice",
        "sgr_price": "sgrPrice",
        "done_ms": "doneDate",
    },
    "pushes": {
        "sale_price": "salePrice",
        "list_price": "listPrice",
        "done_ms": "doneDate",
        "quantity_before": "quantityBefore",
        "sale_price_before": "salePriceBefore",
        "list_price_before": "listPriceBefore",
    },
    "purchases": {
        "buyer_code": "buyerCode",
        "request_number": "requestNumber",
        "vendor_ref": "vendorRef",
        "package_type": "packageType",
        "created_ms": "createDateTime",
        "requested": "requestedQuantity",
        "reserved": "reservedQuantity",
        "cancelled": "cancelledQuantity",
    },
    "questions": {"created_ms": "creationDate", "updated_ms": "changedDate"},
}

# What stands in rows of a kind as rows of its own.
LEDGERS: Mapping[str, tuple[str, ...]] = {"pushes": ("pushes",), "onboarding": ("writes",)}

# Where the vendor's spelling of a package's status is not our words joined. Source: the order services, D.
STATUSES: Mapping[str, str] = {
    "undelivered": "UnDelivered",
    "unsupplied": "UnSupplied",
    "unpacked": "UnPacked",
}

QUESTION_STATUSES: Mapping[str, str] = {
    "waiting": "WAITING_FOR_ANSWER",
    "checking": "WAITING_FOR_APPROVE",
    "answered": "ANSWERED",
    "reported": "REPORTED",
    "rejected": "REJECTED",
    "unanswered": "UNANSWERED",
}


def export_rows(kind: str, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Write the rows of a kind as an export has them, their fields in the same order."""
    names = NAMES.get(kind, {})
    export = _renamed_rows(rows, names)
    for ledger in LEDGERS.get(kind, ()):
        export = [{**row, ledger: _renamed_rows(row[ledger], names)} for row in export]
    if kind == "questions":
        export = [{**row, "status": QUESTION_STATUSES[row["status"]]} for row in export]
    if kind in ("orders", "claims"):
        export = [{**row, "status": _status(row["status"])} for row in export]
    if kind == "claims":
        export = [{**row, "sellerSteps": [_status(each) for each in row["sellerSteps"]]} for row in export]
    return export


def _renamed_rows(rows: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    # The rows of a kind have the same fields, so that each is renamed at once.
    new_names: dict[tuple[str, ...], list[str]] = {}
    export = []
    for row in rows:
        fields = tuple(row)
        if fields not in new_names:
            new_names[fields] = [names.get(name, name) for name in fields]
        export.append(dict(zip(new_names[fields], row.values(), strict=True)))
    return export


def _status(status: str) -> str:
    return STATUSES.get(status, status.title().replace("_", ""))
