"""What stands behind the rows of returns: each is the accepted claim of units that came back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.world.claims.model import Claim, ClaimItem, Unit
from emulator.world.claims.opening import open_claim, units_of
from emulator.world.claims.reasons import customer_reasons
from emulator.world.claims.rows import claimed_units, claims_where
from emulator.world.core.ids import chance, pick
from emulator.world.core.listing import Listing
from emulator.world.core.select import marks
from emulator.world.money.sold import places_of_part
from emulator.world.orders.life import sold_package
from emulator.world.orders.model import Package
from emulator.world.orders.rows import packages_where
from emulator.world.orders.search import package_by_id

if TYPE_CHECKING:
    from emulator.world.core.world import World

SELECT_RETURNS = (
    "SELECT seller_id, storefront, shipment_package_id, transaction_at_ms, unit_no FROM ledger_entry"
    " WHERE type = 'return' AND entry_no > ? AND shipment_package_id IS NOT NULL AND unit_no IS NOT NULL"
    " ORDER BY seller_id, storefront, transaction_at_ms, shipment_package_id, entry_no"
)


class ReturnedUnits(NamedTuple):
    """Units of one package whose sales were taken back at one moment.

    Units: epoch milliseconds UTC.
    """

    package: Package
    units: tuple[Unit, ...]
    at_ms: int


def returned_units(world: World, after_no: int = 0) -> Iterator[tuple[Listing, Iterator[ReturnedUnits]]]:
    """What came back by the account's rows behind an entry number, listing by listing, in the order of time.

    A row whose package is not in the world, as a recipe may write one out, has nothing behind it.
    """
    rows = world.store.rows(SELECT_RETURNS, (after_no,))
    packages = {package.id: package for package in packages_by_id(world, sorted({row[2] for row in rows}))}
    for listing, of_listing in groupby(rows, key=lambda row: Listing(row[0], row[1])):
        yield listing, _by_moment(world, packages, [row for row in of_listing if row[2] in packages])


def _by_moment(
    world: World, packages: Mapping[int, Package], rows: Sequence[Sequence[Any]]
) -> Iterator[ReturnedUnits]:
    for (at_ms, number), of_package in groupby(rows, key=lambda row: (row[3], row[2])):
        package = packages[number]
        sale_units = [row[4] for row in of_package]
        yield ReturnedUnits(package, tuple(_units_at(world, package, sale_units)), at_ms)


def _units_at(world: World, package: Package, sale_units: Sequence[int]) -> Iterator[Unit]:
    """The units that sale rows are about, each row by its first one."""
    units = list(units_of(package))
    sale = sold_package(package)
    for sale_unit in sale_units:
        for place in places_of_part(sale, world.decisions["sale-rows"], sale_unit):
            yield units[place]


def packages_by_id(world: World, numbers: Sequence[int]) -> Iterator[Package]:
    """The packages of some numbers."""
    for start in range(0, len(numbers), 500):
        some = numbers[start : start + 500]
        yield from packages_where(world, f"p.id IN ({marks(some)})", some)


def send_back_due(world: World, at_ms: int, payload: Mapping[str, Any]) -> None:
    """A customer sends units back that were delivered, unless somebody has claimed them before."""
    package = package_by_id(world, payload["package"])
    if package is None or package.status != "delivered":
        return
    claimed_ids = claimed_units(world, [package.id])
    units = [unit for unit in _units_at(world, package, [payload["unit"]]) if unit.id not in claimed_ids]
    if units:
        rng = chance(world.seed, "sent back", package.id, payload["unit"])
        reason_id = pick(rng, customer_reasons(world, Listing(payload["seller"], payload["storefront"])))
        open_claim(world, package, [(unit, reason_id, "") for unit in units], "customer")


def open_items(world: World, package: Package, units: Sequence[Unit]) -> list[tuple[Claim, ClaimItem]]:
    """The items of claims that are open for some units of a package."""
    unit_ids = {unit.id for unit in units}
    return [
        (claim, item)
        for claim in claims_where(world, "package_id = ? ORDER BY claim_no", (package.id,))
        for item in claim.items
        if item.unit.id in unit_ids and item.status not in ("accepted", "rejected", "cancelled")
    ]
