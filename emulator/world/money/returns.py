"""Units that come back: their sale is undone to the last digit, with everything that was booked of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from emulator.world.core.listing import Listing
from emulator.world.money.ledger import Entry, Sale, account_of, add_entries
from emulator.world.money.package_rows import (
    PackageRow,
    is_of,
    is_sold,
    row_of_draft,
    rows_of_package,
    undo,
    what_is_left,
)
from emulator.world.money.settlements import Draft, number_rows
from emulator.world.money.sold import SoldPackage
from emulator.world.money.transaction_types import SALES, UNDONE_BY

if TYPE_CHECKING:
    from emulator.world.core.world import World

# What a package is paid once, whatever its units are.
FEE = "delivery_fee"


class UnitPlace(NamedTuple):
    """One unit of a package: the number of its line, and which of the line's units it is, from 0."""

    line_id: int
    unit: int


def book_return(world: World, package: SoldPackage, units: Iterable[UnitPlace], at_ms: int) -> list[Entry]:
    """Book what follows when units of a delivered package are taken back at a moment; give the rows.

    The sale of each is undone to the last digit: its discounts, coupons, refunds and corrections too, and the
    fee of the delivery with the last unit of the package. A unit that has come back already, or was never
    sold in this account, makes no row.
    Units: epoch milliseconds UTC.
    Source: docs/cari-hesap-ekstresi-entegrasyonu, D, for the types; that all stand at one moment is I.
    """
    listing = Listing(package.seller_id, package.storefront)
    package_rows = rows_of_package(world, listing, package.order_number, package.package_id)
    drafts: list[Draft] = []
    for unit in units:
        sale, shares = _sale_at(package, unit, package_rows)
        if sale is not None:
            new_drafts = list(return_drafts(sale, package_rows, shares))
            package_rows += map(row_of_draft, new_drafts)
            drafts += new_drafts
    rows = number_rows(account_of(world, listing), drafts, at_ms)
    add_entries(world, rows)
    return rows


def return_drafts(sale: Sale, package_rows: Sequence[PackageRow], shares: int = 1) -> Iterator[Draft]:
    """The rows that undo a sale, or one of so many shares of a line that is one row; none where it is undone.

    Shapes: ``package_rows`` are the rows of its whole package.
    """
    left = what_is_left(row for row in package_rows if is_of(sale, row))
    if "sale" not in left:
        return
    drafts = [
        (sale, *undo(name, left[name], sale.rate_e2, shares))
        for name in UNDONE_BY
        if name in left and name != FEE
    ]
    yield from drafts
    if not is_sold([*package_rows, *map(row_of_draft, drafts)]):
        yield from _fee_back(package_rows)


def _fee_back(package_rows: Sequence[PackageRow]) -> Iterator[Draft]:
    left = what_is_left(package_rows)
    if FEE in left:
        sale = next(row.sale for row in package_rows if row.type == FEE)
        yield (sale, *undo(FEE, left[FEE], sale.rate_e2))


def _sale_at(
    package: SoldPackage, unit: UnitPlace, package_rows: Sequence[PackageRow]
) -> tuple[Sale | None, int]:
    """The sale that a unit is of, and how many of its units have not come back yet."""
    first = 0
    for line in package.lines:
        if line.line_id == unit.line_id:
            break
        first += line.quantity
    else:
        return None, 0
    places = range(first, first + line.quantity)
    sales = [row.sale for row in package_rows if row.type in SALES and row.sale.unit in places]
    if len(sales) != 1:
        return next((sale for sale in sales if sale.unit == first + unit.unit), None), 1
    back = sum(row.type == "return" and is_of(sales[0], row) for row in package_rows)
    return sales[0], line.quantity - back
