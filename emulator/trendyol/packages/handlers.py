"""The package writes before shipping: status, cancelled items, splits, labour costs, extra time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from emulator.exchange import Call, Refusal, Reply, json_reply
from emulator.trendyol.packages import parse
from emulator.world.core.life import NoWay
from emulator.world.core.listing import Listing
from emulator.world.orders.dispatch import (
    BEFORE_SHIPPING,
    change_dispatch,
    change_labour_costs,
    check_status,
)
from emulator.world.orders.due import schedule_split
from emulator.world.orders.life import move_package
from emulator.world.orders.model import Line, Package, Status
from emulator.world.orders.package_search import package_of_listing
from emulator.world.orders.repack import (
    Cancellation,
    Counts,
    NoSuchUnits,
    OneGroup,
    cancel_units,
    check_units,
)

BEFORE_DELIVERY: tuple[Status, ...] = (*BEFORE_SHIPPING, "shipped", "at_collection_point", "undelivered")
EMPTY_REPLY = Reply((), content_type="text/plain")
WRONG_ARTICLE = 503


def update_package(call: Call) -> Reply:
    """Bring a package to Picking or Invoiced.

    Errors: package-transition-refused, package-lines-invalid.
    """
    package = _package(call)
    counts = parse.counts_of(call.body.get("lines", ()), "lineId", "quantity")
    with _refusals(package):
        check_units(package, counts)
        move_package(
            call.world, _with_invoice(package, call.body), parse.STATUSES[call.body["status"]], "seller"
        )
    return EMPTY_REPLY


def cancel_package_items(call: Call) -> Reply:
    """Cancel items that cannot be supplied; what is left goes on in a package of its own.

    Errors: package-reason-invalid, package-transition-refused, package-lines-invalid.
    """
    package, reason = _package(call), call.body["reasonId"]
    if reason == WRONG_ARTICLE and call.decide("unsupplied-503") == "refuse":
        raise Refusal("package-reason-invalid")
    status: Status = "unsupplied" if call.decide("unsupplied-status") == "unsupplied" else "cancelled"
    counts = parse.counts_of(call.body["lines"], "lineId", "quantity")
    cancellation = Cancellation("seller", reason, status, keeps_status=_keeps_status(call))
    with _refusals(package):
        cancel_units(call.world, package, counts, cancellation)
    return EMPTY_REPLY


def split_multi_package_by_quantity(call: Call) -> Reply:
    """Have a package split into several, each with units of some lines.

    Errors: package-transition-refused, package-lines-invalid, package-split-empty.
    """
    parts = [
        parse.counts_of(each["packageDetails"], "orderLineId", "quantities")
        for each in call.body["splitPackages"]
    ]
    _split(call, _package(call), parts)
    return EMPTY_REPLY


def split_shipment_package(call: Call) -> Reply:
    """Have some lines of a package become one of their own.

    Errors: package-transition-refused, package-lines-invalid, package-split-empty.
    """
    package = _package(call)
    with _refusals(package):
        parts = [parse.whole_lines(package, call.body["orderLineIds"])]
    numbers = _split(call, package, parts)
    return _split_reply(call, {"newPackageId": numbers[0]})


def multi_split_shipment_package(call: Call) -> Reply:
    """Have groups of lines become packages of their own.

    Errors: package-transition-refused, package-lines-invalid, package-split-empty.
    """
    package = _package(call)
    with _refusals(package):
        parts = [parse.whole_lines(package, each["orderLineIds"]) for each in call.body["splitGroups"]]
    numbers = _split(call, package, parts)
    return _split_reply(call, {"results": [{"newPackageId": number} for number in numbers]})


def split_shipment_package_by_quantity(call: Call) -> Reply:
    """Have lines of several units spread over several packages.

    Errors: package-transition-refused, package-lines-invalid, package-split-empty.
    """
    parts = parse.parts_by_quantity(call.body["quantitySplit"])
    return _split_reply(call, {"newPackageIds": _split(call, _package(call), parts)})


def update_labor_costs(call: Call) -> Reply:
    """Note what the work on one unit of some lines costs.

    Errors: package-transition-refused, package-lines-invalid, package-labor-category-invalid,
    package-labor-cost-invalid.
    """
    package = _package(call)
    costs_e4 = {each["orderLineId"]: parse.amount_e4(each["laborCostPerItem"]) for each in call.body}
    with _refusals(package):
        check_status(package, BEFORE_DELIVERY)
        check_units(package, dict.fromkeys(costs_e4, 1))
    for line in package.lines:
        if line.id in costs_e4:
            _check_labour_cost(line, costs_e4[line.id])
    change_labour_costs(call.world, package, costs_e4)
    return EMPTY_REPLY


def extend_agreed_delivery_date(call: Call) -> Reply:
    """Let a package leave some days later than agreed; once, before it leaves.

    Errors: package-not-extendible.
    """
    package = _package(call)
    if package.status not in BEFORE_SHIPPING or package.dispatch.extra_days:
        raise Refusal("package-not-extendible")
    change_dispatch(call.world, package, extra_days=call.body["extendedDayCount"])
    return EMPTY_REPLY


def _package(call: Call) -> Package:
    """The package that the path names.

    Errors: package-unknown for one that is not there or is another seller's.
    """
    listing = Listing(call.path["sellerId"], call.caller.storefront)
    package = package_of_listing(call.world, listing, call.path["packageId"])
    if package is None:
        raise Refusal("package-unknown", value=str(call.path["packageId"]))
    return package


@contextmanager
def _refusals(package: Package) -> Iterator[None]:
    """Refuse what the life of a package does not allow."""
    try:
        yield
    except NoWay as fault:
        raise Refusal("package-transition-refused") from fault
    except OneGroup as fault:
        raise Refusal("package-split-empty") from fault
    except NoSuchUnits as fault:
        raise Refusal("package-lines-invalid") from fault


def _with_invoice(package: Package, body: Mapping[str, Any]) -> Package:
    """The package with the number of its invoice, where the seller gives one."""
    number = body.get("params", {}).get("invoiceNumber", "")
    if body["status"] != "Invoiced" or not number:
        return package
    return replace(package, dispatch=replace(package.dispatch, invoice_number=number))


def _keeps_status(call: Call) -> bool:
    """Whether new packages keep the status of the old one, which the international edition alone knows."""
    seller = call.caller.seller
    assert seller is not None
    return seller.edition == "int" and bool(call.body.get("shouldKeepPreviousStatus", False))


def _split(call: Call, package: Package, parts: Sequence[Counts]) -> list[int]:
    with _refusals(package):
        return schedule_split(call.world, package, parts, keeps_status=_keeps_status(call))


def _split_reply(call: Call, body: Mapping[str, Any]) -> Reply:
    return json_reply(body) if call.decide("split-response") == "new-ids" else EMPTY_REPLY


def _check_labour_cost(line: Line, cost_e4: int) -> None:
    """Refuse labour costs of a line whose category has none, or more than a unit of it is billed at."""
    if line.category_id not in parse.LABOUR_CATEGORIES:
        raise Refusal("package-labor-category-invalid", value=str(line.id))
    if not 0 <= cost_e4 <= min(each.price_e4 for each in line.units):
        raise Refusal("package-labor-cost-invalid")
