"""Bodies of the test orders as the world understands them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from emulator.world.core.places import find_place
from emulator.world.orders.model import Status
from emulator.world.orders.parties import Address, Customer, Recipient
from emulator.world.orders.repack import Counts
from emulator.world.orders.stage_orders import OrderedItem, OrderRequest

STATUSES: Mapping[str, Status] = {
    "Shipped": "shipped",
    "AtCollectionPoint": "at_collection_point",
    "Delivered": "delivered",
    "UnDelivered": "undelivered",
    "Returned": "returned",
}
# The storefronts of each service abroad. Source: v3.0/reference/test-orders-europe and -gulf, D; which of
# them count as Europe is I.
EUROPE = frozenset({"BG", "CZ", "DE", "GR", "HU", "RO", "SK"})
GULF = frozenset({"AE", "KW", "SA"})
# Where an order of the micro export goes; that GULF is Saudi Arabia is I.
MICRO_COUNTRIES: Mapping[str, str] = {"AZ": "AZ", "GULF": "SA"}
COMPANY_FIELDS = ("company", "invoiceTaxNumber", "invoiceTaxOffice")


def lacks_company(body: Mapping[str, Any]) -> bool:
    """Whether a commercial order does not say which company orders."""
    address = body["invoiceAddress"]
    return bool(body.get("commercial")) and not all(address.get(name) for name in COMPANY_FIELDS)


def order_request(body: Mapping[str, Any], places: Mapping[str, Any], storefront: str) -> OrderRequest:
    """An order as the body of a request has it.

    Shapes: ``places`` are the lookups of that name, a file a storefront.
    """
    region = body.get("microRegion")
    country = storefront if region is None else MICRO_COUNTRIES[region]
    atlas = places[country]
    return OrderRequest(
        customer=_customer(body),
        address=_address(body["shippingAddress"], "shipping", atlas),
        invoice_address=_address(body["invoiceAddress"], "invoice", atlas),
        items=[_item(line, is_abroad=storefront != "TR") for line in body["lines"]],
        export="none" if region is None else "micro",
    )


def _customer(body: Mapping[str, Any]) -> Customer:
    address = body["invoiceAddress"]
    company = [address[name] for name in COMPANY_FIELDS] if body.get("commercial") else [""] * 3
    return Customer(
        first_name=body["customer"]["customerFirstName"],
        last_name=body["customer"]["customerLastName"],
        email=body["shippingAddress"]["email"],
        phone=body["shippingAddress"]["phone"],
        company=company[0],
        tax_number=company[1],
        tax_office=company[2],
    )


def _address(body: Mapping[str, Any], kind: str, atlas: Mapping[str, Any]) -> Address:
    """An address as it was written, with the numbers of the lookups where they know its district."""
    place = find_place(atlas, body["city"], body["district"])
    ids: dict[str, Any] = {}
    if place is not None:
        ids = {"city_id": place.city.id, "city_code": place.city.code or 0, "district_id": place.district.id}
    if place is not None and place.region is not None:
        ids |= {"region": place.region.name, "region_id": place.region.id}
    return Address(
        line1=body["addressText"],
        line2="",
        district=body["district"],
        city=body["city"],
        postal_code=body.get("postalCode", ""),
        country=atlas["country"]["code"],
        neighbourhood=body.get("neighborhood", ""),
        recipient=Recipient(
            first_name=body[f"{kind}FirstName"],
            last_name=body[f"{kind}LastName"],
            phone=body["phone"],
            company=body.get("company", ""),
        ),
        latitude=body.get("latitude", ""),
        longitude=body.get("longitude", ""),
        **ids,
    )


def _item(line: Mapping[str, Any], *, is_abroad: bool) -> OrderedItem:
    """A line; only the services abroad know a discount of the marketplace's."""
    platform_discount = line.get("trendyolDiscountPercentage", 0) if is_abroad else 0
    return OrderedItem(
        barcode=line["barcode"],
        quantity=line["quantity"],
        seller_discount_e2=_percent_e2(line.get("discountPercentage", 0)),
        platform_discount_e2=_percent_e2(platform_discount),
    )


def _percent_e2(value: float) -> int:
    return round(Decimal(str(value)) * 100)


def counts_of(lines: Sequence[Mapping[str, Any]]) -> Counts:
    """How many units of which line; a line that is named several times counts together."""
    counts: dict[int, int] = {}
    for each in lines:
        counts[each["lineId"]] = counts.get(each["lineId"], 0) + each["quantity"]
    return counts
