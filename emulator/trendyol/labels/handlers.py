"""The services of labels and compensation."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager

from emulator.exchange import Call, Refusal, Reply, json_reply
from emulator.trendyol.labels import wire, zpl
from emulator.world.core.calendar import NEVER
from emulator.world.core.life import NoWay
from emulator.world.core.listing import Listing
from emulator.world.labels.compensation import find_tickets, uses_carrier
from emulator.world.labels.labels import (
    NotInvoiced,
    WrongCarrier,
    box_count_of,
    create_label,
    has_label,
    labelled_package,
)
from emulator.world.labels.pdf import one_page
from emulator.world.orders.model import Line, Package
from emulator.world.orders.package_search import package_of_cargo_number

EMPTY_REPLY = Reply((), content_type="text/plain")


def create_common_label(call: Call) -> Reply:
    """Make the label of a package.

    Errors: label-package-unknown, label-carrier-refused, label-status-refused, label-invoice-missing.
    """
    with _refusals():
        package = labelled_package(call.world, _listing(call), _number(call))
    if package is None:
        raise Refusal("label-package-unknown", value=_number(call))
    create_label(call.world, package, call.body.get("boxQuantity"))
    return EMPTY_REPLY


def get_common_label(call: Call) -> Reply:
    """Read the label of a package: a page a box in Türkiye, the address of a PDF abroad.

    Errors: label-unknown, label-package-unknown, label-missing, label-carrier-refused, label-status-refused,
    label-invoice-missing.
    """
    seller = call.caller.seller
    assert seller is not None
    is_abroad = seller.edition == "int"
    with _refusals():
        package = labelled_package(call.world, _listing(call), _number(call))
    if package is None:
        raise Refusal("label-package-unknown" if is_abroad else "label-unknown", value=_number(call))
    if is_abroad:
        address = f"{call.origin}/_emulator/labels/{package.cargo_number}/label.pdf"
        return json_reply({"data": [{"label": address, "format": "PDF"}]})
    labels = _cargo_labels(call, package)
    if not labels:
        raise Refusal("label-missing", value=package.cargo_number)
    return json_reply({"data": labels})


def get_common_label_with_product_labels(call: Call) -> Reply:
    """Read the labels of the products of a package, behind that of its parcel where there is one.

    Errors: label-unknown, label-not-agency, label-invoice-missing.
    """
    package = package_of_cargo_number(call.world, _listing(call), _number(call))
    if package is None:
        raise Refusal("label-unknown", value=_number(call))
    if package.order.export != "agency":
        raise Refusal("label-not-agency", value=package.cargo_number)
    if package.dispatch.invoice_status != "invoiced":
        raise Refusal("label-invoice-missing", value=package.id)
    cargo_labels = _cargo_labels(call, package) if has_label(package) else []
    lines = {line.barcode: line for line in package.lines}.values()
    products = [_product_label(line, call.query["format"]) for line in lines]
    return json_reply({"data": [*cargo_labels, *products]})


def get_compensation_tickets(call: Call) -> Reply:
    """A page of tickets.

    Errors: compensation-refused.
    """
    query, listing = call.query, _listing(call)
    if not uses_carrier(call.world, listing):
        raise Refusal("compensation-refused")
    span = (query.get("startDate", 0), query.get("endDate", NEVER))
    page = find_tickets(call.world, listing, *span, query["page"] * query["size"], query["size"])
    return json_reply({"data": [wire.ticket(each) for each in page.packages], "totalCount": page.total})


def _cargo_labels(call: Call, package: Package) -> list[dict[str, str]]:
    count = box_count_of(call.world, package) or 0
    return [{"label": zpl.cargo_label(package, box, count), "format": "ZPL"} for box in range(1, count + 1)]


def _product_label(line: Line, label_format: str) -> dict[str, str]:
    if label_format == "ZPL":
        return {"label": zpl.product_label(line), "format": "ZPL"}
    return {"label": b64encode(one_page([line.name, line.barcode])).decode(), "format": "PDF"}


@contextmanager
def _refusals() -> Iterator[None]:
    """Refuse what no label is made for."""
    try:
        yield
    except WrongCarrier as fault:
        raise Refusal("label-carrier-refused", value=str(fault)) from fault
    except NotInvoiced as fault:
        raise Refusal("label-invoice-missing", value=str(fault)) from fault
    except NoWay as fault:
        raise Refusal("label-status-refused") from fault


def _listing(call: Call) -> Listing:
    return Listing(call.path["sellerId"], call.caller.storefront)


def _number(call: Call) -> int:
    number: int = call.path["cargoTrackingNumber"]
    return number
