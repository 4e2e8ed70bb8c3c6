"""The current account of a seller: rows that are written once, read by window, and paid out later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emulator.world.core.world import World


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the current account.

    Shapes: ``type`` is a name of transaction_types; ``net_e4`` is the row's weight in a payout, signed.
    Units: names in ``_e4`` are ten-thousandths of the storefront's currency, ``_e2`` hundredths of a percent,
    ``_at_ms`` epoch milliseconds UTC; ``payment_period`` is days.
    """

    entry_no: int
    id: str
    seller_id: int
    storefront: str
    ledger: str
    type: str
    sub_type: str | None
    transaction_at_ms: int
    due_at_ms: int
    payment_at_ms: int | None
    payment_order_id: int | None
    debt_e4: int
    credit_e4: int
    net_e4: int
    barcode: str | None = None
    receipt_id: int | None = None
    payment_period: int | None = None
    commission_rate_e2: int | None = None
    commission_e4: int | None = None
    commission_invoice: str | None = None
    revenue_e4: int | None = None
    order_number: str | None = None
    order_at_ms: int | None = None
    shipment_package_id: int | None = None


NAMES = tuple(field.name for field in fields(Entry))
COLUMNS = ", ".join(NAMES)
_values = attrgetter(*NAMES)


@dataclass(frozen=True, slots=True)
class LedgerQuery:
    """Which rows of a seller's account are meant; None leaves a bound open.

    Shapes: ``sub_type`` narrows deduction invoices and leaves other types alone.
    Units: epoch milliseconds UTC; transaction bounds include both ends, ``paid_before_ms`` does not.
    """

    seller_id: int
    storefront: str
    ledger: str
    types: tuple[str, ...]
    from_ms: int | None = None
    to_ms: int | None = None
    paid_from_ms: int | None = None
    paid_before_ms: int | None = None
    payment_order_id: int | None = None
    sub_type: str | None = None


@dataclass(frozen=True, slots=True)
class Bodies:
    """One page: how many rows match in all, and the ready JSON of those on the page."""

    total: int
    fragments: list[bytes]


def next_entry_no(world: World) -> int:
    """The number the next row of the world takes."""
    found = world.store.row("SELECT COALESCE(MAX(entry_no), 0) + 1 FROM ledger_entry")
    assert found is not None
    return int(found[0])


def add_entries(world: World, entries: Iterable[Entry]) -> None:
    """Write new rows, each with its documented JSON."""
    places = ", ".join("?" * (len(NAMES) + 1))
    world.store.executemany(
        f"INSERT INTO ledger_entry ({COLUMNS}, body) VALUES ({places})",
        ((*_values(entry), drawn(world, entry)) for entry in entries),
    )


def redraw_paid(world: World, payment_order_id: int) -> None:
    """Draw the rows of a payment order again, after it was written into them."""
    paid = world.store.rows(
        f"SELECT {COLUMNS} FROM ledger_entry WHERE payment_order_id = ?", (payment_order_id,)
    )
    world.store.executemany(
        "UPDATE ledger_entry SET body = ? WHERE entry_no = ?",
        ((drawn(world, entry), entry.entry_no) for entry in (Entry(*row) for row in paid)),
    )


def drawn(world: World, entry: Entry) -> bytes:
    """The documented JSON of a row."""
    return world.renderers["entry"](entry, world.decisions)


def find_entries(world: World, query: LedgerQuery, now_ms: int, offset: int, limit: int) -> Bodies:
    """A page of the rows that match and have happened by ``now_ms``, the newest transaction first."""
    where, values = _condition(query, now_ms)
    counted = world.store.row(f"SELECT COUNT(*) FROM ledger_entry WHERE {where}", values)
    assert counted is not None
    # The inner query sorts row numbers, so that a page of several types never sorts bodies.
    found = world.store.rows(
        "SELECT body FROM ledger_entry WHERE entry_no IN (SELECT entry_no FROM ledger_entry"
        f" WHERE {where} ORDER BY transaction_at_ms DESC, entry_no DESC LIMIT ? OFFSET ?)"
        " ORDER BY transaction_at_ms DESC, entry_no DESC",
        (*values, limit, offset),
    )
    return Bodies(int(counted[0]), [body for (body,) in found])


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
        ("payment_at_ms >= ?", query.paid_from_ms),
        ("payment_at_ms < ?", query.paid_before_ms),
        ("payment_order_id = ?", query.payment_order_id),
        ("(type <> 'deduction_invoices' OR sub_type = ?)", query.sub_type),
    ):
        if value is not None:
            yield sql, (value,)
