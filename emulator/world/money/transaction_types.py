"""The kinds of rows a current account has: their side, what they do to commission and revenue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from emulator.world.core.money import commission

Side = Literal["credit", "debt"]
Ledger = Literal["settlement", "other"]


@dataclass(frozen=True, slots=True)
class TransactionType:
    """One kind of row.

    Shapes: ``commission`` and ``revenue`` are the effect on the seller: 1 gives, -1 takes, 0 leaves alone.
    """

    name: str
    ledger: Ledger
    side: Side
    commission: int = 0
    revenue: int = 0


class Amounts(NamedTuple):
    """What a row of a type says about an amount, in ten-thousandths; ``net`` is its weight in a payout."""

    debt_e4: int
    credit_e4: int
    commission_e4: int
    revenue_e4: int
    net_e4: int


def _settlement(name: str, side: Side, commission: int, revenue: int) -> TransactionType:
    return TransactionType(name, "settlement", side, commission, revenue)


# Source: docs/cari-hesap-ekstresi-entegrasyonu, D. The page puts coupon on the credit side and its
# cancellation on the debt side, against its own signs; the signs are followed here, I.
SETTLEMENT_TYPES = (
    _settlement("sale", "credit", -1, 1),
    _settlement("return", "debt", 1, -1),
    _settlement("discount", "debt", 1, -1),
    _settlement("discount_cancel", "credit", -1, 1),
    _settlement("coupon", "debt", 1, -1),
    _settlement("coupon_cancel", "credit", -1, 1),
    _settlement("provision_positive", "credit", -1, 1),
    _settlement("provision_negative", "debt", 1, -1),
    _settlement("manual_refund", "debt", 1, -1),
    _settlement("manual_refund_cancel", "credit", -1, 1),
    _settlement("ty_discount", "debt", 1, -1),
    _settlement("ty_discount_cancel", "credit", -1, 1),
    _settlement("ty_coupon", "debt", 1, -1),
    _settlement("ty_coupon_cancel", "credit", -1, 1),
    _settlement("seller_revenue_positive", "credit", 0, 1),
    _settlement("seller_revenue_negative", "debt", 0, -1),
    _settlement("commission_positive", "debt", 1, 0),
    _settlement("commission_negative", "credit", -1, 0),
    _settlement("seller_revenue_positive_cancel", "debt", 0, -1),
    _settlement("seller_revenue_negative_cancel", "credit", 0, 1),
    _settlement("commission_positive_cancel", "credit", -1, 0),
    _settlement("commission_negative_cancel", "debt", 1, 0),
    _settlement("delivery_fee", "credit", -1, 1),
    _settlement("delivery_fee_cancel", "debt", 1, -1),
    _settlement("pay_by_link", "credit", -1, 1),
)

# Source: the same page and v3.0/docs/9-accounting-and-finance-integration, D; only a payment's side is D.
OTHER_TYPES = (
    TransactionType("cash_advance", "other", "debt"),
    TransactionType("wire_transfer", "other", "debt"),
    TransactionType("incoming_transfer", "other", "credit"),
    TransactionType("return_invoice", "other", "credit"),
    TransactionType("commission_agreement_invoice", "other", "credit"),
    TransactionType("payment_order", "other", "debt"),
    TransactionType("deduction_invoices", "other", "debt"),
    TransactionType("financial_item", "other", "credit"),
    TransactionType("stoppage", "other", "debt"),
    TransactionType("credit_note", "other", "credit"),
    TransactionType("commission_invoice", "other", "debt"),
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
