"""The life of a package: which status leads to which, who may go that way, and what follows in the world."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING

from emulator.world.catalogue.stock import move_stocks
from emulator.world.core.life import Life, Way, step
from emulator.world.core.listing import Listing
from emulator.world.money import after_sale, settlements
from emulator.world.money.sold import SoldLine, SoldPackage, SoldUnits
from emulator.world.orders.announcements import announce
from emulator.world.orders.model import OWN_MARKETPLACE, Line, Package, Status, Step
from emulator.world.orders.penalties import fine, fine_past
from emulator.world.orders.rows import put_packages, update_packages

if TYPE_CHECKING:
    from emulator.world.core.world import World


def put_back(world: World, package: Package) -> None:
    """Put what a package held back into stock."""
    put_lines_back(world, package, package.lines)


def put_lines_back(world: World, package: Package, lines: Iterable[Line]) -> None:
    """Put so much of a package back into stock."""
    counts: dict[str, int] = {}
    for line in lines:
        counts[line.barcode] = counts.get(line.barcode, 0) + line.quantity
    changes = {barcode: partial(_more, count) for barcode, count in counts.items()}
    move_stocks(world, Listing(package.order.seller_id, package.order.storefront), changes)


def book_sale(world: World, package: Package) -> None:
    """Book the sales of a package in the seller's account, if they were made on the own marketplace."""
    if package.order.marketplace == OWN_MARKETPLACE:
        settlements.book_sale(world, sold_package(package))


def expect_events(world: World, package: Package) -> None:
    """Put what happens to what was sold on the calendar: returns, refunds, corrections, each by its share."""
    if package.order.marketplace == OWN_MARKETPLACE:
        after_sale.expect_events(world, sold_package(package))


def announce_return(world: World, package: Package) -> None:
    """Put on the calendar, for now, what becomes of a package that came back undelivered."""
    if package.order.marketplace == OWN_MARKETPLACE:
        world.schedule(world.clock.now_ms(), RETURNED, {"package": package.id})


# The kind of row of the calendar that says that a package has come back.
RETURNED = "package-returned"
CANCELLATIONS: tuple[Status, ...] = ("cancelled", "unsupplied")
ON_DELIVERY: tuple[Callable[[World, Package], None], ...] = (book_sale, expect_events)

# What may become of a package before a carrier has it. What a split or a partial cancellation leads to is in
# ``repack.py``; a delivery of the seller's own needs no carrier.
BEFORE_SHIPPING: tuple[Way[Status, Package], ...] = (
    Way("cancelled", by="customer", then=(put_back,)),
    Way("cancelled", by="seller", then=(put_back,)),
    Way("unsupplied", by="seller", then=(put_back, fine)),
    Way("unpacked", by="seller"),
    Way("shipped", by="seller", then=(fine,)),
    Way("cancelled", by="platform", then=(put_back,)),
)

# Source: docs of the order services, D (statuses and the ways between them); awaiting ends with the payment;
# the platform cancels what is late, D. Rows are booked after the delivery alone, D.
LIFE: Life[Status, Package] = {
    "awaiting": (Way("created", by="platform"), Way("cancelled", by="platform", then=(put_back,))),
    "created": (Way("picking", by="seller"), Way("invoiced", by="seller"), *BEFORE_SHIPPING),
    "picking": (Way("invoiced", by="seller"), Way("shipped", by="carrier", then=(fine,)), *BEFORE_SHIPPING),
    "invoiced": (Way("shipped", by="carrier", then=(fine,)), *BEFORE_SHIPPING),
    "shipped": (
        Way("at_collection_point", by="carrier"),
        Way("delivered", by="carrier", then=ON_DELIVERY),
        Way("undelivered", by="carrier"),
        Way("delivered", by="seller", then=ON_DELIVERY),
        Way("returned", by="seller", then=(announce_return,)),
    ),
    "at_collection_point": (
        Way("delivered", by="carrier", then=ON_DELIVERY),
        Way("undelivered", by="carrier"),
    ),
    "undelivered": (
        Way("returned", by="carrier", then=(announce_return,)),
        Way("delivered", by="carrier", then=ON_DELIVERY),
    ),
    "delivered": (),
    "returned": (),
    "cancelled": (),
    "unsupplied": (),
    "unpacked": (),
}


def move_package(world: World, package: Package, to: Status, by: str | None = None) -> Package:
    """Bring a package to its next status, now, with everything that follows.

    Errors: NoWay, a ValueError, when no way leads there.
    """
    way = step(LIFE, package.status, to, by)
    now_ms = world.clock.now_ms()
    history = (*package.history, (to, now_ms))
    lines = _lines_after(package.lines, way)
    package_now = replace(package, status=to, updated_ms=now_ms, history=history, lines=lines)
    with world.transaction():
        update_packages(world, [package_now])
        for follow in way.then:
            follow(world, package_now)
        announce(world, package_now)
    return package_now


def walk(package: Package, steps: Iterable[Step]) -> Package:
    """A package after some steps of the past; what follows from them in the world is the caller's.

    Errors: NoWay.
    """
    status, moment, history, lines = package.status, package.updated_ms, package.history, package.lines
    for to, at_ms in steps:
        lines = _lines_after(lines, step(LIFE, status, to))
        status, moment, history = to, at_ms, (*history, (to, at_ms))
    return replace(package, status=status, updated_ms=moment, history=history, lines=lines)


def _lines_after(lines: tuple[Line, ...], way: Way[Status, Package]) -> tuple[Line, ...]:
    """The lines of a package that has gone a way: where it ends unsold, each says who ended it."""
    if way.to not in CANCELLATIONS:
        return lines
    return tuple(replace(line, cancelled_by=way.by) for line in lines)


def put_past(
    world: World, histories: Iterable[tuple[Package, Sequence[Step]]], *, with_documents: bool = True
) -> tuple[list[Package], list[tuple[int, SoldPackage]]]:
    """Write down packages of one listing as the steps of their past have left them, with all that followed.

    A package is written once, not once a step, all sales at once, and behind them what came of these, in the
    order of time. Stock alone stays, since what is listed is what this past has left.
    Shapes: the packages as they are now; the moment of each sale and what was sold, in the order of time.
    Errors: NoWay.
    """
    packages: list[Package] = []
    deliveries: list[tuple[int, SoldPackage]] = []
    for package, steps in histories:
        package_now = walk(package, steps)
        packages.append(package_now)
        if package_now.status == "delivered" and package.order.marketplace == OWN_MARKETPLACE:
            deliveries.append((package_now.updated_ms, sold_package(package_now)))
    put_packages(world, packages, with_documents=with_documents)
    fine_past(world, packages)
    deliveries.sort(key=itemgetter(0))
    settlements.book_past_sales(world, deliveries)
    after_sale.book_past_events(world, deliveries)
    return packages, deliveries


def sold_package(package: Package) -> SoldPackage:
    """A package as the ledger has to know it."""
    return SoldPackage(
        seller_id=package.order.seller_id,
        storefront=package.order.storefront,
        order_number=package.order.order_number,
        package_id=package.id,
        parcel_id=package.cargo_number,
        receipt_id=RECEIPT_BASE + package.order.id,
        ordered_ms=package.order.placed_ms,
        lines=tuple(_sold_line(line) for line in package.lines),
        has_seller_coupon=package.order.has_seller_coupon,
        has_platform_coupon=package.order.has_platform_coupon,
        is_corporate=bool(package.order.customer.company),
        pays_by_link=package.order.pays_by_link,
        delivery_fee_e4=_delivery_fee(package),
    )


RECEIPT_BASE = 47_676_617


def _delivery_fee(package: Package) -> int:
    """What the customer pays the seller for bringing everything that was ordered; nothing for a part."""
    brings_all = package.dispatch.by_seller and package.origin in ("order", "cancel")
    return package.order.shipping_fee_e4 if brings_all else 0


def _sold_line(line: Line) -> SoldLine:
    units = tuple(
        SoldUnits(each.count, each.gross_e4, each.seller_discount_e4, each.platform_discount_e4)
        for each in line.units
    )
    return SoldLine(line.id, line.barcode, units, line.commission_e2)


def _more(count: int, stock: int) -> int:
    return stock + count
