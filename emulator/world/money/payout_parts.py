"""What the payouts of a seller are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator.world.core.listing import Listing

if TYPE_CHECKING:
    from emulator.world.core.world import World

SELECT_ORDERS = (
    "SELECT id, payout_at_ms, amount_e4 FROM payment_order"
    " WHERE seller_id = ? AND storefront = ? ORDER BY id DESC LIMIT ?"
)
SELECT_PARTS = (
    "SELECT ledger, type, COUNT(*), CAST(SUM(debt_e4) AS BIGINT), CAST(SUM(credit_e4) AS BIGINT),"
    " CAST(SUM(net_e4) AS BIGINT) FROM ledger_entry"
    " WHERE payment_order_id = ? AND seller_id = ? AND type <> 'payment_order'"
    " GROUP BY ledger, type ORDER BY ledger DESC, type"
)


@dataclass(frozen=True, slots=True)
class PayoutPart:
    """The rows of one type that a payout pays. Units: ten-thousandths of the storefront's currency."""

    ledger: str
    type: str
    count: int
    debt_e4: int
    credit_e4: int
    net_e4: int


@dataclass(frozen=True, slots=True)
class Payout:
    """One payment order. Units: ten-thousandths of the storefront's currency, epoch milliseconds UTC."""

    id: int
    payout_at_ms: int
    amount_e4: int
    parts: tuple[PayoutPart, ...]


def payouts_of(world: World, listing: Listing, limit: int) -> list[Payout]:
    """Give the payouts of a listing, the newest first; with the rounding their parts are their amount."""
    orders = list(world.store.rows(SELECT_ORDERS, (*listing, limit)))
    return [
        Payout(number, payout_at_ms, amount_e4, _parts(world, listing, number))
        for number, payout_at_ms, amount_e4 in orders
    ]


def _parts(world: World, listing: Listing, number: int) -> tuple[PayoutPart, ...]:
    rows = world.store.rows(SELECT_PARTS, (number, listing.seller_id))
    return tuple(PayoutPart(*row) for row in rows)
