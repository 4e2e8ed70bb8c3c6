"""Paying sellers: every Wednesday what is due goes out as one payment order a seller and storefront."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any

from emulator.world.core import ids
from emulator.world.core.istanbul import next_wednesday
from emulator.world.core.listing import Listing
from emulator.world.core.money import KURUS_E4, to_kurus
from emulator.world.core.rendering import Rendering
from emulator.world.money.ledger import account_of, add_entries, entry, render_paid_rows
from emulator.world.money.ledger_query import Page, read_page
from emulator.world.money.transaction_types import TYPES, booking_amounts

if TYPE_CHECKING:
    from emulator.world.core.world import World

KIND = "payment-orders"
FIRST_ORDER = 1_123_601


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """One payout. Units: ten-thousandths of the storefront's currency, epoch milliseconds UTC."""

    id: int
    seller_id: int
    storefront: str
    amount_e4: int
    payout_at_ms: int


PAYMENT_ORDER: Rendering[[PaymentOrder]] = Rendering("payment_order")


def cut_payment_orders(world: World, at_ms: int, _: Any = None) -> None:
    """Pay every seller, storefront by storefront, what is due and unpaid at ``at_ms``.

    The sum, rounded to the kuruş, becomes a payment order and a row on the debt side, and the rows it pays
    carry its number. Where nothing is left to pay those rows wait for the next Wednesday.
    Source: v3.0/docs/9-accounting-and-finance-integration, D, its payouts have two decimals; that four are
    rounded, and carrying over, is I.
    """
    for seller_id, storefront, amount_e4 in world.store.rows(
        "SELECT seller_id, storefront, CAST(SUM(net_e4) AS BIGINT) FROM ledger_entry"
        " WHERE payment_order_id IS NULL AND due_at_ms <= ?"
        " GROUP BY seller_id, storefront HAVING SUM(net_e4) >= ? ORDER BY seller_id, storefront",
        (at_ms, KURUS_E4 // 2),
    ):
        _pay(world, PaymentOrder(new_order_id(world), seller_id, storefront, to_kurus(amount_e4), at_ms))


def new_order_id(world: World) -> int:
    """The number the next payment order takes."""
    return ids.next_number(world.store, "payment-order", world.plan.id_base + FIRST_ORDER)


def first_payout_ms(world: World) -> int:
    """The first Wednesday that can pay something, before the world's first day or after it."""
    row = world.store.row("SELECT MIN(due_at_ms) FROM ledger_entry WHERE payment_order_id IS NULL")
    earliest_ms = world.anchor_ms if row is None or row[0] is None else int(row[0])
    return next_wednesday(min(earliest_ms, world.anchor_ms))


def cut_past_orders(world: World) -> int:
    """Pay what fell due before the world's first day, Wednesday by Wednesday; give the next payout moment."""
    at_ms = first_payout_ms(world)
    while at_ms <= world.anchor_ms:
        cut_payment_orders(world, at_ms)
        at_ms = next_wednesday(at_ms)
    return at_ms


def find_payment_orders(world: World, listing: Listing, offset: int, limit: int) -> Page:
    """A page of a seller's payment orders, the newest first."""
    source = "FROM payment_order WHERE seller_id = ? AND storefront = ?"
    return read_page(world, source, listing, "id DESC", offset, limit)


def _pay(world: World, order: PaymentOrder) -> None:
    """Write the order, its row, and its number into what it pays, with the payment date of the decision."""
    world.store.execute(
        "INSERT INTO payment_order (id, seller_id, storefront, amount_e4, payout_at_ms, body)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (*astuple(order), world.renderer(PAYMENT_ORDER)(order)),
    )
    paid_at = "?" if world.decisions["payment-date"] == "paid-day" else "COALESCE(payment_at_ms, ?)"
    world.store.execute(
        f"UPDATE ledger_entry SET payment_order_id = ?, payment_at_ms = {paid_at}"
        " WHERE payment_order_id IS NULL AND due_at_ms <= ? AND seller_id = ? AND storefront = ?",
        (order.id, order.payout_at_ms, order.payout_at_ms, order.seller_id, order.storefront),
    )
    render_paid_rows(world, order.id)
    account = account_of(world, Listing(order.seller_id, order.storefront))
    kind = TYPES["payment_order"]
    amounts = booking_amounts(kind.side, order.amount_e4)
    add_entries(world, [entry(account, kind, amounts, order.payout_at_ms, payment_order_id=order.id)])
