"""The books of a market: what has to hold of stock, units and money, whatever has happened in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from emulator.world.claims.life import unit_place
from emulator.world.claims.model import LIVE
from emulator.world.claims.rows import claims_where
from emulator.world.core.listing import Listing
from emulator.world.core.world import World
from emulator.world.money.package_rows import PackageRow, rows_by_package, what_is_left
from emulator.world.money.returns import UnitPlace
from emulator.world.money.transaction_types import SALES
from emulator.world.orders.model import OWN_MARKETPLACE, Package
from emulator.world.orders.rows import packages_where

# What is no longer held back from the stock.
PUT_BACK = frozenset({"cancelled", "unsupplied"})
PAYOUTS = (
    "SELECT o.id, o.amount_e4, (SELECT SUM(p.debt_e4) FROM ledger_entry p WHERE p.payment_order_id = o.id"
    " AND p.type = 'payment_order'), (SELECT SUM(r.net_e4) FROM ledger_entry r"
    " WHERE r.payment_order_id = o.id AND r.type <> 'payment_order') FROM payment_order o"
)


def leaves(packages: Iterable[Package]) -> list[Package]:
    """The packages that nothing was made of: every unit that is still ordered is in one of them."""
    rows = list(packages)
    parents = {package.parent_id for package in rows}
    return [package for package in rows if package.id not in parents]


def packages_of(world: World, listing: Listing) -> list[Package]:
    """Every package of a listing."""
    return packages_where(world, "p.seller_id = ? AND p.storefront = ? ORDER BY p.id", listing)


def units_outside(packages: Iterable[Package], orders: Mapping[str, object]) -> Counter[str]:
    """How many units of each barcode some orders hold back from the stock."""
    counts: Counter[str] = Counter()
    for package in leaves(packages):
        if package.order.order_number in orders and package.status not in PUT_BACK:
            for line in package.lines:
                counts[line.barcode] += line.quantity
    return counts


def units_by_order(packages: Iterable[Package]) -> Counter[str]:
    """How many units each order has in packages of which nothing was made, cancelled whole or not."""
    counts: Counter[str] = Counter()
    for package in leaves(packages):
        counts[package.order.order_number] += package.quantity
    return counts


def check_payouts(world: World) -> None:
    """A payment order is its debt row, and what it pays to the kuruş; nothing that fell due is unpaid."""
    for number, amount_e4, debt_e4, net_e4 in world.store.rows(PAYOUTS):
        assert amount_e4 == debt_e4 == (net_e4 + 50) // 100 * 100, number
        assert amount_e4 > 0, number


def check_account(world: World, listing: Listing) -> None:
    """The account holds the sales of delivered packages and no others; what came back is worth nothing."""
    rows = rows_by_package(world, listing)
    delivered_packages = {
        package.id: package
        for package in packages_of(world, listing)
        if package.status == "delivered" and package.order.marketplace == OWN_MARKETPLACE
    }
    assert rows.keys() == delivered_packages.keys()
    for number, package in delivered_packages.items():
        check_package(package, rows[number])


def check_claims(world: World, listing: Listing) -> None:
    """A claim is of units of a delivered package, each claimed once; what is accepted is a return."""
    packages = {package.id: package for package in packages_of(world, listing)}
    rows = rows_by_package(world, listing)
    claimed_units: Counter[tuple[int, UnitPlace]] = Counter()
    for claim in claims_where(world, "seller_id = ? AND storefront = ? ORDER BY claim_no", listing):
        package = packages[claim.package_id]
        assert package.status in {"delivered", "returned"}
        for item in claim.items:
            place = unit_place(item)
            claimed_units[package.id, place] += item.status in LIVE
            if item.status == "accepted" and package.status == "delivered":
                assert is_back(package, place, rows[package.id]), (claim.id, item.id)
    assert max(claimed_units.values(), default=0) <= 1
    check_returns(world, listing)


def check_returns(world: World, listing: Listing) -> None:
    """Each row of a return is an accepted claim item of its unit and moment, and the other way round."""
    packages = {package.id: package for package in packages_of(world, listing)}
    accepted_items = Counter(
        (claim.package_id, _first_unit(world, packages[claim.package_id], unit_place(item)), item.changed_ms)
        for claim in claims_where(world, "seller_id = ? AND storefront = ? ORDER BY claim_no", listing)
        for item in claim.items
        if item.status == "accepted" and packages[claim.package_id].status == "delivered"
    )
    returns = Counter(
        (number, row.sale.unit, row.at_ms)
        for number, rows in rows_by_package(world, listing).items()
        for row in rows
        if row.type == "return"
    )
    assert returns.keys() == accepted_items.keys()
    if world.decisions["sale-rows"] == "unit":
        assert returns == accepted_items


def _first_unit(world: World, package: Package, place: UnitPlace) -> int:
    """The number of a unit in its package, or where a line is one row, that of the line's first."""
    before = 0
    for line in package.lines:
        if line.id == place.line_id:
            break
        before += line.quantity
    return before if world.decisions["sale-rows"] == "line" else before + place.unit


def is_back(package: Package, place: UnitPlace, rows: Iterable[PackageRow]) -> bool:
    """Whether the account says that a unit has come back."""
    before = 0
    for line in package.lines:
        if line.id == place.line_id:
            break
        before += line.quantity
    return any(row.type == "return" and row.sale.unit == before + place.unit for row in rows)


def check_package(package: Package, rows: Iterable[PackageRow]) -> None:
    """The rows of a package are what its customer paid, and of a unit that came back nothing is left."""
    rows_by_unit: defaultdict[tuple[str, int], list[PackageRow]] = defaultdict(list)
    amounts: Counter[str] = Counter()
    for row in rows:
        rows_by_unit[row.sale.barcode, row.sale.unit].append(row)
        amounts[row.type] += row.sale.amount_e4
    taken_off = sum(amounts[name] for name in ("discount", "coupon", "ty_discount", "ty_coupon"))
    all_units = [units for line in package.lines for units in line.units]
    platform_e4 = sum(units.count * units.platform_discount_e4 for units in all_units)
    whole = package.total_e4 + (0 if package.order.customer.company else platform_e4)
    assert sum(amounts[name] for name in SALES) == package.gross_e4
    assert sum(amounts[name] for name in SALES) - taken_off == whole
    assert len(rows_by_unit) == package.quantity
    for unit_rows in rows_by_unit.values():
        left = what_is_left(unit_rows)
        if any(row.type == "return" for row in unit_rows):
            assert left.keys() <= {"delivery_fee"}, left
        else:
            assert "sale" in left
    if all(any(row.type == "return" for row in unit_rows) for unit_rows in rows_by_unit.values()):
        assert not what_is_left(rows)
