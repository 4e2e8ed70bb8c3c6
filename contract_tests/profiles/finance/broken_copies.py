"""Counts it wrongly: what it keeps of the account, and what it makes of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from contract_tests.clients.client import REFERENCE, Client
from contract_tests.clients.exports import Export, of_the_span, settlements
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.protocol import Row
from contract_tests.profiles.catalog_pull.broken_copies import narrow, shows
from contract_tests.profiles.finance.broken import ISTANBUL_MS
from contract_tests.profiles.variants import Broken

CENT = Decimal("0.01")


def keeps(keep: Callable[[LocalCopy, str, list[Row]], None]) -> Client:
    """The reference, except for how it keeps rows."""
    return replace(REFERENCE, keep_entries=keep)


def if_new(held: LocalCopy, kind: str, rows: list[Row]) -> None:
    """What is known is not looked at again."""
    known = {row["id"] for row in held.rows(kind)}
    held.merge(kind, "id", [row for row in rows if row["id"] not in known])


def once_more_each_run(held: LocalCopy, kind: str, rows: list[Row]) -> None:
    """Insert whatever comes."""
    before = len(held.rows(kind))
    held.merge(kind, "place", [row | {"place": before + at} for at, row in enumerate(rows)])


def by_order(held: LocalCopy, kind: str, rows: list[Row]) -> None:
    """A row is known by its order; one without an order by itself."""
    held.merge(kind, "known_by", [row | {"known_by": row["orderNumber"] or row["id"]} for row in rows])


def by_place(held: LocalCopy, kind: str, rows: list[Row]) -> None:
    """A row is known by its place in what was read."""
    held.merge(kind, "place", [row | {"place": at} for at, row in enumerate(rows)])


def adds_up(earned: Callable[[Row], Any], kinds: Iterable[str] = ("settlements",)) -> Client:
    """The reference, except for what a row gives to its payment order, and which lists give."""

    def totals(held: LocalCopy) -> Iterator[Row]:
        net: defaultdict[Any, Any] = defaultdict(int)
        for kind in kinds:
            for row in of_the_span(held, kind):
                net[row["paymentOrderId"]] += earned(row)
        return ({"paymentOrderId": order, "net": amount} for order, amount in net.items())

    return shows("finance", totals=totals)


def revenue(row: Row) -> Decimal:
    """What a row earns: a sale gives, a return takes."""
    earned = Decimal(row["sellerRevenue"] or 0)
    return earned if Decimal(row["credit"]) else -earned


def in_floats(row: Row) -> float:
    """The same as a binary fraction."""
    return float(revenue(row))


def in_cents(row: Row) -> Decimal:
    """The same, rounded row by row."""
    return revenue(row).quantize(CENT, ROUND_HALF_EVEN)


def with_payouts(row: Row) -> Decimal:
    """The same, and a payout as income."""
    return revenue(row) or Decimal(row["debt"])


def without_sign(row: Row) -> Decimal:
    """The same, a return as a sale."""
    return Decimal(row["sellerRevenue"] or 0)


def before_commission(row: Row) -> Decimal:
    """What the customer paid."""
    return Decimal(row["credit"]) - Decimal(row["debt"])


def shown(**fields: Callable[[Any], Any]) -> Client:
    """The reference, except that some fields of settlements are held as other machines would."""

    def export(held: LocalCopy) -> Iterator[Row]:
        for row in settlements(held):
            known = {name: change(row[name]) for name, change in fields.items() if row[name] is not None}
            yield row | known

    changed: Export = export
    return shows("finance", settlements=changed)


def later(at_ms: int) -> int:
    """An instant read as Istanbul's local time and written as UTC."""
    return at_ms + ISTANBUL_MS


def counts(name: str, says: str, seen: str, client: Client, needs: str = "") -> Broken:
    """A client that has all rows and one wrong figure."""
    return Broken(name, "finance", says, seen, ("held_as_true:wrong",), client, needs=needs)


BROKEN = (
    Broken("never_updates_rows", "finance", "never looks again at a row it knows",
           "paymentOrderId filled later",
           ("held_as_true:stale", "held_as_true:wrong"), keeps(if_new),
            needs="a payment order between two runs"),
    Broken("adds_rows_again", "finance", "inserts every row anew with each run", "insert instead of upsert",
           ("held_as_true:duplicate",), keeps(once_more_each_run), needs="two runs"),
    Broken("rows_by_order", "finance", "knows a row by its order and loses the others of that order",
           "packages de-duplicated by orderNumber: 1 of 26", ("held_as_true:missing",), keeps(by_order),
           needs="two rows of one order"),
    Broken("rows_by_place", "finance", "knows a row by its place in what was read", "dedupe by page position",
           ("held_as_true:duplicate", "held_as_true:missing"), keeps(by_place),
           needs="two runs, between which a row leaves the span"),
    counts("float_money", "adds money up in floats", "float money", adds_up(in_floats),
           needs="a sum that binary fractions miss"),
    counts("rounds_each_row", "rounds revenue to cents row by row", "prices with many decimals",
           adds_up(in_cents), needs="amounts of four decimals"),
    counts("payout_as_income", "adds the payout to the revenue it pays", "PaymentOrder added to revenue",
           adds_up(with_payouts, ("settlements", "otherfinancials")), needs="a payout"),
    counts("returns_as_sales", "adds returns instead of taking them away", "sign left to the type",
           adds_up(without_sign), needs="a return"),
    counts("before_commission", "takes what customers paid for what the shop earned",
           "credit taken for revenue", adds_up(before_commission)),
    counts("narrow_payment_orders", "holds payment orders in 32 bits", "32-bit ids",
           shown(paymentOrderId=narrow), needs="ids beyond 2^31"),
    counts("later_by_three_hours", "shows instants three hours late", "local time instead of epoch",
           shown(transactionDate=later)),
)  # fmt: skip
