"""What is booked of a sale, and what is left of it when everything that was taken back is taken off."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.world.core.listing import Listing
from emulator.world.core.money import KURUS_E4
from emulator.world.money.ledger import Sale
from emulator.world.money.transaction_types import SALES, TYPES, UNDONE_BY, Amounts, settlement_amounts

if TYPE_CHECKING:
    from emulator.world.core.world import World

COLUMNS = (
    "type, order_number, shipment_package_id, receipt_id, order_at_ms, barcode, debt_e4 + credit_e4,"
    " commission_rate_e2, payment_period, COALESCE(unit_no, 0), commission_e4, revenue_e4, transaction_at_ms,"
    " seller_id, storefront"
)
# The type that gives, by the type that takes it back.
GIVER: Mapping[str, str] = {taker: giver for giver, taker in UNDONE_BY.items() if giver not in SALES[1:]}


class PackageRow(NamedTuple):
    """One row of a sale: the sale at the row's own amount and rate, and the shares of that amount.

    Units: ten-thousandths of the currency, epoch milliseconds UTC.
    """

    sale: Sale
    type: str
    commission_e4: int
    revenue_e4: int
    at_ms: int = 0


class Left(NamedTuple):
    """What is left of all rows of one kind: negative where more was taken back than given."""

    amount_e4: int
    commission_e4: int
    revenue_e4: int


def rows_of_package(world: World, listing: Listing, order_number: str, package_id: int) -> list[PackageRow]:
    """The settlements of one package in an account, in the order of writing."""
    rows = _rows_where(world, "order_number = ?", (order_number,))
    return [row for place, row in rows if place == listing and row.sale.package_id == package_id]


def rows_by_package(world: World, listing: Listing) -> Mapping[int, list[PackageRow]]:
    """The settlements of an account by the number of their package, in the order of writing."""
    packages: defaultdict[int, list[PackageRow]] = defaultdict(list)
    for _, row in _rows_where(world, "seller_id = ? AND storefront = ? AND ledger = 'settlement'", listing):
        packages[row.sale.package_id].append(row)
    return packages


def _rows_where(
    world: World, condition: str, values: Sequence[Any]
) -> Iterator[tuple[tuple[int, str], PackageRow]]:
    """The rows of sales that a condition selects, each with its account."""
    sql = f"SELECT {COLUMNS} FROM ledger_entry WHERE {condition} ORDER BY entry_no"
    for row in world.store.rows(sql, values):
        if None not in row:
            yield (row[13], row[14]), PackageRow(Sale(*row[1:10]), row[0], *row[10:13])


def is_of(sale: Sale, row: PackageRow) -> bool:
    """Whether a row belongs to the unit of a sale."""
    return (row.sale.package_id, row.sale.barcode, row.sale.unit) == (
        sale.package_id,
        sale.barcode,
        sale.unit,
    )


def what_is_left(package_rows: Iterable[PackageRow]) -> dict[str, Left]:
    """What is left of each type that gives, once what takes it back is taken off; none where it is even."""
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in package_rows:
        sign = 1 if row.type in UNDONE_BY else -1
        name = row.type if row.type in UNDONE_BY else GIVER[row.type]
        name = "sale" if name in SALES else name
        for place, part in enumerate((row.sale.amount_e4, row.commission_e4, row.revenue_e4)):
            sums[name][place] += sign * part
    return {name: Left(*parts) for name, parts in sums.items() if parts[0]}


def undo(name: str, left: Left, rate_e2: int, shares: int = 1) -> tuple[str, Amounts]:
    """The row that takes back what is left of a type, or one of so many shares of it.

    What is left is taken back to the last digit; a share is one of whole kuruş where what is left is.
    """
    taker = UNDONE_BY[name]
    if left.amount_e4 < 0:
        return name, _amounts(name, Left(*(-part for part in left)))
    if shares == 1:
        return taker, _amounts(taker, left)
    smallest = 1 if left.amount_e4 % KURUS_E4 else KURUS_E4
    share_e4 = left.amount_e4 // (shares * smallest) * smallest
    return taker, settlement_amounts(TYPES[taker], share_e4, rate_e2)


def _amounts(name: str, left: Left) -> Amounts:
    kind = TYPES[name]
    debt_e4, credit_e4 = (left.amount_e4, 0) if kind.side == "debt" else (0, left.amount_e4)
    return Amounts(debt_e4, credit_e4, left.commission_e4, left.revenue_e4, kind.revenue * left.revenue_e4)


def is_sold(package_rows: Sequence[PackageRow]) -> bool:
    """Whether any unit of these rows has been sold and not come back."""
    return "sale" in what_is_left(package_rows)


def row_of_draft(draft: tuple[Sale, str, Amounts]) -> PackageRow:
    """A row that is still to be numbered, as one that is booked."""
    sale, name, amounts = draft
    amount_e4 = amounts.debt_e4 + amounts.credit_e4
    return PackageRow(sale._replace(amount_e4=amount_e4), name, amounts.commission_e4, amounts.revenue_e4)
