"""Tickets of compensation on the wire."""

from __future__ import annotations

from typing import Any

from emulator.world.core.money import number
from emulator.world.orders.model import Package

REQUESTER = "TEX"


def ticket(package: Package) -> dict[str, Any]:
    """One ticket.

    Source: the names are D, the words in them I.
    """
    return {
        "cargoProvider": "Trendyol Express",
        "compensateReason": "Hasarlı Ürün",
        "createDate": package.updated_ms,
        "currentState": "Onaylandı",
        "deliveryNumber": str(package.cargo_number),
        "itemDetails": [
            {
                "barcode": line.barcode,
                "productName": line.name,
                "quantity": line.quantity,
                "amount": number(line.gross_e4 - line.discount_e4),
            }
            for line in package.lines
        ],
        "orderNumber": package.order.order_number,
        "requestedBy": REQUESTER,
        "stateMessage": "Tazmin talebiniz onaylandı.",
        "totalItemsAmount": number(package.total_e4),
    }
