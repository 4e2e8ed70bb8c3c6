"""Invoices and warranties sent, looked at and taken away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from emulator.world.core.calendar import Job
from emulator.world.core.ids import next_number
from emulator.world.core.life import step
from emulator.world.core.plan import DAY_MS
from emulator.world.invoices.model import LIFE, Invoice, sender_of
from emulator.world.orders.dispatch import change_dispatch
from emulator.world.orders.model import InvoiceStatus, Package
from emulator.world.orders.search import package_by_id

if TYPE_CHECKING:
    from emulator.world.core.world import World

# Work of the calendar: an invoice is looked at.
CHECK = "invoice check"
CHECK_MS = 60_000
"""How long it takes to look at an invoice; no page says it, I."""
SHOP = "https://stage.trendyol.com/invoices"
INSERT = (
    "INSERT INTO invoice (package_id, seller_id, link, invoice_number, dated_ms, digest, sent_no, sent_ms)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
INSERT_WARRANTY = (
    "INSERT INTO warranty_document (package_id, line_id, digest, sent_ms) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (package_id, line_id) DO UPDATE SET digest = ?, sent_ms = ?"
)


class LinkUsed(ValueError):
    """The link of an invoice is that of another package; its text is the link."""


def send_invoice(world: World, package: Package, invoice: Invoice) -> None:
    """Take the invoice of a package, which is looked at a minute later.

    Errors: NoWay when the package has one, LinkUsed.
    """
    step(LIFE, package.dispatch.invoice_status, "received", sender_of(package))
    if invoice.link and _other_packages(world, package, "link", invoice.link):
        raise LinkUsed(invoice.link)
    sent_no, now_ms = next_number(world.store, "invoice"), world.clock.now_ms()
    _forget(world, package)
    values = (invoice.link, invoice.number, invoice.dated_ms, invoice.digest, sent_no, now_ms)
    world.store.execute(INSERT, (package.id, package.order.seller_id, *values))
    _write(
        world,
        package,
        "received",
        invoice_link=invoice.link or f"{SHOP}/{package.id}-{invoice.digest[:8]}",
        invoice_number=invoice.number or package.dispatch.invoice_number,
    )
    world.schedule(now_ms + CHECK_MS, CHECK, {"package": package.id, "sent_no": sent_no})


def delete_invoice(world: World, package: Package) -> None:
    """Take the invoice of a package away.

    Errors: NoWay when it has none.
    """
    step(LIFE, package.dispatch.invoice_status, "not_invoiced", "seller")
    _forget(world, package)
    _write(world, package, "not_invoiced", invoice_link="", invoice_number="")


def send_warranty(world: World, package: Package, line_id: int, digest: str) -> None:
    """Take the warranty of a line of a package, in the place of an earlier one."""
    now_ms = world.clock.now_ms()
    world.store.execute(INSERT_WARRANTY, (package.id, line_id, digest, now_ms, digest, now_ms))


def decide_invoice(world: World, package: Package, faults: Sequence[str]) -> Package:
    """Accept the invoice of a package, or reject it for what was found.

    Errors: NoWay when none waits.
    """
    status: InvoiceStatus = "rejected" if faults else "invoiced"
    step(LIFE, package.dispatch.invoice_status, status, "platform")
    return _write(world, package, status, invoice_faults=tuple(faults))


def faults_of(world: World, package: Package) -> list[str]:
    """What is wrong with the invoice of a package that goes abroad through the agency.

    Source: the keys are D, and that the agency's invoices alone have them; when each is found is I.
    """
    row = world.store.row("SELECT invoice_number, dated_ms FROM invoice WHERE package_id = ?", (package.id,))
    if row is None or package.order.export != "agency":
        return []
    number, dated_ms = row
    faults = []
    if number and _other_packages(world, package, "invoice_number", number):
        faults.append("INVOICE_NUMBER_ALREADY_EXISTS")
    if dated_ms is not None and dated_ms < package.order.placed_ms - DAY_MS:
        faults.append("INVOICE_DATE_MISMATCH")
    return faults


def check_due(world: World, at_ms: int, payload: Mapping[str, Any]) -> None:
    """An invoice is looked at, unless it was taken away or sent anew."""
    package = package_by_id(world, payload["package"])
    row = world.store.row("SELECT sent_no FROM invoice WHERE package_id = ?", (payload["package"],))
    if package is None or row is None or row[0] != payload["sent_no"]:
        return
    if package.dispatch.invoice_status == "received":
        decide_invoice(world, package, faults_of(world, package))


def _other_packages(world: World, package: Package, column: str, value: str) -> bool:
    row = world.store.row(
        f"SELECT package_id FROM invoice WHERE seller_id = ? AND {column} = ? AND package_id <> ?",
        (package.order.seller_id, value, package.id),
    )
    return row is not None


def _forget(world: World, package: Package) -> None:
    world.store.execute("DELETE FROM invoice WHERE package_id = ?", (package.id,))


def _write(world: World, package: Package, status: InvoiceStatus, **details: Any) -> Package:
    details = {"invoice_faults": (), **details}
    return change_dispatch(world, package, invoice_status=status, **details)


JOBS: Mapping[str, Job[World]] = {CHECK: Job(check_due)}
