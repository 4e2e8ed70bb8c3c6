"""What rows beside the orders are charged on: the settlements of the days that they look back on."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from emulator.world.core.listing import Listing
from emulator.world.core.money import to_kurus
from emulator.world.core.plan import DAY_MS

if TYPE_CHECKING:
    from emulator.world.core.world import World

# The sum of an amount over types of settlements after one moment and up to another.
SumOf = Callable[[str, Iterable[str], int, int], int]
# An amount of a row, by name: what its side says, or its commission.
AMOUNTS: Mapping[str, str] = {
    "amount": "debt_e4 + credit_e4",
    "commission": "commission_e4",
}


@dataclass(frozen=True, slots=True)
class Basis:
    """Which settlements a row is charged on: some, less those that take back, and how much of them."""

    gives: tuple[str, ...]
    takes: tuple[str, ...] = ()
    amount: str = "amount"
    percent: int = 100


PLATFORM = ("ty_discount", "ty_coupon")
SALES, COMMISSION = ("sale", "pay_by_link"), Basis(("sale", "pay_by_link"), ("return",), "commission")
# Source: Stoppage is withholding tax, one percent by law, and what Trendyol pays of companies' prices is
# repaid by an invoice of the seller, D; an invoice of commission charges that of the sales. That each looks
# back on the days since the one before is I, and so are the shares of the service fee and of services abroad.
BASES: Mapping[str, Basis] = {
    "stoppage": Basis(SALES, percent=1),
    "stoppage_cancel": Basis(("return",), percent=1),
    "return_invoice": Basis(PLATFORM, tuple(f"{name}_cancel" for name in PLATFORM)),
    "commission_invoice": COMMISSION,
    "commission": COMMISSION,
    "platform_service_fee": Basis(SALES, percent=1),
    "international_service": Basis(SALES, percent=1),
}


def basis_amount(basis: Basis, days: int, until_ms: int, sum_of: SumOf) -> int:
    """What a row is about that looks back on so many days, in whole kuruş."""
    span = (until_ms - days * DAY_MS, until_ms)
    gives_e4, takes_e4 = (sum_of(basis.amount, types, *span) for types in (basis.gives, basis.takes))
    return to_kurus((gives_e4 - takes_e4) * basis.percent // 100)


def stored_sums(world: World, listing: Listing) -> SumOf:
    """Sums that are asked of the store, for one row at a time."""

    def sum_of(amount: str, types: Iterable[str], after_ms: int, until_ms: int) -> int:
        names = tuple(types)
        if not names:
            return 0
        row = world.store.row(
            f"SELECT CAST(SUM({AMOUNTS[amount]}) AS BIGINT) FROM ledger_entry WHERE seller_id = ?"
            " AND storefront = ? AND ledger = 'settlement' AND transaction_at_ms > ?"
            " AND transaction_at_ms <= ?"
            f" AND type IN ({', '.join('?' * len(names))})",
            (*listing, after_ms, until_ms, *names),
        )
        return int(row[0] or 0) if row else 0

    return sum_of


def summed_up(world: World, listing: Listing) -> SumOf:
    """The same sums, added up once for all rows of a past."""
    columns: dict[tuple[str, str], tuple[list[int], list[int]]] = {}
    type_names = tuple(sorted({name for basis in BASES.values() for name in (*basis.gives, *basis.takes)}))
    rows = world.store.rows(
        f"SELECT type, transaction_at_ms, {', '.join(AMOUNTS.values())} FROM ledger_entry WHERE seller_id = ?"
        f" AND storefront = ? AND type IN ({', '.join('?' * len(type_names))}) ORDER BY transaction_at_ms",
        (*listing, *type_names),
    )
    for name in type_names:
        of_type = [row for row in rows if row[0] == name]
        for place, amount in enumerate(AMOUNTS, 2):
            sums = [0, *accumulate(int(row[place] or 0) for row in of_type)]
            columns[amount, name] = ([row[1] for row in of_type], sums)

    def sum_of(amount: str, types: Iterable[str], after_ms: int, until_ms: int) -> int:
        total = 0
        for name in types:
            moments, sums = columns[amount, name]
            total += sums[bisect_right(moments, until_ms)] - sums[bisect_right(moments, after_ms)]
        return total

    return sum_of
