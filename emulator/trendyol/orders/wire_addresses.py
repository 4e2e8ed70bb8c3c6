"""Addresses of orders on the wire, with the parts that each region has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.world.orders.model import Order, Package, Status
from emulator.world.orders.parties import Address, Customer, Recipient

MASK = "***"
CEE = ("RO", "CZ", "HU", "SK", "BG", "GR")
GULF = ("SA", "AE", "QA", "KW", "BH", "OM")
# Who buys the goods of the export partnership and of the agency: the marketplace itself. Source: the invoice
# address is Trendyol's, or that of DSM, its company, D; how it is written is I.
EXPORT_BUYER = Address(
    line1="Maslak Mahallesi, Saat Sokak",
    line2="Spine Tower No: 5/19",
    district="Sarıyer",
    city="İstanbul",
    postal_code="34485",
    city_id=134,
    city_code=34,
    district_id=13430,
    recipient=Recipient("DSM Grup", "A.Ş.", "", "DSM Grup Danışmanlık İletişim ve Satış Ticaret A.Ş."),
)
# The parts of an address that may come later, and the statuses in which they may be missing.
LATE_PARTS = ("address2", "postalCode", "shortAddress", "stateName")
STATUSES_BEFORE_WORK: tuple[Status, ...] = ("awaiting", "created")
BOUGHT_BY_PLATFORM = ("partner", "agency")


def is_incomplete(package: Package) -> bool:
    """Whether parts of the addresses of a package are still missing.

    Source: in the Gulf and in micro export they may be empty until a later read, D; which parts, and that
    they are there once the seller has begun with the package, is I.
    """
    order = package.order
    if order.address.country not in GULF and order.export != "micro":
        return False
    return all(status in STATUSES_BEFORE_WORK for status, _ in package.history)


def without_late_parts(address: Mapping[str, Any]) -> dict[str, Any]:
    """An address before the parts of it that come later."""
    lines = {**address["addressLines"], "addressLine2": ""}
    return {**address, **dict.fromkeys(LATE_PARTS, ""), "addressLines": lines}


def invoice_address(order: Order, shipment: Mapping[str, Any], *, is_paid: bool) -> Mapping[str, Any]:
    """The address of the invoice; the marketplace's own where it buys the goods itself.

    Shapes: ``shipment`` is where the goods go, on the wire.
    """
    if order.export in BOUGHT_BY_PLATFORM:
        return address_members(EXPORT_BUYER, order.customer, is_paid=is_paid)
    address = shipment
    if order.invoice_address is not None:
        address = address_members(order.invoice_address, order.customer, is_paid=is_paid)
    if order.customer.company and is_paid:
        address = {
            **address,
            "taxOffice": order.customer.tax_office or order.address.city,
            "taxNumber": order.customer.tax_number,
            "isEInvoiceAvailable": True,
        }
    return address


def address_members(address: Address, customer: Customer, *, is_paid: bool) -> dict[str, Any]:
    """An address; nothing in it tells who lives there while the order is not paid for."""

    def mask(text: str) -> str:
        return text if is_paid else MASK

    person = address.recipient or customer
    name = f"{person.first_name} {person.last_name}"
    line1, line2 = mask(address.line1), mask(address.line2)
    place = f"{address.district} {address.city}"
    return {
        "id": customer.id,
        "firstName": mask(person.first_name),
        "lastName": mask(person.last_name),
        "fullName": mask(name),
        "company": mask(person.company),
        "address1": line1,
        "address2": line2,
        "addressLines": {"addressLine1": line1, "addressLine2": line2},
        "city": address.city,
        "cityCode": address.city_code,
        "district": address.district,
        "districtId": address.district_id,
        "neighborhood": address.neighbourhood,
        "neighborhoodId": address.neighbourhood_id,
        **_region(address),
        "postalCode": address.postal_code,
        "sector": "",
        "countryCode": address.country,
        "phone": mask(person.phone) or None,
        "latitude": mask(address.latitude),
        "longitude": mask(address.longitude),
        "fullAddress": mask(f"{line1} {line2} {place}".replace("  ", " ")),
    }


def _region(address: Address) -> dict[str, Any]:
    """The county of a CEE address, or the state of a Gulf one; neither elsewhere.

    Source: countyId and countyName are CEE's, shortAddress and stateName the Gulf's, D; what a short address
    is made of is I.
    """
    is_gulf = address.country in GULF
    return {
        "countyId": address.region_id if address.country in CEE else 0,
        "countyName": address.region if address.country in CEE else "",
        "shortAddress": f"{address.district[:2]}{address.district_id % 10_000:04d}" if is_gulf else "",
        "stateName": address.region if is_gulf else "",
    }
