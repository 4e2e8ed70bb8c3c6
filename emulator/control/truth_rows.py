"""The rows of the world's own answer under the names that integrations export them with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

# The fields of each kind that an export spells otherwise than the world does.
NAMES: Mapping[str, Mapping[str, str]] = {
    "products": {
        "content_id": "contentId",
        "product_main_id": "productMainId",
        "stock_code": "stockCode",
        "sale_price": "salePrice",
        "list_price": "listPrice",
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
}


def export_rows(kind: str, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Write the rows of a kind as an export has them, their fields in the same order."""
    names = NAMES.get(kind, {})
    return [{names.get(name, name): value for name, value in row.items()} for row in rows]
