"""The services of invoices and warranties."""

from __future__ import annotations

from emulator.exchange import Call, Refusal, Reply
from emulator.trendyol.invoices import parse
from emulator.world.core.life import NoWay
from emulator.world.core.listing import Listing
from emulator.world.invoices.documents import LinkUsed, delete_invoice, send_invoice, send_warranty
from emulator.world.invoices.model import Invoice
from emulator.world.orders.model import OWN_MARKETPLACE, Package
from emulator.world.orders.package_search import LARGEST
from emulator.world.orders.search import package_by_id

CREATED_STATUS, ACCEPTED_STATUS = 201, 202


def send_invoice_link(call: Call) -> Reply:
    """Take an invoice by its link.

    Errors: invoice-package-unknown, invoice-package-foreign, invoice-present, invoice-link-used and those of
    ``parse.linked_invoice``.
    """
    package = _package(call, call.body["shipmentPackageId"])
    return _take(call, package, parse.linked_invoice(call, package))


def upload_invoice_file(call: Call) -> Reply:
    """Take an invoice as a file.

    Errors: invoice-package-unknown, invoice-package-foreign, invoice-present and those of
    ``parse.invoice_file``.
    """
    package = _package(call, int(call.body["shipmentPackageId"]))
    return _take(call, package, parse.invoice_file(call, package))


def delete_invoice_link(call: Call) -> Reply:
    """Take an invoice away; what was rejected has to be deleted before it is sent again.

    Errors: invoice-package-unknown, invoice-package-foreign, invoice-customer-invalid, invoice-none.
    """
    package = _package(call, call.body["serviceSourceId"])
    if call.body["customerId"] != package.order.customer.id:
        raise Refusal("invoice-customer-invalid", value=call.body["customerId"])
    try:
        delete_invoice(call.world, package)
    except NoWay as fault:
        raise Refusal("invoice-none", value=package.id) from fault
    return Reply((), ACCEPTED_STATUS, content_type="text/plain")


def upload_warranty_document(call: Call) -> Reply:
    """Take the warranty of a line.

    Errors: invoice-package-unknown, invoice-package-foreign, warranty-line-unknown and those of
    ``parse.digest_of``.
    """
    package, line_id = _package(call, int(call.body["shipmentPackageId"])), int(call.body["lineId"])
    if line_id not in {line.id for line in package.lines}:
        raise Refusal("warranty-line-unknown", value=line_id)
    send_warranty(call.world, package, line_id, parse.digest_of(call.body, parse.WARRANTY_KINDS))
    return Reply((), CREATED_STATUS, content_type="text/plain")


def _take(call: Call, package: Package, invoice: Invoice) -> Reply:
    try:
        send_invoice(call.world, package, invoice)
    except NoWay as fault:
        raise Refusal("invoice-present", value=package.id) from fault
    except LinkUsed as fault:
        raise Refusal("invoice-link-used") from fault
    return Reply((), CREATED_STATUS, content_type="text/plain")


def _package(call: Call, number: int) -> Package:
    """The package that a body names.

    Errors: invoice-package-unknown, invoice-package-foreign.
    """
    package = package_by_id(call.world, number) if number <= LARGEST else None
    if package is None or package.order.marketplace != OWN_MARKETPLACE:
        raise Refusal("invoice-package-unknown", value=number)
    listing = Listing(call.path["sellerId"], call.caller.storefront)
    if Listing(package.order.seller_id, package.order.storefront) != listing:
        raise Refusal("invoice-package-foreign", value=listing.seller_id)
    return package
