"""An invoice as a seller sends it, and what may become of it."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.world.core.life import Life, Way
from emulator.world.orders.model import Export, InvoiceStatus, Package

# Whose invoices need a number and a date, and are sent again without being deleted. Source: D.
EXPORT_KINDS: tuple[Export, ...] = ("micro", "agency")


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice by its link or by its file.

    Shapes: ``link`` is empty where it came as a file, ``digest`` where it came by link; ``number`` is empty
    and ``dated_ms`` None where the seller did not give them.
    Units: epoch milliseconds UTC.
    """

    link: str = ""
    digest: str = ""
    number: str = ""
    dated_ms: int | None = None


# Source: invoiceStatus flow of the order services, D: NotInvoiced, Received, then Invoiced or Rejected; in
# Türkiye a rejected one is deleted first, of micro export and is4P another one is sent at once.
LIFE: Life[InvoiceStatus, Package] = {
    "not_invoiced": (Way("received", by="seller"),),
    "received": (
        Way("invoiced", by="platform"),
        Way("rejected", by="platform"),
        Way("not_invoiced", by="seller"),
    ),
    "invoiced": (Way("not_invoiced", by="seller"),),
    "rejected": (Way("not_invoiced", by="seller"), Way("received", by="exporter")),
}


def sender_of(package: Package) -> str:
    """Who sends an invoice of a package, a word of LIFE."""
    is_again = package.dispatch.invoice_status == "rejected" and package.order.export in EXPORT_KINDS
    return "exporter" if is_again else "seller"
