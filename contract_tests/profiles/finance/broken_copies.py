"""Broken clients of the account: what they save of it, and what they make of their copy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from contract_tests.clients.client import Client, Export
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.protocol import Row
from contract_tests.profiles.finance.reference import (
    PARTS,
    REFERENCE,
    Steps,
    charged_amount,
    client,
    rows_of_the_span,
    settlement_rows,
    totals_of,
)
from contract_tests.profiles.variants import Broken

PROFILE = "finance"
CENT = Decimal("0.01")
NARROW = 2**32
ISTANBUL_MS = 3 * 3_600_000


def saves(save_entries: Callable[[LocalCopy, str, list[Row]], None]) -> Client:
    """The reference, except for how it saves rows."""
    return client(Steps(save_entries=save_entries))


def shows(**exports: Export) -> Client:
    """The reference, except for what it makes of its rows."""
    return replace(REFERENCE, exports={**REFERENCE.exports, **exports})


def if_new(copy: LocalCopy, kind: str, rows: list[Row]) -> None:
    """What is in the copy is not looked at again."""
    ids = {row["id"] for row in copy.rows(kind)}
    copy.merge(kind, "id", [row for row in rows if row["id"] not in ids])


def once_more_each_run(copy: LocalCopy, kind: str, rows: list[Row]) -> None:
    """Insert whatever comes."""
    before = len(copy.rows(kind))
    copy.merge(kind, "place", [row | {"place": before + at} for at, row in enumerate(rows)])


def by_order(copy: LocalCopy, kind: str, rows: list[Row]) -> None:
    """A row is identified by its order; one without an order by itself."""
    copy.merge(kind, "identity", [row | {"identity": row["orderNumber"] or row["id"]} for row in rows])


def by_place(copy: LocalCopy, kind: str, rows: list[Row]) -> None:
    """A row is identified by its place in what was read."""
    copy.merge(kind, "place", [row | {"place": at} for at, row in enumerate(rows)])


def adds_up(amount_of: Callable[[Row], Any], kinds: Iterable[str] = ("settlements",)) -> Client:
    """The reference, except for what a row gives to its payment order, and which lists give."""

    def totals(copy: LocalCopy) -> Iterator[Row]:
        net: defaultdict[Any, Any] = defaultdict(int)
        for kind in kinds:
            for row in rows_of_the_span(copy, kind):
                net[row["paymentOrderId"]] += amount_of(row)
        return ({"paymentOrderId": order, "net": amount} for order, amount in net.items())

    return shows(totals=totals)


def revenue(row: Row) -> Decimal:
    """What a row earns: a sale gives, a return takes."""
    amount = Decimal(row["sellerRevenue"] or 0)
    return amount if Decimal(row["credit"]) else -amount


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


def adds_up_parts(**changes: Callable[[Row], Decimal]) -> Client:
    """The reference, except for what a row adds to some parts of a total."""
    parts = {**PARTS, **{name: replace(PARTS[name], amount_of=amount) for name, amount in changes.items()}}
    return shows(totals=lambda copy: totals_of(copy, parts))


def as_printed(row: Row) -> Decimal:
    """What a discount takes, where coupons give, as the printed table has them on the credit side."""
    return -charged_amount(row) if str(row["transactionType"]).startswith("Kupon") else charged_amount(row)


def as_charge(row: Row) -> Decimal:
    """What a row beside the orders gives, if every one of them takes."""
    return -abs(charged_amount(row))


def with_fields(**fields: Callable[[Any], Any]) -> Client:
    """The reference, except that some fields of settlements are held as other machines would."""

    def export(copy: LocalCopy) -> Iterator[Row]:
        for row in settlement_rows(copy):
            changes = {name: change(row[name]) for name, change in fields.items() if row[name] is not None}
            yield row | changes

    return shows(settlements=export)


def narrow(number: int) -> int:
    """A number as 32 bits hold it."""
    return (number + NARROW // 2) % NARROW - NARROW // 2


def later(at_ms: int) -> int:
    """An instant read as Istanbul's local time and written as UTC."""
    return at_ms + ISTANBUL_MS


def counts(
    name: str, description: str, field_note: str, client: Client, needs: str = "", edition: str = "int"
) -> Broken:
    """A client that has all rows and one wrong figure."""
    judges = ("held_as_true:wrong",)
    return Broken(name, PROFILE, description, field_note, judges, client, edition=edition, needs=needs)


BROKEN = (
    Broken("never_updates_rows", PROFILE, "never looks again at a row it knows",
           "paymentOrderId filled later", ("held_as_true:stale", "held_as_true:wrong"), saves(if_new),
           needs="a payment order between two runs"),
    Broken("adds_rows_again", PROFILE, "inserts every row anew with each run", "insert instead of upsert",
           ("held_as_true:duplicate",), saves(once_more_each_run), needs="two runs"),
    Broken("rows_by_order", PROFILE, "knows a row by its order and loses the others of that order",
           "packages de-duplicated by orderNumber: 1 of 26", ("held_as_true:missing",), saves(by_order),
           needs="two rows of one order"),
    Broken("rows_by_place", PROFILE, "knows a row by its place in what was read", "dedupe by page position",
           ("held_as_true:duplicate", "held_as_true:missing"), saves(by_place),
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
    counts("coupons_as_printed", "takes coupons for a gift, as a printed table has them on the credit side",
           "side of a coupon: page and live rows differ", adds_up_parts(discounts=as_printed),
           needs="a coupon", edition="tr"),
    counts("refunds_as_charges", "takes every row beside the orders for a charge, refunds and all",
           "sign left to the type", adds_up_parts(other=as_charge), needs="a refunded charge", edition="tr"),
    counts("narrow_payment_orders", "holds payment orders in 32 bits", "32-bit ids",
           with_fields(paymentOrderId=narrow), needs="ids beyond 2^31"),
    counts("later_by_three_hours", "shows instants three hours late", "local time instead of epoch",
           with_fields(transactionDate=later)),
)  # fmt: skip
