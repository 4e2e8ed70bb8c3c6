"""Labels of packages: who may have one, made once, a page a box."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.world.core.listing import Listing
from emulator.world.invoices.model import EXPORT_KINDS
from emulator.world.orders.dispatch import check_status
from emulator.world.orders.model import Package, Status
from emulator.world.orders.package_search import package_of_cargo_number

if TYPE_CHECKING:
    from emulator.world.core.world import World

# Source: labels are there from Picking on, D; that they can be read again until the end is I.
LABEL_STATUSES: tuple[Status, ...] = ("picking", "invoiced", "shipped", "at_collection_point", "undelivered")
# Whose labels the marketplace makes, where it pays. Source: TEX and Aras in Türkiye, and the carriers abroad
# with their storefronts, D.
CARRIERS = ("trendyol_express", "aras")
CARRIERS_ABROAD = ("aramex", "emx", "jt", "shipa", "spl", "fancourier")
INSERT = (
    "INSERT INTO common_label (package_id, box_count, created_ms) VALUES (?, ?, ?)"
    " ON CONFLICT (package_id) DO UPDATE SET box_count = ?, created_ms = ?"
)


class WrongCarrier(ValueError):
    """The marketplace makes no labels for a carrier, or does not pay it."""


class NotInvoiced(ValueError):
    """The label of a package that goes abroad is held back until its invoice is accepted."""


def labelled_package(world: World, listing: Listing, number: int) -> Package | None:
    """The package of a cargo number whose label may be made; None when there is none of that number.

    Errors: WrongCarrier, NoWay before Picking, NotInvoiced.
    """
    package = package_of_cargo_number(world, listing, number)
    if package is not None:
        check_label(package)
    return package


def check_label(package: Package) -> None:
    """Make sure that the label of a package may be made.

    Errors: WrongCarrier, NoWay before Picking, NotInvoiced.
    """
    if not has_label(package):
        raise WrongCarrier(package.carrier)
    check_status(package, LABEL_STATUSES)
    if package.order.export in EXPORT_KINDS and package.dispatch.invoice_status != "invoiced":
        raise NotInvoiced(str(package.id))


def has_label(package: Package) -> bool:
    """Whether the marketplace pays the carrier of a package, and makes its labels."""
    carriers = CARRIERS if package.order.storefront == "TR" else CARRIERS_ABROAD
    return package.carrier in carriers and not package.dispatch.sender_number


def create_label(world: World, package: Package, box_count: int | None) -> None:
    """Make the label of a package, in the place of an earlier one; a page a box."""
    count = box_count or package.dispatch.box_count or 1
    now_ms = world.clock.now_ms()
    world.store.execute(INSERT, (package.id, count, now_ms, count, now_ms))


def box_count_of(world: World, package: Package) -> int | None:
    """How many boxes the label of a package is for; None while there is none."""
    row = world.store.row("SELECT box_count FROM common_label WHERE package_id = ?", (package.id,))
    return None if row is None else int(row[0])
