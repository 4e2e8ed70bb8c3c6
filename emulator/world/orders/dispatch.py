"""What a seller says of how a package is sent: details, another carrier, a delivery of the seller's own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from emulator.world.core.life import NoWay
from emulator.world.orders.carriers import cargo_number
from emulator.world.orders.life import move_package
from emulator.world.orders.model import Package, Status
from emulator.world.orders.rows import update_packages

if TYPE_CHECKING:
    from emulator.world.core.world import World

BEFORE_SHIPPING: tuple[Status, ...] = ("created", "picking", "invoiced")
# Who brings what a seller delivers some other way than by a carrier, a name of CARRIERS.
OWN_DELIVERY = "alternative"


def check_status(package: Package, statuses: Collection[Status]) -> None:
    """Make sure that a package is in one of these statuses.

    Errors: NoWay.
    """
    if package.status not in statuses:
        raise NoWay(f"package {package.id} is {package.status}")


def change_dispatch(world: World, package: Package, **details: Any) -> Package:
    """Note what the seller says of a package, fields of Dispatch."""
    return _write(world, package, dispatch=replace(package.dispatch, **details))


def change_carrier(world: World, package: Package, carrier: str) -> Package:
    """Give a package to another carrier, whose number it gets.

    Errors: NoWay once a carrier has it.
    """
    check_status(package, BEFORE_SHIPPING)
    dispatch = replace(package.dispatch, carrier_changed_ms=world.clock.now_ms())
    number = cargo_number(carrier, package.id)
    return _write(world, package, carrier=carrier, cargo_number=number, dispatch=dispatch)


def ship_alone(world: World, package: Package, **details: Any) -> Package:
    """Send a package some other way than by a carrier; it gets a number of its own for that.

    Shapes: ``details`` are fields of Dispatch.
    Errors: NoWay once a carrier has it.
    """
    own_package = replace(
        package,
        carrier=OWN_DELIVERY,
        cargo_number=cargo_number(OWN_DELIVERY, package.id),
        dispatch=replace(package.dispatch, by_seller=True, **details),
    )
    return move_package(world, own_package, "shipped", "seller")


def change_labour_costs(world: World, package: Package, costs_e4: Mapping[int, int]) -> Package:
    """Note what the work on one unit of some lines costs, by the numbers of the lines.

    Units: ten-thousandths of the storefront's currency.
    """
    lines = tuple(
        replace(line, labour_cost_e4=costs_e4.get(line.id, line.labour_cost_e4)) for line in package.lines
    )
    return _write(world, package, lines=lines)


def _write(world: World, package: Package, **parts: Any) -> Package:
    package_now = replace(package, updated_ms=world.clock.now_ms(), **parts)
    with world.transaction():
        update_packages(world, [package_now])
    return package_now
