"""What packages cost their sellers: those that left later than agreed, and units that were given up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from emulator.world.core.money import to_kurus
from emulator.world.money.fines import Fine, add_fines
from emulator.world.orders.model import OWN_MARKETPLACE, Package, Status, Step

if TYPE_CHECKING:
    from emulator.world.core.world import World


class Penalty(NamedTuple):
    """What is charged for it, a sub type of deductions, and how many percent of what the customer pays."""

    offence: str
    percent: int


# What a step of a package may cost. Source: the labels of both deductions, seen by clients, C; that the one
# follows from agreedDeliveryDate, the other from what its seller gave up, and how much each is, I.
PENALTIES: Mapping[Status, Penalty] = {
    "shipped": Penalty("late_dispatch", 2),
    "unsupplied": Penalty("unsupplied", 5),
}


def fine(world: World, package: Package) -> None:
    """Write down what the last step of a package costs its seller, if it does."""
    add_fines(world, list(_fines(package, package.history[-1:])))


def fine_past(world: World, packages: Iterable[Package]) -> None:
    """Write down what all the steps of packages have cost their sellers."""
    add_fines(world, [each for package in packages for each in _fines(package, package.history)])


def _fines(package: Package, steps: Iterable[Step]) -> Iterator[Fine]:
    order = package.order
    if order.marketplace != OWN_MARKETPLACE:
        return
    for status, at_ms in steps:
        penalty = PENALTIES.get(status)
        if penalty is None or (status == "shipped" and at_ms <= package.agreed_ms):
            continue
        amount_e4 = to_kurus(package.total_e4 * penalty.percent // 100)
        yield Fine(order.seller_id, order.storefront, penalty.offence, at_ms, package.id, amount_e4)
