"""What a right copy of a seller's account holds, from the columns and not from the pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import orjson

from emulator.world.core.listing import Listing
from emulator.world.core.money import exact

if TYPE_CHECKING:
    from emulator.world.core.world import World

COLUMNS = ("id", "type", "transaction_at_ms", "order_number", "barcode", "payment_order_id", "payment_at_ms")
AMOUNTS = {"debt": "debt_e4", "credit": "credit_e4", "commission": "commission_e4", "revenue": "revenue_e4"}
# What a total adds up for each payment order: all settlements; discounts and coupons, less what came back;
# corrections, of which a pair weighs once; and what stands beside the orders, the payout itself aside.
SUMS: Mapping[str, str] = {
    "net": "CASE WHEN ledger = 'settlement' THEN net_e4 ELSE 0 END",
    "discounts": (
        "CASE WHEN type IN ('discount', 'coupon', 'discount_cancel', 'coupon_cancel')"
        " THEN debt_e4 - credit_e4 ELSE 0 END"
    ),
    "corrections": (
        "CASE WHEN type IN ('seller_revenue_positive', 'seller_revenue_negative',"
        " 'seller_revenue_positive_cancel', 'seller_revenue_negative_cancel') THEN net_e4 ELSE 0 END"
    ),
    "other": "CASE WHEN ledger = 'other' AND type <> 'payment_order' THEN net_e4 ELSE 0 END",
}
SELECT_TOTALS = (
    f"SELECT payment_order_id, {', '.join(f'CAST(SUM({each}) AS BIGINT)' for each in SUMS.values())}"
    " FROM ledger_entry WHERE seller_id = ? AND storefront = ? AND ledger IN ('settlement', 'other')"
    " AND transaction_at_ms BETWEEN ? AND ? GROUP BY payment_order_id"
    " HAVING SUM(CASE WHEN ledger = 'settlement' THEN 1 ELSE 0 END) > 0"
    " ORDER BY COALESCE(payment_order_id, 0)"
)
LEDGERS = {"settlements": "settlement", "otherfinancials": "other"}
RANGE = "seller_id = ? AND storefront = ? AND ledger = ? AND transaction_at_ms BETWEEN ? AND ?"


def ledger_truth(
    world: World, kind: str, listing: Listing, from_ms: int, to_ms: int
) -> Iterator[dict[str, Any]]:
    """The rows of one kind whose transactions lie between two moments, both included, and have happened.

    Shapes: ``settlements`` and ``otherfinancials`` have one row a transaction; ``totals`` has what the
    settlements of each payment order add up to, and parts of that, None for those not yet paid. Amounts are
    decimal strings.
    """
    until_ms = min(to_ms, world.clock.now_ms())
    values = (*listing, LEDGERS.get(kind, "settlement"), from_ms, until_ms)
    return _totals(world, values) if kind == "totals" else _transactions(world, values)


def last_transaction_ms(world: World, kind: str, listing: Listing) -> int:
    """When the last row of a kind happened that has happened: time alone has changed none since."""
    row = world.store.row(
        "SELECT MAX(transaction_at_ms) FROM ledger_entry"
        " WHERE seller_id = ? AND storefront = ? AND ledger = ? AND transaction_at_ms <= ?",
        (*listing, LEDGERS.get(kind, "settlement"), world.clock.now_ms()),
    )
    return row[0] or 0 if row else 0


def _totals(world: World, values: tuple[Any, ...]) -> Iterator[dict[str, Any]]:
    seller_id, storefront, _, from_ms, until_ms = values
    for order, *sums_e4 in world.store.rows(SELECT_TOTALS, (seller_id, storefront, from_ms, until_ms)):
        yield {"payment_order_id": order, **dict(zip(SUMS, map(exact, sums_e4), strict=True))}


def _transactions(world: World, values: tuple[Any, ...]) -> Iterator[dict[str, Any]]:
    columns = ", ".join((*COLUMNS, *AMOUNTS.values()))
    for *plain, debt, credit, commission, revenue, body in world.store.rows(
        f"SELECT {columns}, body FROM ledger_entry WHERE {RANGE} ORDER BY entry_no", values
    ):
        amounts = (
            None if amount is None else exact(amount) for amount in (debt, credit, commission, revenue)
        )
        yield {
            **dict(zip(COLUMNS, plain, strict=True)),
            **dict(zip(AMOUNTS, amounts, strict=True)),
            "label": orjson.loads(body)["transactionType"],
        }
