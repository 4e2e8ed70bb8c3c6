"""The names that packages had before April 2026, for clients that still read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Source: the page of the rename of 8 December 2025, D.
PACKAGE_NAMES: Mapping[str, str] = {
    "shipmentPackageId": "id",
    "packageGrossAmount": "grossAmount",
    "packageSellerDiscount": "totalDiscount",
    "packageTyDiscount": "totalTyDiscount",
    "packageTotalPrice": "totalPrice",
}
LINE_NAMES: Mapping[str, str] = {
    "lineId": "id",
    "stockCode": "merchantSku",
    "contentId": "productCode",
    "sellerId": "merchantId",
    "lineGrossAmount": "amount",
    "lineSellerDiscount": "discount",
    "lineTyDiscount": "tyDiscount",
    "lineUnitPrice": "price",
    "vatRate": "vatBaseAmount",
}
UNIT_NAMES: Mapping[str, str] = {"lineItemSellerDiscount": "lineItemDiscount"}


def with_old_names(package: Mapping[str, Any]) -> dict[str, Any]:
    """A package under the old names, its lines and their units too, with what was taken away beside them."""
    lines = [_line(line) for line in package["lines"]]
    return {**_with_names(package, PACKAGE_NAMES), **_former_members(package), "lines": lines}


def _former_members(package: Mapping[str, Any]) -> dict[str, Any]:
    """The members that packages have no more. Source: their names, D; what stands in them is I."""
    agreed_ms, day_ms = package["agreedDeliveryDate"], 86_400_000
    return {
        "scheduledDeliveryStoreId": "",
        "agreedDeliveryDateExtendible": package["status"] in ("Created", "Picking"),
        "extendedAgreedDeliveryDate": agreed_ms,
        "agreedDeliveryExtensionStartDate": agreed_ms - day_ms,
        "agreedDeliveryExtensionEndDate": agreed_ms,
        "groupDeal": False,
    }


def _line(line: Mapping[str, Any]) -> dict[str, Any]:
    units = [_with_names(unit, UNIT_NAMES) for unit in line["discountDetails"]]
    return {**_with_names(line, LINE_NAMES), "sku": line["stockCode"], "discountDetails": units}


def _with_names(members: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {names.get(name, name): value for name, value in members.items()}
