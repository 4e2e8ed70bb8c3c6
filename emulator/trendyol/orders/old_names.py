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
    """A package under the old names, its lines and their units too."""
    return {**_renamed(package, PACKAGE_NAMES), "lines": [_line(line) for line in package["lines"]]}


def _line(line: Mapping[str, Any]) -> dict[str, Any]:
    units = [_renamed(unit, UNIT_NAMES) for unit in line["discountDetails"]]
    return {**_renamed(line, LINE_NAMES), "discountDetails": units}


def _renamed(members: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {names.get(name, name): value for name, value in members.items()}
