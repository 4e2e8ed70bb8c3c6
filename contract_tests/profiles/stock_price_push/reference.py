"""Stock and prices of a shop, pushed as they change: a thousand rows a call, each batch read to its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract_tests.clients.account import desired_rows
from contract_tests.clients.client import Client, SyncContext
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace, read_marketplace
from contract_tests.clients.problems import Lost, Passing, Problem, Refused
from contract_tests.clients.protocol import Row
from contract_tests.clients.session import AUTH_REFUSAL, FORBIDDEN
from contract_tests.profiles.stock_price_push.batches import READING, Reading, follow_batch, read_back
from contract_tests.profiles.stock_price_push.pushes import (
    DUE,
    FAILED_STATE,
    PENDING,
    UNCLEAR,
    item_of,
    save_rows,
    saved_rows,
    stock_rows,
    take_wants,
)

# docs/stok-ve-fiyat-güncelleme-updatepriceandinventory-1, D.
MOST_ITEMS, MOST_STOCK = 1_000, 20_000


def push(market: Marketplace, items: list[Row]) -> str:
    """Send items once, and give the id of their batch.

    Errors: Lost when nobody knows whether it was queued, Passing and Refused when it was not.
    """
    path = f"/integration/inventory/sellers/{market.account.seller_id}/products/price-and-inventory"
    return str(market.service.write(path, {"items": items})["batchRequestId"])


def no_item_can_fail(item: Row) -> bool:
    """Whether an item keeps the documented limits; what does not is never sent."""
    return 0 <= int(item.get("quantity", 0)) <= MOST_STOCK and float(item.get("salePrice", 1)) > 0


def nothing_first(_market: Marketplace, _copy: LocalCopy) -> None:
    """Go on at once."""


@dataclass(frozen=True, slots=True)
class Steps:
    """What a shop may do its own way."""

    item_of: Callable[[Row], Row] = item_of
    """Writes the item of a row, without its barcode; empty where there is nothing to send."""

    may_be_sent: Callable[[Row], bool] = no_item_can_fail
    """Says whether an item is worth sending."""

    push: Callable[[Marketplace, list[Row]], str] = push
    """Sends the items of one request."""

    items_at_once: int = MOST_ITEMS
    """How many items go into one request."""

    reading: Reading = READING
    """Reads the results."""

    follow_batch: Callable[[Marketplace, str, list[Row], Reading], list[Row]] = follow_batch
    """Looks at a batch, and says what became of its rows."""

    before_push: Callable[[Marketplace, LocalCopy], None] = nothing_first
    """Does something before rows are sent."""

    read_back: Callable[[Marketplace, list[Row]], list[Row]] = read_back
    """Finds out what became of pushes that nobody can tell."""

    take_wants: Callable[[LocalCopy, list[Row]], list[Row]] = take_wants
    """Takes over what the shop wants."""

    waits_for_batches: bool = True
    """Whether rows of a waiting batch are left alone until it is done."""


STEPS = Steps()


def sync_stock(market: Marketplace, wants: list[Row], copy: LocalCopy, steps: Steps = STEPS) -> None:
    """Settle what earlier runs left, send what has changed, and see what became of it.

    Errors: Problem at the end while a row has failed or is unclear; what became of each is saved.
    """
    steps.take_wants(copy, wants)
    old_batches = follow_batches(market, copy, steps)
    settle_unclear(market, copy, steps)
    steps.before_push(market, copy)
    rows = [row for row in saved_rows(copy).values() if is_due(row, steps)]
    for some in chunks(rows, steps.items_at_once):
        send(market, copy, some, steps)
    follow_batches(market, copy, steps, old_batches)
    report(saved_rows(copy))


def is_due(row: Row, steps: Steps) -> bool:
    """Whether a row is to be sent now."""
    return row["state"] == DUE or (row["state"] == PENDING and not steps.waits_for_batches)


def follow_batches(
    market: Marketplace, copy: LocalCopy, steps: Steps, skipped_ids: frozenset[str] = frozenset()
) -> frozenset[str]:
    """Look at every batch that rows wait in, but for those that are skipped; name them."""
    by_batch: dict[str, list[Row]] = {}
    for row in saved_rows(copy).values():
        if row["state"] == PENDING and row.get("batch") not in skipped_ids:
            by_batch.setdefault(row["batch"], []).append(row)
    for batch_id, rows in by_batch.items():
        save_rows(copy, steps.follow_batch(market, batch_id, rows, steps.reading))
    return frozenset(by_batch)


def settle_unclear(market: Marketplace, copy: LocalCopy, steps: Steps) -> None:
    """Read back the rows of lost answers and expired results."""
    rows = [row for row in saved_rows(copy).values() if row["state"] == UNCLEAR]
    if rows:
        save_rows(copy, steps.read_back(market, rows))


def send(market: Marketplace, copy: LocalCopy, rows: list[Row], steps: Steps) -> None:
    """Send rows in one request; they are saved as unclear before, for a run may die in between.

    Errors: Refused when the session is locked out.
    """
    items = {row["barcode"]: steps.item_of(row) for row in rows}
    save_rows(copy, (row for row in rows if not steps.may_be_sent(items[row["barcode"]])), state=FAILED_STATE)
    rows = [row for row in rows if items[row["barcode"]] and steps.may_be_sent(items[row["barcode"]])]
    if not rows:
        return
    rows = [{**row, "sent": items[row["barcode"]]} for row in rows]
    save_rows(copy, rows, state=UNCLEAR)
    try:
        batch_id = steps.push(market, [{"barcode": row["barcode"], **row["sent"]} for row in rows])
        save_rows(copy, rows, state=PENDING, batch=batch_id)
    except Lost:
        return
    except Passing:
        save_rows(copy, rows, state=DUE, sent={})
    except Refused as problem:
        refuse(copy, rows, problem)


def refuse(copy: LocalCopy, rows: list[Row], problem: Refused) -> None:
    """Save rows of a refused request: one that repeats an earlier one stays unclear, all else has failed.

    Errors: the refusal itself when the session is locked out.
    """
    if problem.status in (AUTH_REFUSAL, FORBIDDEN):
        save_rows(copy, rows, state=DUE, sent={})
        raise problem
    if "15 dakika" not in str(problem) and "15 minutes" not in str(problem):
        save_rows(copy, rows, state=FAILED_STATE, sent={})


def report(rows: Mapping[str, Row]) -> None:
    """Say what is not as the shop wants it; a batch that waits is no problem.

    Errors: Problem.
    """
    states = {code: row["state"] for code, row in rows.items()}
    not_set = (DUE, FAILED_STATE, UNCLEAR)
    problems = [f"{code}: {state}" for code, state in states.items() if state in not_set]
    if problems:
        raise Problem("\n".join(problems))


def chunks(rows: list[Row], size: int) -> Iterator[list[Row]]:
    """Cut rows into requests."""
    return (rows[start : start + size] for start in range(0, len(rows), size))


def client(steps: Steps = STEPS, **changes: Any) -> Client:
    """Make a client that pushes what the shop wants."""

    def sync(context: SyncContext) -> None:
        wants = desired_rows(context.environment)
        read_marketplace(context, lambda market: sync_stock(market, wants, context.copy, steps))

    return Client(sync, {"stock": stock_rows}, **changes)


REFERENCE = client()
