"""Lines of a package on the wire, each with an entry for every unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from emulator.world.core.money import CURRENCY_OF, RATE_SCALE, number
from emulator.world.orders.model import Line, Package

# Where orders show deposits on packaging: Romania's SGR, D.
DEPOSIT_STOREFRONTS = ("RO",)
# What a line says of a promise: the two types that are published, D; which go together is I.
FAST_OPTIONS: Mapping[str, tuple[str, ...]] = {
    "same_day": ("SameDayShipping",),
    "today": ("SameDayShipping", "FastDelivery"),
    "fast": ("FastDelivery",),
}


def line_members(value: Package, line: Line, status: str) -> dict[str, Any]:
    """One line of a package; its amounts are those of one unit, as its entries' averages."""
    is_deposit_due = value.order.storefront in DEPOSIT_STOREFRONTS
    gross_e4 = seller_e4 = discount_e4 = count = 0
    for each in line.units:
        count += each.count
        gross_e4 += each.count * each.gross_e4
        seller_e4 += each.count * each.seller_discount_e4
        discount_e4 += each.count * (each.seller_discount_e4 + each.platform_discount_e4)
    return {
        "lineId": line.id,
        "quantity": count,
        "barcode": line.barcode,
        "stockCode": line.stock_code,
        "contentId": line.content_id,
        "sellerId": value.order.seller_id,
        "productName": line.name,
        "productSize": line.size,
        "productColor": line.colour,
        "productOrigin": line.made_in,
        "productCategoryId": line.category_id,
        "salesCampaignId": 11,
        "lineGrossAmount": number(gross_e4 // count),
        "lineSellerDiscount": number(seller_e4 // count),
        "lineTyDiscount": number((discount_e4 - seller_e4) // count),
        "lineTotalDiscount": number(discount_e4 // count),
        "lineUnitPrice": number((gross_e4 - discount_e4) // count),
        "discountDetails": list(_units(line)),
        "vatRate": line.vat_rate,
        "commission": line.commission_e2 / RATE_SCALE,
        "currencyCode": CURRENCY_OF[value.order.storefront],
        "orderLineItemStatusName": "Approved" if value.status == "awaiting" else status,
        "businessUnit": line.category,
        "fastDeliveryOptions": [{"type": each} for each in FAST_OPTIONS.get(value.order.haste or "", ())],
        "cancelledBy": line.cancelled_by,
        "cancelReason": "",
        "cancelReasonCode": line.cancel_reason,
        "defectiveClaimListingInsight": "",
        "laborCost": number(line.labour_cost_e4),
        **({"lineSgrFee": number(line.deposit_e4)} if is_deposit_due else {}),
    }


def _units(line: Line) -> Iterator[dict[str, Any]]:
    """One entry for each unit, with the rounding that is its own."""
    place = 0
    for units in line.units:
        for _ in range(units.count):
            place += 1
            yield {
                "lineItemId": str(line.id * 1000 + place),
                "lineItemPrice": number(units.price_e4),
                "lineItemSellerDiscount": number(units.seller_discount_e4),
                "lineItemTyDiscount": number(units.platform_discount_e4),
            }
