"""Packages on the wire: the world's orders in the vendor's spelling, some sixty fields a package."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from emulator.trendyol.orders.old_names import with_old_names
from emulator.trendyol.orders.wire_addresses import (
    MASK,
    address_members,
    invoice_address,
    is_incomplete,
    without_late_parts,
)
from emulator.trendyol.orders.wire_lines import DEPOSIT_STOREFRONTS, line_members
from emulator.world.core.money import CURRENCY_OF, SCALE, number
from emulator.world.orders.carriers import LOCKER_CARRIER
from emulator.world.orders.model import (
    Haste,
    InvoiceStatus,
    Order,
    Origin,
    Package,
    Status,
)

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
STATUSES: Mapping[Status, str] = {
    "awaiting": "Awaiting",
    "created": "Created",
    "picking": "Picking",
    "invoiced": "Invoiced",
    "shipped": "Shipped",
    "at_collection_point": "AtCollectionPoint",
    "delivered": "Delivered",
    "undelivered": "UnDelivered",
    "returned": "Returned",
    "cancelled": "Cancelled",
    "unsupplied": "UnSupplied",
    "unpacked": "UnPacked",
}
INVOICE_STATUSES: Mapping[InvoiceStatus, str] = {
    "not_invoiced": "NotInvoiced",
    "received": "Received",
    "invoiced": "Invoiced",
    "rejected": "Rejected",
}
ORIGINS: Mapping[Origin, str] = {
    "order": "order-creation",
    "cancel": "cancel",
    "split": "split",
    "transfer": "transfer",
}
# Names by the printed packages and the list of carriers, D.
CARRIERS: Mapping[str, str] = {
    "trendyol_express": "Trendyol Express",
    "yurtici": "Yurtiçi Kargo Marketplace",
    "aras": "Aras Kargo Marketplace",
    "surat": "Sürat Kargo Marketplace",
    "dhl": "DHL eCommerce Marketplace",
    "ups": "UPS Kargo Marketplace",
    "ptt": "PTT Kargo Marketplace",
    "alternative": "ADEL",
    "horoz": "Horoz Kargo Marketplace",
    "ceva": "CEVA Marketplace",
    "ceva_supplier": "CEVA Tedarik",
    "kolaygelsin": "Kolay Gelsin Marketplace",
    "aramex": "Aramex",
    "emx": "EMX",
    "jt": "J&T",
    "shipa": "Shipa",
    "spl": "SPL",
    "fancourier": "FANCOURIER",
    "dpd_romania": "DPD Romania",
    "fanex": "FANEX",
    "acs": "ACS",
    "geniki": "GENIKI",
    "boxnow": "BOXNOW",
    "packeta": "PACKETA",
    "gls": "GLS",
    "dpd": "DPD",
    "dhl_abroad": "DHL",
    "hermes": "HERMES",
    "joyexpress": "JoyExpress",
    "logistiq": "Logistiq H&B",
}
# Ways to pay that the changelog of 9 September 2026 names, D; which order is paid how is I.
PAYMENT_METHODS = (
    "Kredi Kartı", "Kredi Kartı", "Banka Kartı", "Kredi Kartı", "Cüzdan - Trendpay", "Alışveriş Kredisi",
    "Şimdi Al Sonra Öde - Trendpay",
)  # fmt: skip
# The business unit whose packages name no phone, D.
DIGITAL_GOODS = "Digital Goods"
# Abroad no page names one; the list has this value too.
UNKNOWN_PAYMENT = "-"
# From which total on an order of Turkey carries the real identity number, D; that it counts by package is I.
IDENTIFIED_FROM_E4, ANYONE = 5_000 * SCALE, "11111111111"
HASTES: Mapping[Haste | None, str] = {
    None: "",
    "today": "TodayDelivery",
    "same_day": "SameDayShipping",
    "fast": "FastDelivery",
}
# When a package is expected, counted from the order; I.
EXPECTED_FROM_MS, EXPECTED_TO_MS = 2 * DAY_MS, 4 * DAY_MS
SHIPMENT_BASE = 606_000_000
# What the number of a seller's own warehouse is counted from, so that it has six digits as printed; I.
OWN_WAREHOUSES = 370_000
# How many sizes things have; I.
DECI_SIZES = 4
# What the numbers of customs declarations begin with. Source: the printed one, D.
ETGB_OFFICE = "25341453"


def package(value: Package, decisions: Mapping[str, str]) -> bytes:
    """One package as the order list, the stream and the webhooks have it.

    Source: docs/getshipmentpackagesstream and docs/webhook-model, D, with types measured on production, C.
    """
    order, is_paid = value.order, value.status != "awaiting"
    shipment = address_members(order.address, order.customer, is_paid=is_paid)
    invoice = invoice_address(order, shipment, is_paid=is_paid)
    if all(line.category == DIGITAL_GOODS for line in value.lines):
        shipment, invoice = {**shipment, "phone": None}, {**invoice, "phone": None}
    if is_incomplete(value):
        shipment, invoice = without_late_parts(shipment), without_late_parts(invoice)
    members = {
        **_identity(value, is_paid=is_paid),
        **_amounts(value),
        **_deposits(value),
        **_customer(value, is_paid=is_paid),
        **_dates(value),
        "shipmentAddress": shipment,
        "invoiceAddress": invoice,
        "deliveryAddressType": "CollectionPoint" if _is_collected(value) else "Shipment",
        "deliveryType": "normal",
        "timeSlotId": 0,
        **_carriage(value, is_paid=is_paid),
        **_marks(value),
        **_export(value),
        **_invoice(value),
        "createdBy": ORIGINS[value.origin] if is_paid else "",
        "originPackageIds": None if value.first_id is None else [value.first_id],
        "packageHistories": [
            {"createdDate": at_ms, "status": STATUSES[status]} for status, at_ms in value.history
        ],
        "lines": [line_members(value, line, STATUSES[value.status]) for line in value.lines],
    }
    return orjson.dumps(with_old_names(members) if decisions["package-names"] == "old" else members)


def order_date(placed_ms: int) -> int:
    """The moment of an order as ``orderDate`` shows it: three hours late, Istanbul's clock read as UTC.

    Source: the guide calls it GMT+3; in a printed package it lies 10,796 s behind the first entry of its
    history and in one from the stage 10,798 s behind originShipmentDate, C. Every other date is exact.
    """
    return placed_ms + 3 * HOUR_MS


def _identity(value: Package, *, is_paid: bool) -> dict[str, Any]:
    order = value.order
    return {
        "shipmentPackageId": value.id,
        "orderNumber": order.order_number,
        "shipmentNumber": SHIPMENT_BASE + order.id,
        "paymentMethod": _payment_method(order),
        "orderCountryCode": order.address.country,
        "status": STATUSES[value.status],
        "shipmentPackageStatus": STATUSES[value.status] if is_paid else "Approved",
        "supplierId": order.seller_id,
        "channelId": 1,
    }


def _marks(value: Package) -> dict[str, Any]:
    return {
        "fastDelivery": value.order.haste is not None,
        "fastDeliveryType": HASTES[value.order.haste],
        "deliveredByService": value.dispatch.by_service,
        "warehouseId": value.dispatch.warehouse_id or OWN_WAREHOUSES + value.order.seller_id,
        "giftBoxRequested": value.order.wants_gift_box,
        "containsDangerousProduct": False,
        "isCod": value.order.pays_cash,
    }


def _invoice(value: Package) -> dict[str, Any]:
    """What is known of its invoice.

    Source: the link is there once the invoice was accepted, the keys where one of is4P was rejected, D.
    """
    dispatch = value.dispatch
    faults = dispatch.invoice_faults if value.order.export == "agency" else ()
    return {
        "invoiceLink": dispatch.invoice_link if dispatch.invoice_status == "invoiced" else "",
        "invoiceNumber": dispatch.invoice_number,
        "invoiceStatus": INVOICE_STATUSES[dispatch.invoice_status],
        "invoiceRejectedReasonKeys": list(faults) or "",
    }


def _amounts(value: Package) -> dict[str, Any]:
    gross_e4 = seller_e4 = discount_e4 = 0
    for line in value.lines:
        for units in line.units:
            gross_e4 += units.count * units.gross_e4
            seller_e4 += units.count * units.seller_discount_e4
            discount_e4 += units.count * (units.seller_discount_e4 + units.platform_discount_e4)
    displays = [{"displayName": "Sepette İndirim", "discountAmount": number(seller_e4)}] if seller_e4 else []
    return {
        "packageGrossAmount": number(gross_e4),
        "packageSellerDiscount": number(seller_e4),
        "packageTyDiscount": number(discount_e4 - seller_e4),
        "packageTotalDiscount": number(discount_e4),
        "packageTotalPrice": number(gross_e4 - discount_e4),
        "discountDisplays": displays,
        "currencyCode": CURRENCY_OF[value.order.storefront],
    }


def _deposits(value: Package) -> dict[str, Any]:
    """The deposits on packaging that a package of Romania carries.

    Source: totalSgrFee and lineSgrFee, D; that the one is the sum of all units, the other that of one, is I.
    """
    if value.order.storefront not in DEPOSIT_STOREFRONTS:
        return {}
    return {"totalSgrFee": number(sum(line.deposit_e4 * line.quantity for line in value.lines))}


def _payment_method(order: Order) -> str:
    if order.storefront != "TR":
        return UNKNOWN_PAYMENT
    return PAYMENT_METHODS[order.id % len(PAYMENT_METHODS)]


def _identity_number(value: Package) -> str:
    """Who the customer is: by a real number in Romania and where a Turkish order is dear, else nobody's.

    Source: elevens in the printed packages; a real one above 5,000 lira and CNPs of Romania, D.
    """
    number = value.order.customer.identity_number
    if not number or (value.order.storefront == "TR" and value.total_e4 <= IDENTIFIED_FROM_E4):
        return ANYONE
    return number


def _customer(value: Package, *, is_paid: bool) -> dict[str, Any]:
    customer = value.order.customer
    if not is_paid:
        names = ("customerFirstName", "customerLastName", "customerEmail", "identityNumber")
        return {"customerId": 0, **dict.fromkeys(names, MASK), "taxNumber": None, "commercial": False}
    return {
        "customerId": customer.id,
        "customerFirstName": customer.first_name,
        "customerLastName": customer.last_name,
        "customerEmail": customer.email,
        "identityNumber": _identity_number(value),
        "taxNumber": customer.tax_number or None,
        "commercial": bool(customer.company),
    }


def _dates(value: Package) -> dict[str, int]:
    placed_ms = value.order.placed_ms
    return {
        "orderDate": order_date(placed_ms),
        "lastModifiedDate": value.updated_ms,
        "originShipmentDate": placed_ms,
        "agreedDeliveryDate": value.agreed_ms,
        "estimatedDeliveryStartDate": placed_ms + EXPECTED_FROM_MS,
        "estimatedDeliveryEndDate": placed_ms + EXPECTED_TO_MS,
    }


def _deci(value: Package) -> int:
    """The volumetric weight of a package until the seller says another: each thing's, by its category."""
    return sum(line.quantity * (1 + line.category_id % DECI_SIZES) for line in value.lines)


def _carriage(value: Package, *, is_paid: bool) -> dict[str, Any]:
    dispatch = value.dispatch
    members: dict[str, Any] = {
        "cargoTrackingNumber": value.cargo_number if is_paid else 0,
        "cargoTrackingLink": _tracking_link(value) if is_paid else "",
        "cargoSenderNumber": dispatch.sender_number,
        "cargoProviderName": CARRIERS[value.carrier] if is_paid else "",
        "cargoDeci": _deci(value) if dispatch.deci_e2 is None else dispatch.deci_e2 / 100,
        "sellerDeliveryMethod": "",
        "sellerOtpCode": "",
        **(_locker(value) if value.carrier == LOCKER_CARRIER else {}),
    }
    if dispatch.sender_number:
        members["whoPays"] = 1
    return members


def _locker(value: Package) -> dict[str, Any]:
    """How a package is picked up from a locker, with the code that opens it.

    Source: sellerDeliveryMethod and sellerOtpCode of box lockers, D; that the code has six digits is I.
    """
    return {"sellerDeliveryMethod": "LOCKER", "sellerOtpCode": f"{value.id * 7919 % 1_000_000:06d}"}


def _tracking_link(value: Package) -> str:
    """Where a parcel is followed: at the seller's own link where there is one, I."""
    own_link = value.dispatch.tracking_info
    return (
        own_link if own_link.startswith("http") else f"https://tracking.trendyol.com/?id={value.cargo_number}"
    )


def _export(value: Package) -> dict[str, Any]:
    """How a package leaves the country; micro export has its customs declaration once it has been sent.

    Source: the names and the form of etgbNo, D; from when on it is filled is I.
    """
    order = value.order
    members: dict[str, Any] = {
        "micro": order.export == "micro",
        "3pByTrendyol": order.export == "partner",
        "is4P": order.export == "agency",
    }
    if order.export == "micro":
        sent_ms = next((at_ms for status, at_ms in value.history if status == "shipped"), None)
        members |= {
            "etgbNo": "" if sent_ms is None else f"{ETGB_OFFICE}EX{order.id % 1_000_000:06d}",
            "etgbDate": sent_ms,
            "hsCode": "711111000000",
        }
    return members


def _is_collected(value: Package) -> bool:
    return any(status == "at_collection_point" for status, _ in value.history)
