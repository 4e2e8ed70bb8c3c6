"""How a package is sent: tracking numbers, boxes, alternative delivery and its end, carriers, warehouse."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from emulator.exchange import Call, Refusal, Reply
from emulator.trendyol.delivery import parse
from emulator.world.core.life import NoWay
from emulator.world.core.listing import Listing
from emulator.world.orders.carriers import CARRIER_SHARES, CASH_CARRIERS, has_begun
from emulator.world.orders.dispatch import (
    BEFORE_SHIPPING,
    change_carrier,
    change_dispatch,
    check_status,
    ship_alone,
)
from emulator.world.orders.due import schedule_steps
from emulator.world.orders.life import move_package
from emulator.world.orders.model import Package, Status
from emulator.world.orders.package_search import package_of_cargo_number, package_of_listing

EMPTY_REPLY = Reply((), content_type="text/plain")
MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
DIGITAL_GOODS, SERVICE_CARRIER, EXPRESS = "Digital Goods", "horoz", "TEXMP"
SHIPPED_STATUSES: tuple[Status, ...] = ("shipped",)
CARRIER_PAUSE_MS = 5 * MINUTE_MS
# How long after shipping the end of an alternative delivery can be set abroad, D.
EARLIEST_MS = 6 * HOUR_MS
# How long a customer has to confirm, D; how long digital goods take, I.
CONFIRMATION_MS, DIGITAL_MS = 3 * DAY_MS, MINUTE_MS


def update_tracking_number(call: Call) -> Reply:
    """Note the carrier's number of a package, once.

    Errors: tracking-number-closed.
    """
    package = _package(call)
    if package.status not in BEFORE_SHIPPING or package.dispatch.sender_number:
        raise Refusal("tracking-number-closed")
    change_dispatch(call.world, package, sender_number=call.body["trackingNumber"])
    return EMPTY_REPLY


def update_tracking_details(call: Call) -> Reply:
    """Note carrier and number of a package whose carriage the seller pays.

    Errors: tracking-details-closed, tracking-provider-invalid for a carrier that has not begun yet.
    """
    package, code = _package(call), call.body["providerCode"]
    if not has_begun(call.world.plan.lookups["carriers"], code, call.now_ms):
        raise Refusal("tracking-provider-invalid", parameter="providerCode", value=code)
    if package.status not in _trackable(call):
        raise Refusal("tracking-details-closed")
    change_dispatch(
        call.world,
        package,
        sender_number=call.body["cargoSenderNumber"],
        provider_code=code,
        return_number=call.body.get("returnTrackingNumber", ""),
    )
    return EMPTY_REPLY


def update_box_info(call: Call) -> Reply:
    """Note how many boxes a package has, and their volumetric weight.

    Errors: package-transition-refused, box-info-incomplete in the Turkish edition.
    """
    package = _package(call)
    with _refusals():
        check_status(package, BEFORE_SHIPPING)
    required_fields = parse.REQUIRED_BOX_INFO[call.decide("box-info-carriers")].get(package.carrier)
    if _edition(call) == "tr" and not (required_fields or set()) <= call.body.keys():
        raise Refusal("box-info-incomplete")
    change_dispatch(call.world, package, **parse.box_details(call.body))
    return EMPTY_REPLY


def process_alternative_delivery(call: Call) -> Reply:
    """Send a package some other way than by a carrier; with a digital code, digital goods.

    Errors: package-transition-refused, digital-unit-invalid, alternative-delivery-forbidden by decision.
    """
    package = _package(call)
    if _edition(call) == "int" and call.decide("adel-permission") == "missing":
        raise Refusal("alternative-delivery-forbidden")
    if "digitalCode" in call.body["params"]:
        return _send_code(call, package)
    with _refusals():
        details = parse.box_details(call.body)
        ship_alone(call.world, package, tracking_info=call.body["trackingInfo"], **details)
    return EMPTY_REPLY


def process_alternative_delivery_digital(call: Call) -> Reply:
    """Send digital goods.

    Errors: package-transition-refused, digital-unit-invalid.
    """
    return _send_code(call, _package(call))


def manual_deliver(call: Call) -> Reply:
    """Say that an alternative delivery has arrived.

    Errors: manual-delivery-refused, manual-delivery-early, package-transition-refused.
    """
    return _end_delivery(call, _package(call), "delivered")


def manual_deliver_by_tracking_number(call: Call) -> Reply:
    """Say that an alternative delivery has arrived, by its cargo number.

    Errors: those of manual_deliver.
    """
    return _end_delivery(call, _package_by_cargo_number(call), "delivered")


def manual_invoice_delivery(call: Call) -> Reply:
    """Do what manual_deliver does, at the address of the definition."""
    return manual_deliver(call)


def manual_invoice_delivery_by_tracking_number(call: Call) -> Reply:
    """Do what manual_deliver_by_tracking_number does, at the address of the definition."""
    return manual_deliver_by_tracking_number(call)


def manual_return(call: Call) -> Reply:
    """Say that an alternative delivery has come back.

    Errors: manual-delivery-refused, manual-delivery-early, package-transition-refused.
    """
    return _end_delivery(call, _package(call), "returned")


def manual_return_by_tracking_number(call: Call) -> Reply:
    """Say that an alternative delivery has come back, by its cargo number.

    Errors: those of manual_return.
    """
    return _end_delivery(call, _package_by_cargo_number(call), "returned")


def manual_return_package_by_tracking_number(call: Call) -> Reply:
    """Do what manual_return_by_tracking_number does, at the address of the definition."""
    return manual_return_by_tracking_number(call)


def delivered_by_service(call: Call) -> Reply:
    """Have an authorised service deliver a package.

    Errors: service-delivery-refused.
    """
    package = _package(call)
    if package.status not in BEFORE_SHIPPING or package.carrier != SERVICE_CARRIER:
        raise Refusal("service-delivery-refused")
    change_dispatch(call.world, package, by_service=True)
    return EMPTY_REPLY


def change_cargo_provider(call: Call) -> Reply:
    """Give a package to another carrier.

    Errors: package-transition-refused and cargo-provider-* in the Turkish edition, cargo-partner-* abroad.
    """
    package, code = _package(call), call.body["cargoProvider"]
    carrier = (
        _carrier_in_turkey(call, package, code) if _edition(call) == "tr" else _partner(call, package, code)
    )
    change_carrier(call.world, package, carrier)
    return EMPTY_REPLY


def update_warehouse(call: Call) -> Reply:
    """Note which warehouse sends a package.

    Errors: package-transition-refused.
    """
    package = _package(call)
    with _refusals():
        check_status(package, BEFORE_SHIPPING)
    change_dispatch(call.world, package, warehouse_id=call.body["warehouseId"])
    return EMPTY_REPLY


def _edition(call: Call) -> str:
    assert call.caller.seller is not None
    return call.caller.seller.edition


def _listing(call: Call) -> Listing:
    return Listing(call.path["sellerId"], call.caller.storefront)


def _package(call: Call) -> Package:
    """The package that the path names.

    Errors: package-unknown for one that is not there or is another seller's.
    """
    package = package_of_listing(call.world, _listing(call), call.path["packageId"])
    if package is None:
        raise Refusal("package-unknown", value=str(call.path["packageId"]))
    return package


def _package_by_cargo_number(call: Call) -> Package:
    """The package whose cargo number the path names.

    Errors: package-unknown for one that is not there or is another seller's.
    """
    package = package_of_cargo_number(call.world, _listing(call), call.path["cargoTrackingNumber"])
    if package is None:
        raise Refusal("package-unknown", value=str(call.path["cargoTrackingNumber"]))
    return package


@contextmanager
def _refusals() -> Iterator[None]:
    """Refuse what the life of a package does not allow."""
    try:
        yield
    except NoWay as fault:
        raise Refusal("package-transition-refused") from fault


def _trackable(call: Call) -> tuple[Status, ...]:
    """The statuses in which a tracking number can be fed."""
    before: tuple[Status, ...] = ("picking", "invoiced")
    return before if call.decide("tracking-after-shipped") == "refuse" else (*before, "shipped")


def _send_code(call: Call, package: Package) -> Reply:
    """Send digital goods, which arrive by themselves a little later."""
    if any(line.category != DIGITAL_GOODS for line in package.lines):
        raise Refusal("digital-unit-invalid")
    with _refusals():
        sent_package = ship_alone(call.world, package, tracking_info=call.body["trackingInfo"])
    schedule_steps(call.world, sent_package, [("delivered", call.world.clock.now_ms() + DIGITAL_MS)])
    return EMPTY_REPLY


def _end_delivery(call: Call, package: Package, status: Status) -> Reply:
    """Bring what was sent by alternative delivery to its end, or have it come there when nobody objects."""
    if not package.dispatch.by_seller:
        raise Refusal("manual-delivery-refused")
    now_ms = call.world.clock.now_ms()
    if _edition(call) == "int" and now_ms < _shipped_ms(package) + EARLIEST_MS:
        raise Refusal("manual-delivery-early")
    with _refusals():
        if status == "delivered" and call.decide("manual-delivery") == "confirmed":
            check_status(package, SHIPPED_STATUSES)
            schedule_steps(call.world, package, [(status, now_ms + CONFIRMATION_MS)])
        else:
            move_package(call.world, package, status, "seller")
    return EMPTY_REPLY


def _shipped_ms(package: Package) -> int:
    return max((at_ms for status, at_ms in package.history if status == "shipped"), default=0)


def _changed_lately(call_ms: int, package: Package) -> bool:
    changed_ms = package.dispatch.carrier_changed_ms
    return changed_ms is not None and call_ms < changed_ms + CARRIER_PAUSE_MS


def _carrier_in_turkey(call: Call, package: Package, code: str) -> str:
    """The carrier of a code that the package may go to now."""
    with _refusals():
        check_status(package, BEFORE_SHIPPING)
    if _changed_lately(call.now_ms, package):
        raise Refusal("cargo-provider-repeated")
    if code == EXPRESS and call.decide("tex-quota") == "full":
        raise Refusal("cargo-provider-quota-full")
    return parse.CARRIERS[code]


def _takes_payment(package: Package, carrier: str) -> bool:
    """Whether a carrier takes the cash that a package is paid with at the door."""
    return not package.order.pays_cash or carrier in (*CASH_CARRIERS, *CARRIER_SHARES["RO"])


def _partner(call: Call, package: Package, code: str) -> str:
    """The partner abroad that the package may go to now; the order of the refusals is I."""
    name = code.upper()
    if name in parse.INACTIVE_PARTNERS:
        raise Refusal("cargo-partner-inactive")
    if name not in parse.PARTNERS:
        raise Refusal("cargo-partner-unknown")
    partner = parse.PARTNERS[name]
    if package.order.export != "none":
        raise Refusal("cargo-partner-marketplace-only")
    if package.status not in BEFORE_SHIPPING:
        raise Refusal("cargo-partner-fixed")
    if package.order.storefront not in partner.storefronts or not _takes_payment(package, partner.carrier):
        raise Refusal("cargo-partner-elsewhere")
    if package.dispatch.sender_number or _changed_lately(call.now_ms, package):
        raise Refusal("cargo-partner-selected")
    return partner.carrier
