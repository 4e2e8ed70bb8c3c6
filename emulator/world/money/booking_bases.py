"""What rows beside the orders are charged on: settlements, fines, and what is due or not paid yet."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING

from emulator.world.core.istanbul import next_wednesday
from emulator.world.core.listing import Listing
from emulator.world.core.plan import DAY_MS
from emulator.world.money.fines import fined_e4
from emulator.world.money.span import Span

if TYPE_CHECKING:
    from emulator.world.core.world import World


# What something else than settlements comes to in a span of time.
OtherBasis = Callable[["World", Listing, Span], int]
# The sum of an amount over types of settlements in a span of time.
SumOf = Callable[[str, Iterable[str], Span], int]
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
SALES, RETURNS = ("sale", "pay_by_link"), ("return",)
# By the sub type or type of a row, on the settlements since the row before.
# Source: Stoppage is withholding tax, one percent by law, and what Trendyol pays of companies' prices is
# repaid by an invoice of the seller, D. Commission is invoiced of sales; that of returns, which these
# invoices do not offset, is given back by an invoice of agreement or a credit note, and the service fee on
# returns by a financial item, which corrects the invoices of that fee: I, like the shares of both fees, and
# of sales that an advertising budget is.
BASES: Mapping[str, Basis] = {
    "stoppage": Basis(SALES, percent=1),
    "stoppage_cancel": Basis(RETURNS, percent=1),
    "return_invoice": Basis(PLATFORM, tuple(f"{name}_cancel" for name in PLATFORM)),
    "commission_invoice": Basis(SALES, amount="commission"),
    "commission": Basis(SALES, amount="commission"),
    "commission_agreement_invoice": Basis(RETURNS, amount="commission"),
    "credit_note": Basis(RETURNS, amount="commission"),
    "platform_service_fee": Basis(SALES, percent=1),
    "financial_item": Basis(RETURNS, percent=1),
    "international_service": Basis(SALES, percent=1),
    "advertising": Basis(SALES, percent=2),
}
# How much is paid before its payment order, of what is due and of what will be by then; I.
EARLY_PERCENT = 25


def settled_e4(basis: Basis, span: Span, sum_of: SumOf) -> int:
    """What the settlements of a span come to on a basis."""
    gives_e4, takes_e4 = (sum_of(basis.amount, types, span) for types in (basis.gives, basis.takes))
    return (gives_e4 - takes_e4) * basis.percent // 100


def advance_e4(world: World, listing: Listing, span: Span) -> int:
    """A share of the settlements that are not due yet and will be with the next payment order."""
    at_ms = span.until_ms
    unpaid_e4 = _unpaid_e4(
        world,
        listing,
        "ledger = 'settlement' AND transaction_at_ms <= ? AND due_at_ms > ? AND due_at_ms <= ?",
        (at_ms, at_ms, next_wednesday(at_ms)),
    )
    return unpaid_e4 * EARLY_PERCENT // 100


def transfer_e4(world: World, listing: Listing, span: Span) -> int:
    """A share of what is due to a seller and not paid yet."""
    return _unpaid_e4(world, listing, "due_at_ms <= ?", (span.until_ms,)) * EARLY_PERCENT // 100


def owed_e4(world: World, listing: Listing, span: Span) -> int:
    """What a seller owes since a Wednesday on which there was nothing to pay."""
    wednesday_ms = next_wednesday(span.until_ms) - 7 * DAY_MS
    return -_unpaid_e4(world, listing, "due_at_ms <= ?", (wednesday_ms,))


def _unpaid_e4(world: World, listing: Listing, condition: str, values: tuple[int, ...]) -> int:
    row = world.store.row(
        "SELECT CAST(SUM(net_e4) AS BIGINT) FROM ledger_entry"
        f" WHERE payment_order_id IS NULL AND seller_id = ? AND storefront = ? AND {condition}",
        (*listing, *values),
    )
    return int(row[0] or 0) if row else 0


# What is charged on something else than settlements, by the sub type or type of a row.
# Source: an advance is of earnings not due yet, an incoming transfer comes from a seller in debt, D; how much
# each is, and that a wire transfer pays of what is due before its payment order, I.
OTHER_BASES: Mapping[str, OtherBasis] = {
    "late_dispatch": partial(fined_e4, "late_dispatch"),
    "unsupplied": partial(fined_e4, "unsupplied"),
    "cash_advance": advance_e4,
    "wire_transfer": transfer_e4,
    "incoming_transfer": owed_e4,
}


def stored_sums(world: World, listing: Listing) -> SumOf:
    """Sums that are asked of the store, for one row at a time."""

    def sum_of(amount: str, types: Iterable[str], span: Span) -> int:
        names = tuple(types)
        if not names:
            return 0
        row = world.store.row(
            f"SELECT CAST(SUM({AMOUNTS[amount]}) AS BIGINT) FROM ledger_entry WHERE seller_id = ?"
            " AND storefront = ? AND ledger = 'settlement' AND transaction_at_ms > ?"
            " AND transaction_at_ms <= ?"
            f" AND type IN ({', '.join('?' * len(names))})",
            (*listing, *span, *names),
        )
        return int(row[0] or 0) if row else 0

    return sum_of


def summed_up(world: World, listing: Listing) -> SumOf:
    """The same sums, added up once for all rows of a past."""
    moments: defaultdict[str, list[int]] = defaultdict(list)
    amounts: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    type_names = tuple(sorted({name for basis in BASES.values() for name in (*basis.gives, *basis.takes)}))
    for type_name, at_ms, *values in world.store.rows(
        f"SELECT type, transaction_at_ms, {', '.join(AMOUNTS.values())} FROM ledger_entry WHERE seller_id = ?"
        f" AND storefront = ? AND type IN ({', '.join('?' * len(type_names))}) ORDER BY transaction_at_ms",
        (*listing, *type_names),
    ):
        moments[type_name].append(at_ms)
        for amount, value in zip(AMOUNTS, values, strict=True):
            amounts[amount, type_name].append(value or 0)
    sums = {key: [0, *accumulate(values)] for key, values in amounts.items()}

    def sum_of(amount: str, types: Iterable[str], span: Span) -> int:
        total = 0
        for name in types:
            if name in moments:
                after, until = (bisect_right(moments[name], at_ms) for at_ms in span)
                total += sums[amount, name][until] - sums[amount, name][after]
        return total

    return sum_of
