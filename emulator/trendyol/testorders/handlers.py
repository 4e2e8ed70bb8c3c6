"""The stage's services: an order is placed, and a package led on its way."""

from __future__ import annotations

from emulator.exchange import Call, Refusal, Reply, json_reply
from emulator.trendyol.testorders import parse
from emulator.world.core.life import NoWay
from emulator.world.core.listing import Listing
from emulator.world.orders.model import Status
from emulator.world.orders.package_search import package_of_listing
from emulator.world.orders.repack import NoSuchUnits, check_units
from emulator.world.orders.stage_orders import (
    OutOfStock,
    UnknownBarcode,
    advance_package,
    place_stage_order,
)

OK_REPLY = Reply((b"200 OK",), content_type="text/plain")


def create_test_order(call: Call) -> Reply:
    """Place an order on the Turkish storefront.

    Errors: test-order-company-missing, test-order-seller-invalid, test-order-barcode-unknown,
    test-order-out-of-stock.
    """
    return _place_order(call)


def create_test_order_europe(call: Call) -> Reply:
    """Place an order on a European storefront.

    Errors: those of create_test_order, test-order-storefront-invalid.
    """
    _check_storefront(call, parse.EUROPE)
    return _place_order(call)


def create_test_order_gulf(call: Call) -> Reply:
    """Place an order on a storefront of the Gulf.

    Errors: those of create_test_order, test-order-storefront-invalid.
    """
    _check_storefront(call, parse.GULF)
    return _place_order(call)


def update_test_order_status(call: Call) -> Reply:
    """Lead a package on its way.

    Errors: package-unknown, package-lines-invalid, package-transition-refused.
    """
    listing = Listing(call.path["sellerId"], call.caller.storefront)
    package = package_of_listing(call.world, listing, call.path["packageId"])
    if package is None:
        raise Refusal("package-unknown", value=str(call.path["packageId"]))
    try:
        check_units(package, parse.counts_of(call.body["lines"]))
        advance_package(call.world, package, parse.STATUSES[call.body["status"]])
    except NoSuchUnits as fault:
        raise Refusal("package-lines-invalid") from fault
    except NoWay as fault:
        raise Refusal("package-transition-refused") from fault
    return OK_REPLY


def _check_storefront(call: Call, storefronts: frozenset[str]) -> None:
    if call.caller.storefront not in storefronts:
        raise Refusal("test-order-storefront-invalid", value=call.caller.storefront)


def _place_order(call: Call) -> Reply:
    listing = Listing(_seller_id(call), call.caller.storefront)
    if parse.lacks_company(call.body):
        raise Refusal("test-order-company-missing")
    request = parse.order_request(call.body, call.world.plan.lookups["places"], listing.storefront)
    first_status: Status = "awaiting" if call.decide("test-order-first-status") == "awaiting" else "created"
    try:
        package = place_stage_order(call.world, listing, request, first_status)
    except UnknownBarcode as fault:
        raise Refusal("test-order-barcode-unknown", value=str(fault)) from fault
    except OutOfStock as fault:
        raise Refusal("test-order-out-of-stock", value=str(fault)) from fault
    return json_reply({"orderNumber": package.order.order_number})


def _seller_id(call: Call) -> int:
    """The number of the seller, who alone may stand in the body.

    Errors: test-order-seller-invalid.
    """
    seller = call.caller.seller
    assert seller is not None
    number = call.body.get("seller", {}).get("sellerId", seller.id)
    if number != seller.id:
        raise Refusal("test-order-seller-invalid", value=str(number))
    return seller.id
