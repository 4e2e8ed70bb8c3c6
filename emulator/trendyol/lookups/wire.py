"""Places and addresses in the vendor's spelling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from emulator.world.accounts.addresses import Purpose, SellerAddress
from emulator.world.core.places import Area

ADDRESS_TYPES: Mapping[Purpose, str] = {
    "shipment": "Shipment",
    "invoice": "Invoice",
    "returning": "Returning",
}
# What an address is for, by the options of the decision address-flags; the last name marks the first choice.
FLAGS: Mapping[str, tuple[Mapping[Purpose, str], str]] = {
    "is-names": (
        {"shipment": "isShipmentAddress", "invoice": "isInvoiceAddress", "returning": "isReturningAddress"},
        "isDefault",
    ),
    "plain-names": (
        {"shipment": "shipmentAddress", "invoice": "invoiceAddress", "returning": "returningAddress"},
        "default",
    ),
}


def area(value: Area) -> dict[str, Any]:
    """A city or district of Türkiye or Azerbaijan."""
    return {"id": value.id, "code": value.code, "name": value.name}


def city_abroad(value: Area) -> dict[str, Any]:
    """A city of another country."""
    return {
        "id": value.id,
        "name": value.name,
        "primaryName": value.name,
        "secondaryName": value.english or value.name,
    }


def district(value: Area) -> dict[str, Any]:
    """A district of another country."""
    return {"id": value.id, "name": value.name}


def neighbourhood(value: Area) -> dict[str, Any]:
    """A neighbourhood of Türkiye."""
    return {"id": value.id, "name": value.name, "postCode": value.postal_code}


def supplier_addresses(addresses: Sequence[SellerAddress], flags: str) -> dict[str, Any]:
    """All addresses of a seller; of the place to return to the first choice is told by a flag alone.

    Source: v2.0/reference/getsuppliersaddresses, D: a Java Optional that was serialised as an object.
    """
    defaults = {each.purpose: each for each in addresses if each.is_default}
    return {
        "supplierAddresses": [_supplier_address(each, flags) for each in addresses],
        "defaultShipmentAddress": _supplier_address(defaults["shipment"], flags),
        "defaultInvoiceAddress": _supplier_address(defaults["invoice"], flags),
        "defaultReturningAddress": {"present": "returning" in defaults},
    }


def _supplier_address(value: SellerAddress, flags: str) -> dict[str, Any]:
    place, (names, default_name) = value.place, FLAGS[flags]
    return {
        "id": value.id,
        "addressType": ADDRESS_TYPES[value.purpose],
        "country": value.country,
        "city": place.city.name,
        "cityCode": place.city.code or 0,
        "district": place.district.name,
        "districtId": place.district.id,
        "postCode": place.postal_code,
        "address": value.line,
        "fullAddress": f"{value.line} {place.district.name} {place.city.name}",
        **{name: purpose == value.purpose for purpose, name in names.items()},
        default_name: value.is_default,
        "stateCountyProvince": place.region.name if place.region else None,
        "buildingNumber": None,
        "shortAddress": None,
    }
