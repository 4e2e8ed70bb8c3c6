"""Finding orders: pages of a seller's orders, the newest first, or one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from emulator.world.core.select import Clause, Selection, count_rows
from emulator.world.orders.model import Order, OrderStatus, order_from

if TYPE_CHECKING:
    from emulator.world.core.world import World

LARGEST = 2**63


@dataclass(frozen=True, slots=True)
class OrderQuery:
    """Which orders of one listing; what is None or empty does not filter.

    Units: the moments it was placed between, epoch milliseconds UTC, both included.
    """

    seller_id: int
    storefront: str
    statuses: tuple[OrderStatus, ...] = ()
    from_ms: int | None = None
    to_ms: int | None = None


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page: how many orders match in all, and the summaries of these."""

    total: int
    fragments: Sequence[bytes]


def find_orders(world: World, query: OrderQuery, size: int, *, offset: int = 0) -> OrderPage:
    """One page of orders, the newest first."""
    chosen = _selection(query)
    rows = world.store.rows(
        f"SELECT summary FROM {chosen.source} WHERE {chosen.where}"
        " ORDER BY placed_ms DESC, id DESC LIMIT ? OFFSET ?",
        (*chosen.values, size, offset),
    )
    return OrderPage(count_rows(world, query, _selection), [row[0] for row in rows])


def order_by_id(world: World, seller_id: int, storefront: str, number: int) -> Order | None:
    """The order of that id, or None when it is none of this listing's."""
    if number >= LARGEST:
        return None
    found = world.store.row(
        "SELECT facts FROM placed_order WHERE id = ? AND seller_id = ? AND storefront = ?",
        (number, seller_id, storefront),
    )
    return None if found is None else order_from(orjson.loads(found[0]))


def _selection(query: OrderQuery) -> Selection:
    clauses: list[Clause] = [("seller_id = ? AND storefront = ?", (query.seller_id, query.storefront))]
    if query.statuses:
        clauses.append((f"status IN ({', '.join('?' * len(query.statuses))})", query.statuses))
    if query.from_ms is not None:
        clauses.append(("placed_ms >= ?", (query.from_ms,)))
    if query.to_ms is not None:
        clauses.append(("placed_ms <= ?", (query.to_ms,)))
    where = " AND ".join(text for text, _ in clauses)
    return Selection("placed_order", where, tuple(value for _, given in clauses for value in given))
