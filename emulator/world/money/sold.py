"""What was sold, as the ledger has to know it: delivered packages, and the sales that they are cut into."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from emulator.world.money.ledger import Sale

# How many days after its delivery a package falls due, by its number. Source: paymentPeriod is documented, D;
# what it follows from is I.
PERIODS = (14, 21, 28, 30)
# A line of more units than these makes one row, whatever the decision says; I.
MOST_UNIT_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class SoldUnits:
    """Units of a line that were sold alike.

    Units: ten-thousandths of the storefront's currency.
    """

    count: int
    """How many."""
    gross_e4: int
    """What each costs before discounts."""
    seller_discount_e4: int = 0
    """What the seller takes off each."""
    platform_discount_e4: int = 0
    """What the marketplace pays of each."""


class SoldLine(NamedTuple):
    """One kind of thing in a delivered package.

    Units: hundredths of a percent.
    """

    line_id: int
    barcode: str
    units: tuple[SoldUnits, ...]
    rate_e2: int

    @property
    def quantity(self) -> int:
        """How many units it has."""
        return sum([each.count for each in self.units])


class SoldPackage(NamedTuple):
    """A delivered package as the ledger has to know it.

    Units: ``ordered_ms`` epoch milliseconds UTC, ``delivery_fee_e4`` ten-thousandths of the currency.
    """

    seller_id: int
    """Who sold it."""
    storefront: str
    """Where it was sold."""
    order_number: str
    """The order that the customer placed."""
    package_id: int
    """The number of the package."""
    parcel_id: int
    """The cargo number of its parcel."""
    receipt_id: int
    """The receipt of the order."""
    ordered_ms: int
    """When the order was placed."""
    lines: tuple[SoldLine, ...]
    """What was in it."""
    has_seller_coupon: bool = False
    """Whether the seller's discounts were a coupon's."""
    has_platform_coupon: bool = False
    """Whether what the marketplace pays was a coupon's."""
    is_corporate: bool = False
    """Whether its invoice goes to a company."""
    pays_by_link: bool = False
    """Whether the customer paid through a link."""
    delivery_fee_e4: int = 0
    """What the customer pays the seller for bringing it."""


class SoldPart(NamedTuple):
    """What one sale row is about, and the amounts that its row and those beside it come from.

    Units: ten-thousandths of the currency, of a unit or by decision of a whole line.
    """

    sale: Sale
    seller_discount_e4: int
    platform_discount_e4: int


def parts_of(package: SoldPackage, sale_rows: str) -> Iterator[SoldPart]:
    """What was sold in a package, one part a unit or one a line by the decision ``sale-rows``.

    Source: a quantity of N is N rows of one unit's amounts, seen on live accounts, C.
    """
    place = 0
    for line in package.lines:
        quantity = line.quantity
        if _is_one_row(line, sale_rows):
            yield _part(package, line, place, _together(line))
        else:
            each_place = place
            for units in line.units:
                for _ in range(units.count):
                    yield _part(package, line, each_place, units)
                    each_place += 1
        place += quantity


def count_parts(package: SoldPackage, sale_rows: str) -> int:
    """How many parts that are."""
    return sum(1 if _is_one_row(line, sale_rows) else line.quantity for line in package.lines)


def places_of_part(package: SoldPackage, sale_rows: str, unit: int) -> range:
    """The units, counted from 0 through the package, that the sale row beginning with a unit is about."""
    first = 0
    for line in package.lines:
        end = first + line.quantity
        if unit < end:
            return range(first, end) if _is_one_row(line, sale_rows) else range(unit, unit + 1)
        first = end
    return range(0)


def _is_one_row(line: SoldLine, sale_rows: str) -> bool:
    return sale_rows == "line" or line.quantity > MOST_UNIT_ROWS


def _together(line: SoldLine) -> SoldUnits:
    return SoldUnits(
        1,
        sum(units.count * units.gross_e4 for units in line.units),
        sum(units.count * units.seller_discount_e4 for units in line.units),
        sum(units.count * units.platform_discount_e4 for units in line.units),
    )


def _part(package: SoldPackage, line: SoldLine, place: int, units: SoldUnits) -> SoldPart:
    sale = Sale(
        package.order_number,
        package.package_id,
        package.receipt_id,
        package.ordered_ms,
        line.barcode,
        units.gross_e4,
        line.rate_e2,
        PERIODS[package.package_id % len(PERIODS)],
        place,
    )
    return SoldPart(sale, units.seller_discount_e4, units.platform_discount_e4)
