"""Reads a seller's account by page: which rows match, and their ready JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emulator.world.core.world import World


@dataclass(frozen=True, slots=True)
class LedgerQuery:
    """Which rows of a seller's account are meant; None leaves a bound open.

    Units: epoch milliseconds UTC.
    """

    seller_id: int
    """Whose account it is."""
    storefront: str
    """On which storefront."""
    ledger: str
    """``settlement`` or ``other``."""
    types: tuple[str, ...]
    """Names of transaction_types, of which a row has one."""
    from_ms: int | None = None
    """The earliest transaction, included."""
    to_ms: int | None = None
    """The latest transaction, included."""
    paid_from_ms: int | None = None
    """The earliest moment from which on a payment order may pay it, included."""
    paid_before_ms: int | None = None
    """The first such moment that is too late."""
    payment_order_id: int | None = None
    """The payment order that paid the rows."""
    sub_type: str | None = None
    """What deduction invoices charge for; it leaves other types alone."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: how many rows match in all, and the ready JSON of those on the page."""

    total: int
    json_rows: list[bytes]


def find_entries(world: World, query: LedgerQuery, now_ms: int, offset: int, limit: int) -> Page:
    """A page of the rows that match and have happened by ``now_ms``, the newest transaction first."""
    where, values = _condition(query, now_ms)
    # The inner query sorts row numbers, so that a page of several types never sorts bodies.
    rows = world.store.rows(
        "SELECT body FROM ledger_entry WHERE entry_no IN (SELECT entry_no FROM ledger_entry"
        f" WHERE {where} ORDER BY transaction_at_ms DESC, entry_no DESC LIMIT ? OFFSET ?)"
        " ORDER BY transaction_at_ms DESC, entry_no DESC",
        (*values, limit, offset),
    )
    return Page(_count(world, f"FROM ledger_entry WHERE {where}", values), [body for (body,) in rows])


def read_page(world: World, source: str, values: Sequence[Any], order: str, offset: int, limit: int) -> Page:
    """A page of what stands behind FROM, in an order of its columns."""
    rows = world.store.rows(
        f"SELECT body {source} ORDER BY {order} LIMIT ? OFFSET ?", (*values, limit, offset)
    )
    return Page(_count(world, source, values), [body for (body,) in rows])


def _count(world: World, source: str, values: Sequence[Any]) -> int:
    row = world.store.row(f"SELECT COUNT(*) {source}", values)
    return int(row[0]) if row else 0


def _condition(query: LedgerQuery, now_ms: int) -> tuple[str, tuple[Any, ...]]:
    terms = list(_terms(query, now_ms))
    return " AND ".join(sql for sql, _ in terms), tuple(value for _, values in terms for value in values)


def _terms(query: LedgerQuery, now_ms: int) -> Iterator[tuple[str, tuple[Any, ...]]]:
    yield "seller_id = ?", (query.seller_id,)
    yield "storefront = ?", (query.storefront,)
    yield "ledger = ?", (query.ledger,)
    yield f"type IN ({', '.join('?' * len(query.types))})", query.types
    yield "transaction_at_ms <= ?", (now_ms if query.to_ms is None else min(query.to_ms, now_ms),)
    for sql, value in (
        ("transaction_at_ms >= ?", query.from_ms),
        ("due_at_ms >= ?", query.paid_from_ms),
        ("due_at_ms < ?", query.paid_before_ms),
        ("payment_order_id = ?", query.payment_order_id),
        ("(type <> 'deduction_invoices' OR sub_type = ?)", query.sub_type),
    ):
        if value is not None:
            yield sql, (value,)
