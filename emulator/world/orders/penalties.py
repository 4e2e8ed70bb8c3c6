"""What a seller is fined for: packages that left later than agreed, and orders that were never sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from emulator.world.core.listing import Listing
from emulator.world.orders.dispatch import agreed_ms
from emulator.world.orders.model import OWN_MARKETPLACE, Package, Status
from emulator.world.orders.rows import packages_where

if TYPE_CHECKING:
    from emulator.world.core.world import World

# Among how many of the latest packages an offence is looked for.
LATEST_PACKAGES = 500


def _left_late_ms(package: Package) -> int | None:
    left_ms = _reached_ms(package, "shipped")
    return left_ms if left_ms is not None and left_ms > agreed_ms(package) else None


def _given_up_ms(package: Package) -> int | None:
    return _reached_ms(package, "unsupplied")


def _reached_ms(package: Package, status: Status) -> int | None:
    return next((at_ms for each, at_ms in package.history if each == status), None)


# When a package gave cause for a deduction of that sub type, or None; what one costs is drawn, I.
CAUSES: Mapping[str | None, Callable[[Package], int | None]] = {
    "late_dispatch": _left_late_ms,
    "unsupplied": _given_up_ms,
}


def has_cause(world: World, listing: Listing, sub_type: str | None, after_ms: int, until_ms: int) -> bool:
    """Whether a deduction has a cause between two moments; one that is no penalty needs none."""
    cause = CAUSES.get(sub_type)
    if cause is None:
        return True
    condition = (
        "p.seller_id = ? AND p.storefront = ? AND p.marketplace = ? AND p.updated_ms > ?"
        " ORDER BY p.updated_ms DESC, p.id DESC LIMIT ?"
    )
    packages = packages_where(world, condition, (*listing, OWN_MARKETPLACE, after_ms, LATEST_PACKAGES))
    moments = [at_ms for at_ms in map(cause, packages) if at_ms is not None]
    return any(after_ms < at_ms <= until_ms for at_ms in moments)
