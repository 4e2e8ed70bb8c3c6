"""One order out of its packages, for views that know orders alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from emulator.world.orders.model import Package, Status

# How far a package has come; an order is as far as the last of its packages.
PROGRESS: tuple[Status, ...] = (
    "awaiting", "created", "picking", "invoiced", "shipped", "undelivered", "at_collection_point",
    "delivered", "returned",
)  # fmt: skip


def is_live(package: Package) -> bool:
    """Whether what a package holds is still on its way, or has arrived."""
    return package.status in PROGRESS


def whole_order(packages: Sequence[Package]) -> Package:
    """All of an order as one package, told by the live one that has come least far.

    Shapes: ``packages`` are all the order has had, at least one. Where none is live, the first one speaks.
    """
    live = [package for package in packages if is_live(package)]
    if not live:
        return min(packages, key=lambda package: package.id)
    last = min(live, key=lambda package: (PROGRESS.index(package.status), package.id))
    if len(live) == 1:
        return last
    return replace(
        last,
        updated_ms=max(package.updated_ms for package in live),
        lines=tuple(line for package in live for line in package.lines),
        tax_e4=sum(package.tax_e4 for package in live),
    )
