"""Sowing settlements: delivered orders, and what later gives back, corrects or cancels a part of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import TYPE_CHECKING

from emulator.world.accounts.sellers import Edition
from emulator.world.core.ids import below, between, happens, pick
from emulator.world.core.money import SCALE
from emulator.world.core.plan import DAY_MS
from emulator.world.money.ledger import Entry, add_entries
from emulator.world.money.payouts import entry_id
from emulator.world.money.transaction_types import TYPES, settled

if TYPE_CHECKING:
    from emulator.world.core.world import World

HOUR_MS = 3_600_000
RATES_E2 = (1000, 1250, 1500, 1740, 2150)
PERIODS = (14, 21, 28, 30)
SAME_ORDER = 0.25
CHEAPEST, DEAREST = 2_999, 89_999


@dataclass(frozen=True, slots=True)
class History:
    """Whose account is sown, the moments it moves at in order, and the number its first row takes.

    Shapes: ``id_base`` is added to drawn ids; amounts have four decimals where they are ``fine``, else two.
    """

    seller_id: int
    storefront: str
    edition: Edition
    moments: Sequence[int]
    barcodes: Sequence[str]
    first_no: int
    id_base: int = 0
    fine: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """A delivered order. Units: epoch milliseconds UTC."""

    number: str
    package_id: int
    receipt_id: int
    ordered_ms: int
    delivered_ms: int


@dataclass(frozen=True, slots=True)
class Sale:
    """One sold line. Units: ten-thousandths of the currency, hundredths of a percent, days."""

    order: Order
    barcode: str
    amount_e4: int
    rate_e2: int
    period: int


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What can come of a sale later: rows of these types, together, on a part of its amount.

    Units: ``share`` of all sales, ``percent`` of the amount, ``days`` after the sale.
    """

    types: tuple[str, ...]
    share: float
    percent: int
    days: int


SALE = FollowUp(("sale",), 1.0, 100, 0)
# Corrections stand in pairs that are to be read together. Source: docs/cari-hesap-ekstresi-entegrasyonu, D;
# how often each occurs is I.
FOLLOW_UPS: Mapping[str, tuple[FollowUp, ...]] = {
    "int": (FollowUp(("return",), 0.08, 100, 6),),
    "tr": (
        FollowUp(("return",), 0.07, 100, 7),
        FollowUp(("discount",), 0.05, 10, 0),
        FollowUp(("discount", "discount_cancel"), 0.01, 15, 2),
        FollowUp(("coupon",), 0.03, 8, 0),
        FollowUp(("coupon", "coupon_cancel"), 0.01, 12, 2),
        FollowUp(("provision_positive",), 0.01, 3, 3),
        FollowUp(("provision_negative",), 0.01, 4, 3),
        FollowUp(("manual_refund",), 0.02, 20, 5),
        FollowUp(("manual_refund", "manual_refund_cancel"), 0.005, 25, 6),
        FollowUp(("ty_discount",), 0.01, 10, 1),
        FollowUp(("ty_discount", "ty_discount_cancel"), 0.005, 10, 4),
        FollowUp(("ty_coupon",), 0.01, 5, 1),
        FollowUp(("ty_coupon", "ty_coupon_cancel"), 0.005, 5, 4),
        FollowUp(("seller_revenue_positive", "commission_negative"), 0.01, 2, 9),
        FollowUp(("seller_revenue_negative", "commission_positive"), 0.01, 3, 9),
        FollowUp(("seller_revenue_positive_cancel", "commission_negative_cancel"), 0.004, 2, 16),
        FollowUp(("seller_revenue_negative_cancel", "commission_positive_cancel"), 0.004, 3, 16),
        FollowUp(("delivery_fee",), 0.02, 6, 0),
        FollowUp(("delivery_fee", "delivery_fee_cancel"), 0.005, 6, 3),
        FollowUp(("pay_by_link",), 0.01, 100, 1),
    ),
}


def sow_settlements(world: World, history: History, rng: Random) -> list[Order]:
    """Write the settlements of a history; return its orders, oldest first."""
    orders: list[Order] = []
    add_entries(world, _entries(history, orders, rng))
    return orders


def _entries(history: History, orders: list[Order], rng: Random) -> Iterator[Entry]:
    """At each moment the follow-up that waits longest for its day, or else a sale.

    The first sales get one follow-up of each kind, so that even a short history has every type.
    """
    kinds, numbers, arrivals = FOLLOW_UPS[history.edition], count(history.first_no), count()
    certain = list(reversed(kinds))
    waiting: list[tuple[int, int, Sale, FollowUp]] = []
    for moment in history.moments:
        if waiting and waiting[0][0] <= moment:
            _, _, sale, kind = heappop(waiting)
            yield from (settlement(history, sale, kind, name, moment, next(numbers)) for name in kind.types)
            continue
        sale = _sale(history, orders, moment, rng)
        yield settlement(history, sale, SALE, "sale", moment, next(numbers))
        for kind in [certain.pop()] if certain else [kind for kind in kinds if happens(rng, kind.share)]:
            due_ms = moment + kind.days * DAY_MS + between(rng, 1, 20) * HOUR_MS
            heappush(waiting, (due_ms, next(arrivals), sale, kind))


def _sale(history: History, orders: list[Order], moment: int, rng: Random) -> Sale:
    if not orders or not happens(rng, SAME_ORDER):
        orders.append(order_at(history, history.first_no + len(orders), moment, rng))
    return sale_of(history, orders[-1], rng)


def sale_of(history: History, order: Order, rng: Random) -> Sale:
    """Draw one sold line of an order."""
    return Sale(
        order=order,
        barcode=pick(rng, history.barcodes),
        amount_e4=_amount_e4(history, rng),
        rate_e2=pick(rng, RATES_E2),
        period=pick(rng, PERIODS),
    )


def _amount_e4(history: History, rng: Random) -> int:
    if history.fine:
        return between(rng, CHEAPEST * SCALE // 100, DEAREST * SCALE // 100)
    return between(rng, CHEAPEST, DEAREST) * SCALE // 100


def order_at(history: History, place: int, delivered_ms: int, rng: Random) -> Order:
    """Draw a delivered order; ``place`` keeps its numbers apart from those of all others."""
    return Order(
        number=str(10_038_000_000 + place * 37 + below(rng, 37)),
        package_id=2_722_331_454 + place * 53 + below(rng, 53),
        receipt_id=history.id_base + 48_376_618 + place,
        ordered_ms=delivered_ms - between(rng, 30, 140) * HOUR_MS - below(rng, HOUR_MS),
        delivered_ms=delivered_ms,
    )


def settlement(history: History, sale: Sale, kind: FollowUp, name: str, moment: int, entry_no: int) -> Entry:
    """The row of a type that a follow-up makes of a sale."""
    # A part of an amount is whole kuruş again.
    smallest = 1 if history.fine else 100
    amount_e4 = sale.amount_e4 * kind.percent // (100 * smallest) * smallest
    sums = settled(TYPES[name], amount_e4, sale.rate_e2)
    due_ms = moment + sale.period * DAY_MS
    return Entry(
        entry_no=entry_no,
        id=entry_id(history.id_base, entry_no),
        seller_id=history.seller_id,
        storefront=history.storefront,
        ledger="settlement",
        type=name,
        sub_type=None,
        transaction_at_ms=moment,
        due_at_ms=due_ms,
        payment_at_ms=due_ms,
        payment_order_id=None,
        debt_e4=sums.debt_e4,
        credit_e4=sums.credit_e4,
        net_e4=sums.net_e4,
        barcode=sale.barcode,
        receipt_id=sale.order.receipt_id,
        payment_period=sale.period,
        commission_rate_e2=sale.rate_e2,
        commission_e4=sums.commission_e4,
        revenue_e4=sums.revenue_e4,
        order_number=sale.order.number,
        order_at_ms=sale.order.ordered_ms,
        shipment_package_id=sale.order.package_id,
    )
