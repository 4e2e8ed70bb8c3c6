"""The kinds of rows a current account has: their side, what they do to commission and revenue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from emulator.world.accounts.sellers import Edition
from emulator.world.core.money import commission

Side = Literal["credit", "debt"]
Ledger = Literal["settlement", "other"]

# What happens in the world, of which rows are booked; `explain` and docs/finance.md say it in these words.
EVENTS: Mapping[str, str] = {
    "delivered": "A package has been delivered.",
    "returned": "Units of a delivered package have come back and were accepted.",
    "refunded_in_part": "A customer has been paid a part of the price back and keeps the goods.",
    "weighed": "A parcel was weighed again, and its weight is another one.",
    "commission_corrected": "The commission on a sale was too high or too low.",
    "correction_withdrawn": "A correction of the commission is taken back.",
    "paid": "It is Wednesday, and what is due is paid.",
    "invoiced": "The marketplace has charged a service or a fine, or given a charge back.",
    "commission_invoiced": "The marketplace has invoiced the commission on the latest sales.",
    "tax_withheld": "Tax on the latest sales was withheld, or given back.",
    "paid_early": "A part of what the next payment order will pay was paid in advance.",
    "transferred": "A part of what is due was transferred to the seller before its payment order.",
    "debt_paid": "The seller has paid what it owed on a Wednesday that paid nothing.",
    "seller_invoiced": "The seller has invoiced the marketplace, for what it pays of the prices.",
    "commission_returned": "The commission on what came back was given back.",
    "fee_corrected": "Invoices of the service fee were corrected, for what came back.",
}


@dataclass(frozen=True, slots=True)
class TransactionType:
    """One kind of row.

    Shapes: ``commission`` and ``revenue`` are the effect on the seller: 1 gives, -1 takes, 0 leaves alone.
    """

    name: str
    """Its name in the world."""
    ledger: Ledger
    """The service that lists it."""
    side: Side
    """Where its amount stands."""
    event: str
    """What it is booked for, a name of EVENTS."""
    editions: tuple[Edition, ...] = ("tr",)
    """The editions whose documents name it."""
    commission: int = 0
    """What it does to the commission."""
    revenue: int = 0
    """What it does to the revenue."""


class Amounts(NamedTuple):
    """What a row of a type says about an amount, in ten-thousandths; ``net`` is its weight in a payout."""

    debt_e4: int
    credit_e4: int
    commission_e4: int
    revenue_e4: int
    net_e4: int


BOTH: tuple[Edition, ...] = ("int", "tr")


def _settlement(
    name: str, event: str, side: Side, signs: tuple[int, int], editions: tuple[Edition, ...] = ("tr",)
) -> TransactionType:
    return TransactionType(name, "settlement", side, event, editions, *signs)


GIVES, TAKES = (-1, 1), (1, -1)
# Source: docs/cari-hesap-ekstresi-entegrasyonu, D, for types, sides and signs. The page puts coupon on the
# credit side and its cancellation on the debit side, against its own signs; live rows stand as here, C.
# What each is booked for is said by the same page, D for all but the moment of fee and link, I.
SETTLEMENT_TYPES = (
    _settlement("sale", "delivered", "credit", GIVES, BOTH),
    _settlement("return", "returned", "debt", TAKES, BOTH),
    _settlement("discount", "delivered", "debt", TAKES),
    _settlement("discount_cancel", "returned", "credit", GIVES),
    _settlement("coupon", "delivered", "debt", TAKES),
    _settlement("coupon_cancel", "returned", "credit", GIVES),
    _settlement("provision_positive", "weighed", "credit", GIVES),
    _settlement("provision_negative", "weighed", "debt", TAKES),
    _settlement("manual_refund", "refunded_in_part", "debt", TAKES),
    _settlement("manual_refund_cancel", "returned", "credit", GIVES),
    _settlement("ty_discount", "delivered", "debt", TAKES),
    _settlement("ty_discount_cancel", "returned", "credit", GIVES),
    _settlement("ty_coupon", "delivered", "debt", TAKES),
    _settlement("ty_coupon_cancel", "returned", "credit", GIVES),
    _settlement("seller_revenue_positive", "commission_corrected", "credit", (0, 1)),
    _settlement("seller_revenue_negative", "commission_corrected", "debt", (0, -1)),
    _settlement("commission_positive", "commission_corrected", "debt", (1, 0)),
    _settlement("commission_negative", "commission_corrected", "credit", (-1, 0)),
    _settlement("seller_revenue_positive_cancel", "correction_withdrawn", "debt", (0, -1)),
    _settlement("seller_revenue_negative_cancel", "correction_withdrawn", "credit", (0, 1)),
    _settlement("commission_positive_cancel", "correction_withdrawn", "credit", (-1, 0)),
    _settlement("commission_negative_cancel", "correction_withdrawn", "debt", (1, 0)),
    _settlement("delivery_fee", "delivered", "credit", GIVES),
    _settlement("delivery_fee_cancel", "returned", "debt", TAKES),
    _settlement("pay_by_link", "delivered", "credit", GIVES),
)
# Which type takes a row of another back: together they give and take nothing.
UNDONE_BY: Mapping[str, str] = {
    "sale": "return",
    "pay_by_link": "return",
    "discount": "discount_cancel",
    "coupon": "coupon_cancel",
    "ty_discount": "ty_discount_cancel",
    "ty_coupon": "ty_coupon_cancel",
    "manual_refund": "manual_refund_cancel",
    "provision_positive": "provision_negative",
    "seller_revenue_positive": "seller_revenue_positive_cancel",
    "commission_negative": "commission_negative_cancel",
    "seller_revenue_negative": "seller_revenue_negative_cancel",
    "commission_positive": "commission_positive_cancel",
    "delivery_fee": "delivery_fee_cancel",
}
# The types that are a sale, whichever way it was paid.
SALES = ("sale", "pay_by_link")


def _other(name: str, event: str, side: Side, editions: tuple[Edition, ...] = ("tr",)) -> TransactionType:
    return TransactionType(name, "other", side, event, editions)


# Source: the same page and v3.0/docs/9-accounting-and-finance-integration, D; only a payment's side is D.
OTHER_TYPES = (
    _other("cash_advance", "paid_early", "debt"),
    _other("wire_transfer", "transferred", "debt"),
    _other("incoming_transfer", "debt_paid", "credit"),
    _other("return_invoice", "seller_invoiced", "credit"),
    _other("commission_agreement_invoice", "commission_returned", "credit"),
    _other("payment_order", "paid", "debt", BOTH),
    _other("deduction_invoices", "invoiced", "debt", BOTH),
    _other("financial_item", "fee_corrected", "credit"),
    _other("stoppage", "tax_withheld", "debt"),
    _other("credit_note", "commission_returned", "credit", ("int",)),
    _other("commission_invoice", "commission_invoiced", "debt", ("int",)),
)

TYPES: Mapping[str, TransactionType] = {kind.name: kind for kind in (*SETTLEMENT_TYPES, *OTHER_TYPES)}


def settlement_amounts(kind: TransactionType, amount_e4: int, rate_e2: int) -> Amounts:
    """What a settlement row of this kind says about an amount at a commission rate.

    A correction moves revenue alone or commission alone; every other row moves both, revenue being what the
    commission leaves. Magnitudes are positive, the side gives the direction.
    """
    share = commission(amount_e4, rate_e2) if kind.revenue else amount_e4
    fee = share if kind.commission else 0
    revenue = amount_e4 - fee if kind.revenue else 0
    return Amounts(*_sides(kind.side, amount_e4), fee, revenue, kind.revenue * revenue)


def booking_amounts(side: Side, amount_e4: int) -> Amounts:
    """What a row beside the orders says about an amount: no commission, no revenue, its whole weight."""
    debt, credit = _sides(side, amount_e4)
    return Amounts(debt, credit, 0, 0, credit - debt)


def _sides(side: Side, amount_e4: int) -> tuple[int, int]:
    return (amount_e4, 0) if side == "debt" else (0, amount_e4)
