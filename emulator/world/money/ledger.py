"""The current account of a seller: rows that are written once, read by window, and paid out later."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.world.accounts.sellers import Edition, Sellers
from emulator.world.core.listing import Listing
from emulator.world.core.plan import DAY_MS
from emulator.world.core.rendering import Rendering
from emulator.world.money.transaction_types import Amounts, TransactionType

if TYPE_CHECKING:
    from emulator.world.core.world import World


class Entry(NamedTuple):
    """One row of the current account.

    Units: names in ``_e4`` are ten-thousandths of the storefront's currency, ``_e2`` hundredths of a percent,
    ``_at_ms`` epoch milliseconds UTC; ``payment_period`` is days.
    """

    entry_no: int
    """The number of the row in its world, in the order of writing."""
    id: str
    """The transaction id that the seller reads; for an invoice it is the serial."""
    seller_id: int
    """Whose account it is."""
    storefront: str
    """On which storefront."""
    ledger: str
    """``settlement`` or ``other``: the service that lists it."""
    type: str
    """A name of transaction_types."""
    sub_type: str | None
    """What a deduction charges for; None for the type itself."""
    transaction_at_ms: int
    """When it was booked."""
    due_at_ms: int
    """From when on a payment order may pay it."""
    payment_at_ms: int | None
    """The payment date that the row shows, an estimate or by decision the day it was paid."""
    payment_order_id: int | None
    """The payment order that paid it, None before."""
    debt_e4: int
    """What the seller owes by it."""
    credit_e4: int
    """What the seller is owed by it."""
    net_e4: int
    """Its weight in a payout, signed."""
    barcode: str | None = None
    """What was sold."""
    receipt_id: int | None = None
    """The receipt of the order."""
    payment_period: int | None = None
    """How many days after the transaction it falls due."""
    commission_rate_e2: int | None = None
    """The commission rate of the sold line."""
    commission_e4: int | None = None
    """The commission on the amount."""
    commission_invoice: str | None = None
    """The serial of the commission invoice, where there is one."""
    revenue_e4: int | None = None
    """What the commission leaves."""
    order_number: str | None = None
    """The order it belongs to."""
    order_at_ms: int | None = None
    """When that order was placed."""
    shipment_package_id: int | None = None
    """The package that was delivered."""
    unit_no: int | None = None
    """Which unit of the package it is about, from 0; of a line that is one row, its first."""


@dataclass(frozen=True, slots=True)
class Account:
    """One seller's account on one storefront, for whoever writes rows into it.

    Shapes: ``id_base`` is added to drawn ids; ``numbers`` gives the entry number of each next row.
    """

    seller_id: int
    storefront: str
    edition: Edition
    id_base: int
    numbers: Iterator[int]


class Sale(NamedTuple):
    """What one row of a sale is about: a unit of a delivered package, or a whole line by decision.

    Units: ten-thousandths of the currency, hundredths of a percent, days, epoch milliseconds UTC.
    """

    order_number: str
    """The order that was placed."""
    package_id: int
    """The package that was delivered."""
    receipt_id: int
    """The receipt of the order."""
    ordered_ms: int
    """When the order was placed."""
    barcode: str
    """What was sold."""
    amount_e4: int
    """What it was sold for."""
    rate_e2: int
    """The commission rate."""
    period: int
    """How many days after the delivery it falls due."""
    unit: int
    """Which unit of the package it is, from 0; of a line that is one row, its first."""


# Ids of ordinary rows are their number above this: nine digits, as printed, and unique across types.
FIRST_ID = 725_041_000
ENTRY: Rendering[[Entry, Mapping[str, str]]] = Rendering("entry")
NAMES = Entry._fields
COLUMNS = ", ".join(NAMES)
INSERT_ENTRY = f"INSERT INTO ledger_entry ({COLUMNS}, body) VALUES ({', '.join('?' * (len(NAMES) + 1))})"


def account_of(world: World, listing: Listing) -> Account:
    """The account of a seller on a storefront, ready for its next row."""
    return Account(*listing, edition_of(world, listing), world.plan.id_base, count(next_entry_no(world)))


def edition_of(world: World, listing: Listing) -> Edition:
    """The edition whose types the account of a listing has."""
    return world.read(Sellers).by_id[listing.seller_id].edition


def entry(
    account: Account,
    kind: TransactionType,
    amounts: Amounts,
    at_ms: int,
    sale: Sale | None = None,
    *,
    sub_type: str | None = None,
    serial: str = "",
    payment_order_id: int | None = None,
) -> Entry:
    """The next row of an account: its kind, what it says of an amount, when, and of which sale.

    Shapes: a ``serial`` begins the id of an invoice, behind it stand the year and the entry number. A row of
    a sale falls due when its payment period is over, any other at once.
    """
    number = next(account.numbers)
    due_ms = at_ms if sale is None else at_ms + sale.period * DAY_MS
    return Entry(
        number,
        _invoice_id(serial, at_ms, number) if serial else str(account.id_base + FIRST_ID + number),
        account.seller_id,
        account.storefront,
        kind.ledger,
        kind.name,
        sub_type,
        at_ms,
        due_ms,
        None if sale is None else due_ms,
        payment_order_id,
        amounts.debt_e4,
        amounts.credit_e4,
        amounts.net_e4,
        *(() if sale is None else _of_sale(sale, amounts)),
    )


def _of_sale(sale: Sale, amounts: Amounts) -> tuple[Any, ...]:
    """What a row says of its sale, in the order of the fields."""
    return (
        sale.barcode,
        sale.receipt_id,
        sale.period,
        sale.rate_e2,
        amounts.commission_e4,
        None,
        amounts.revenue_e4,
        sale.order_number,
        sale.ordered_ms,
        sale.package_id,
        sale.unit,
    )


def _invoice_id(serial: str, at_ms: int, number: int) -> str:
    return f"{serial}{datetime.fromtimestamp(at_ms / 1000, UTC).year}{number:09d}"


def next_entry_no(world: World) -> int:
    """The number the next row of the world takes."""
    row = world.store.row("SELECT COALESCE(MAX(entry_no), 0) + 1 FROM ledger_entry")
    assert row is not None
    return int(row[0])


def add_entries(world: World, entries: Iterable[Entry]) -> None:
    """Write new rows, each with its documented JSON."""
    world.store.executemany(INSERT_ENTRY, ((*row, render(world, row)) for row in entries))


def add_blank_entries(world: World, entries: Iterable[Entry]) -> None:
    """Write the rows of a past that is still to be paid, without their documented JSON.

    Most of them change once more, when past weeks are paid; ``render_blank_rows`` renders the others.
    """
    world.store.executemany(INSERT_ENTRY, ((*row, b"") for row in entries))


def render_blank_rows(world: World) -> None:
    """Render the rows that were written without their documented JSON and have not been paid since."""
    render_rows(world, "body = ?", (b"",))


def render_paid_rows(world: World, payment_order_id: int) -> None:
    """Render the rows of a payment order again, after it was written into them."""
    render_rows(world, "payment_order_id = ?", (payment_order_id,))


def entries_where(world: World, condition: str, values: Sequence[Any]) -> list[Entry]:
    """The rows that a condition selects, in the order of writing."""
    sql = f"SELECT {COLUMNS} FROM ledger_entry WHERE {condition} ORDER BY entry_no"
    return [Entry(*row) for row in world.store.rows(sql, values)]


def render_rows(world: World, condition: str, values: Sequence[Any]) -> None:
    """Render the rows that a condition selects, after they have changed."""
    rows = entries_where(world, condition, values)
    world.store.executemany(
        "UPDATE ledger_entry SET body = ? WHERE entry_no = ?",
        ((render(world, row), row.entry_no) for row in rows),
    )


def render(world: World, row: Entry) -> bytes:
    """The documented JSON of a row."""
    return world.renderer(ENTRY)(row, world.decisions)
