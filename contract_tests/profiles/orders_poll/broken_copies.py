"""Broken clients of the list: what they save of packages, and what they show of their copy."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from contract_tests.clients.client import Client
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.packages import KEY, instant, order_row, save_packages
from contract_tests.clients.problems import Problem
from contract_tests.clients.protocol import Row
from contract_tests.profiles.orders_poll.reference import Steps, client
from contract_tests.profiles.variants import Broken

PROFILE = "orders-poll"
NARROW = 2**32
OVER = {"UnPacked", "Cancelled", "UnSupplied"}


def saves(save_packages: Callable[[LocalCopy, list[Row]], None]) -> Client:
    """The reference, except for how it saves packages."""
    return client(Steps(save_packages=save_packages))


def shows(row: Callable[[Row], Row]) -> Client:
    """The reference, except for what it makes of a package."""
    return client(Steps(row=row))


def by_order(copy: LocalCopy, rows: list[Row]) -> None:
    """A package is identified by its order; the last one read is the one that stays."""
    copy.merge("packages", "orderNumber", rows)


def if_new(copy: LocalCopy, rows: list[Row]) -> None:
    """What is in the copy is not looked at again."""
    ids = {row[KEY] for row in copy.rows("packages")}
    copy.merge("packages", KEY, [row for row in rows if row[KEY] not in ids])


def once_more_each_run(copy: LocalCopy, rows: list[Row]) -> None:
    """Insert whatever comes."""
    before = len(copy.rows("packages"))
    copy.merge("packages", "place", [row | {"place": before + at} for at, row in enumerate(rows)])


def with_old_status(copy: LocalCopy, rows: list[Row]) -> None:
    """A package that is over keeps the status it had when it was alive."""
    earlier = {row[KEY]: row for row in copy.rows("packages")}
    rows_to_save = [
        row | {"status": earlier[row[KEY]]["status"]} if _is_over(row, earlier) else row for row in rows
    ]
    save_packages(copy, rows_to_save)


def _is_over(row: Row, earlier: dict[int, Row]) -> bool:
    return row["status"] in OVER and row[KEY] in earlier


def as_picking(package: Row) -> Row:
    """A package that was split or cancelled still waits to be packed."""
    row = order_row(package)
    return row | {"status": "Picking"} if row["status"] in OVER else row


def in_istanbul(package: Row) -> Row:
    """The moment of an order as its number says it, three hours late."""
    return order_row(package) | {"orderedAt": instant(package["orderDate"])}


def narrow_id(package: Row) -> Row:
    """The package's number as 32 bits hold it."""
    row = order_row(package)
    return row | {KEY: (row[KEY] + NARROW // 2) % NARROW - NARROW // 2}


def in_floats(package: Row) -> Row:
    """The total of a package as binary fractions add it up."""
    prices = (float(line["lineUnitPrice"]) * line["quantity"] for line in package["lines"])
    return order_row(package) | {"totalPrice": sum(prices)}


def before_discounts(package: Row) -> Row:
    """What a package cost before its discounts."""
    return order_row(package) | {"totalPrice": package["packageGrossAmount"]}


def whole_money(package: Row) -> Row:
    """Money without its decimals."""
    return order_row(package) | {"totalPrice": int(Decimal(package["packageTotalPrice"]))}


def lines_for_units(package: Row) -> Row:
    """A line of a package is one unit."""
    return order_row(package) | {"quantity": len(package["lines"])}


SAMPLE_FIELDS = {
    "shipmentPackageId", "orderNumber", "shipmentNumber", "paymentMethod", "orderCountryCode", "status",
    "shipmentPackageStatus", "supplierId", "channelId", "packageGrossAmount", "packageSellerDiscount",
    "packageTyDiscount", "packageTotalDiscount", "packageTotalPrice", "discountDisplays", "currencyCode",
    "customerId", "customerFirstName", "customerLastName", "customerEmail", "identityNumber", "taxNumber",
    "commercial", "orderDate", "lastModifiedDate", "originShipmentDate", "agreedDeliveryDate",
    "agreedDeliveryDateExtendible", "extendedAgreedDeliveryDate", "agreedDeliveryExtensionStartDate",
    "agreedDeliveryExtensionEndDate", "estimatedDeliveryStartDate", "estimatedDeliveryEndDate",
    "shipmentAddress", "invoiceAddress", "deliveryAddressType", "deliveryType", "timeSlotId",
    "cargoTrackingNumber", "cargoTrackingLink", "cargoSenderNumber", "cargoProviderName", "cargoDeci",
    "sellerDeliveryMethod", "sellerOtpCode", "fastDelivery", "fastDeliveryType", "deliveredByService",
    "warehouseId", "giftBoxRequested", "containsDangerousProduct", "isCod", "micro", "3pByTrendyol", "is4P",
    "etgbNo", "etgbDate", "hsCode", "groupDeal", "invoiceLink", "invoiceNumber", "invoiceStatus",
    "invoiceRejectedReasonKeys", "createdBy", "originPackageIds", "packageHistories", "lines",
}  # fmt: skip


def of_sample_fields(copy: LocalCopy, rows: list[Row]) -> None:
    """Save packages that have nothing the printed sample has not, as a strict class does."""
    new_fields = set().union(*rows) - SAMPLE_FIELDS
    if new_fields:
        raise Problem(f"unexpected keyword argument {min(new_fields)!r}")
    save_packages(copy, rows)


def counts(name: str, description: str, field_note: str, client: Client, needs: str = "") -> Broken:
    """A client that has all packages and one wrong figure."""
    return Broken(name, PROFILE, description, field_note, ("held_as_true:wrong",), client, needs=needs)


BROKEN = (
    Broken("packages_by_order", PROFILE, "knows a package by its orderNumber and loses the others of it",
           "packages de-duplicated by orderNumber, losing split orders: 1 of 26", ("held_as_true:missing",),
           saves(by_order), needs="two packages of one order"),
    Broken("never_updates_packages", PROFILE, "never looks again at a package it knows",
           "insert without update", ("held_as_true:stale",), saves(if_new),
           needs="a status changed between two runs"),
    Broken("adds_packages_again", PROFILE, "inserts every package anew with each run",
           "insert instead of upsert", ("held_as_true:duplicate",), saves(once_more_each_run),
           needs="two runs"),
    Broken("keeps_a_parent_alive", PROFILE, "counts a package that was split or cancelled as it was before",
           "split parents counted as live", ("held_as_true:stale", "held_as_true:wrong"),
           saves(with_old_status), needs="a package split or cancelled between two runs"),
    Broken("fails_on_new_package_fields", PROFILE,
           "fails where a package has a field that the sample has not", "a new field",
           ("sync_ends_clean",), saves(of_sample_fields), needs="unusual answers"),
    Broken("narrow_packages", PROFILE, "holds package numbers in 32 bits", "32-bit ids",
           ("held_as_true:ghost", "held_as_true:missing"), shows(narrow_id), needs="ids beyond 2^31"),
    counts("packs_what_is_over", "shows a package that is over as one to be packed",
           "split parents counted as live", shows(as_picking), needs="a package that is over"),
    counts("three_hours_ahead", "takes orderDate for an exact moment", "orderDate's +3 h not removed",
           shows(in_istanbul)),
    counts("totals_in_floats", "adds totals up in floats", "float money", shows(in_floats),
           needs="a sum that binary fractions miss"),
    counts("totals_before_discounts", "takes what a package cost before its discounts",
           "gross taken for total", shows(before_discounts), needs="a discount"),
    counts("whole_totals", "holds totals without decimals", "float money", shows(whole_money)),
    counts("lines_for_units", "counts the lines of a package instead of its units",
           "quantity of a line overlooked", shows(lines_for_units), needs="two units in a line"),
)  # fmt: skip
