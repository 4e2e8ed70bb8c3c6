"""Products brought into a listing: looked up, created, read back, followed until people have decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract_tests.clients.account import desired_rows
from contract_tests.clients.batches import LOOKS, is_gone, result_of, wait_for_look
from contract_tests.clients.client import Client, SyncContext
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace, read_marketplace
from contract_tests.clients.problems import Lost, Passing, Problem, Refused
from contract_tests.clients.protocol import Row
from contract_tests.clients.session import AUTH_REFUSAL, FORBIDDEN
from contract_tests.profiles.product_onboarding.items import changed_item, new_item
from contract_tests.profiles.product_onboarding.listing import read_listing, title_failed
from contract_tests.profiles.product_onboarding.lookups import Lookups, MakeLookups, Unknown, saved_lookups
from contract_tests.profiles.product_onboarding.saved_products import (
    KIND,
    has_failed,
    onboarding_rows,
    save_rows,
    saved_rows,
    state_of,
    take_wants,
)

# docs/ürün-yaratma-v2 and docs/ürün-silme-1, D.
MOST_ITEMS, DAY_MS = 1_000, 86_400_000
PRODUCTS = "/integration/product/sellers/{}"
# The method and address of each write.
WRITES: Mapping[str, tuple[str, str]] = {
    "create": ("POST", f"{PRODUCTS}/v2/products"),
    "change": ("POST", f"{PRODUCTS}/products/unapproved-bulk-update"),
    "change content": ("POST", f"{PRODUCTS}/products/content-bulk-update"),
    "archive": ("PUT", f"{PRODUCTS}/products/archive-state"),
    "bring back": ("PUT", f"{PRODUCTS}/products/archive-state"),
    "delete": ("DELETE", f"{PRODUCTS}/products"),
}


def next_write(row: Row, now_ms: int) -> str | None:
    """The write that brings a product nearer to what is wanted; None where it waits, or is there."""
    want, at = row["want"], row["at"]
    if row["batch"] or has_failed(row):
        return None
    if want["wanted"] == "listed":
        return _write_to_list(row)
    if at is None or (want["wanted"] == "archived" and at["state"] in ("pending", "rejected")):
        return None
    if at["state"] in ("pending", "rejected"):
        return "delete"
    if at["archived_ms"] is None:
        return "archive"
    may_go = want["wanted"] == "deleted" and now_ms - int(at["archived_ms"]) > DAY_MS
    return "delete" if may_go else None


def _write_to_list(row: Row) -> str | None:
    want, at = row["want"], row["at"]
    if at is None:
        return "create"
    if at["state"] == "archived":
        return "bring back"
    if at["title"] == want["title"]:
        return None
    if at["state"] in ("pending", "rejected"):
        return "change"
    return "change content" if row["asked_title"] != want["title"] else None


def item_of(write: str, row: Row, lookups: Lookups) -> Row:
    """The item of a write.

    Errors: Unknown.
    """
    want = row["want"]
    if write == "create":
        return new_item(want, lookups)
    if write == "change":
        return changed_item(want, lookups)
    if write == "change content":
        return {"contentId": row["at"]["contentId"], "title": want["title"]}
    states = {"archive": {"archived": True}, "bring back": {"archived": False}, "delete": {}}
    return {"barcode": row["barcode"], **states[write]}


def push(market: Marketplace, write: str, items: list[Row]) -> str:
    """Send items once, and give the id of their batch.

    Errors: Lost when nobody knows whether it was queued, Passing and Refused when it was not.
    """
    method, path = WRITES[write]
    body = {"items": items}
    answer = market.service.write(path.format(market.account.seller_id), body, method=method)
    return str(answer["batchRequestId"])


def outcomes(result: Any) -> dict[str, bool] | None:
    """Which items were done, by barcode or content; None while one is in progress."""
    items = result["items"]
    if any(item["status"] == "IN_PROGRESS" for item in items):
        return None
    return {code_of(item["requestItem"]): item["status"] == "SUCCESS" for item in items}


def code_of(item: Row) -> str:
    """What an item is about: a barcode, of changes of contents the content."""
    return str(item.get("barcode") or item.get("contentId"))


def follow_batch(market: Marketplace, batch_id: str, rows: list[Row], steps: Steps) -> list[Row]:
    """Look at a batch until it is done or patience ends; give its rows with what became of them."""
    for look in range(steps.looks):
        if look:
            wait_for_look(market, steps.pause_s)
        result = result_of(market, batch_id)
        if steps.is_gone(result):
            return [{**row, "batch": None, "unclear": True} for row in rows]
        by_code = steps.outcomes(result)
        if by_code is not None:
            return [_settled_row(row, is_done=by_code.get(row["sent_code"], False)) for row in rows]
    return rows


def _settled_row(row: Row, *, is_done: bool) -> Row:
    """A row whose batch is done."""
    new_row = {**row, "batch": None, "unclear": False}
    if is_done:
        return {**new_row, "created": row["write"] == "create"}
    return {**new_row, "failed_want": row["sent_want"]}


def forgive(row: Row) -> Row:
    """A row that is as it is wanted, whatever failed: the write before it had been done."""
    at = row["at"]
    if at is None or not has_failed(row) or row["want"]["wanted"] != "listed":
        return row
    is_there = at["state"] != "archived" and at["title"] == row["want"]["title"]
    return {**row, "failed_want": None} if is_there else row


@dataclass(frozen=True, slots=True)
class Steps:
    """What a shop may do its own way."""

    next_write: Callable[[Row, int], str | None] = next_write
    """Says which write a product needs."""

    item_of: Callable[[str, Row, Lookups], Row] = item_of
    """Writes the item of a product."""

    push: Callable[[Marketplace, str, list[Row]], str] = push
    """Sends the items of one request."""

    items_at_once: int = MOST_ITEMS
    """How many items go into one request."""

    pause_s: float | None = None
    """Seconds between two looks at a batch; None for those of the environment."""

    looks: int = LOOKS
    """How often a batch is looked at in one run."""

    outcomes: Callable[[Any], dict[str, bool] | None] = outcomes
    """Reads which items were done; None while one is in progress."""

    is_gone: Callable[[Any], bool] = is_gone
    """Reads whether a result has expired."""

    follow_batch: Callable[[Marketplace, str, list[Row], Steps], list[Row]] = follow_batch
    """Looks at a batch, and says what became of its rows."""

    read_listing: Callable[[Marketplace, Iterable[str]], dict[str, Row]] = read_listing
    """Reads where products stand."""

    take_wants: Callable[[LocalCopy, list[Row]], list[Row]] = take_wants
    """Takes over what the shop wants."""

    lookups: MakeLookups = saved_lookups
    """Looks names up."""


STEPS = Steps()


def sync_products(market: Marketplace, wants: list[Row], copy: LocalCopy, steps: Steps = STEPS) -> None:
    """Settle what earlier runs left, send what is missing, and see what became of it.

    Errors: Problem at the end while a product is not as it is wanted; what became of each is saved.
    """
    steps.take_wants(copy, wants)
    follow_batches(market, copy, steps)
    look_around(market, copy, steps)
    writes = write_what_is_due(market, copy, steps)
    if writes:
        follow_batches(market, copy, steps)
        look_around(market, copy, steps)
    report(saved_rows(copy))


def write_what_is_due(market: Marketplace, copy: LocalCopy, steps: Steps) -> int:
    """Send what each product needs; give how many did."""
    lookups = steps.lookups(market, copy)
    by_write: dict[str, list[Row]] = {}
    for row in saved_rows(copy).values():
        write = steps.next_write(row, market.account.now_ms)
        if write:
            by_write.setdefault(write, []).append(row)
    for write, rows in by_write.items():
        for some in chunks(rows, steps.items_at_once):
            send(market, copy, write, some, lookups, steps)
    return sum(map(len, by_write.values()))


def send(
    market: Marketplace, copy: LocalCopy, write: str, rows: list[Row], lookups: Lookups, steps: Steps
) -> None:
    """Send rows in one request; they are saved as unclear before, for a run may die in between.

    Errors: Refused when the session is locked out.
    """
    items: list[Row] = []
    sent_rows: list[Row] = []
    for row in rows:
        try:
            item = steps.item_of(write, row, lookups)
        except Unknown:
            save_rows(copy, [row], failed_want=row["want"])
            continue
        items.append(item)
        title = row["want"]["title"] if write == "change content" else row["asked_title"]
        facts = {"write": write, "sent_code": code_of(item), "sent_want": row["want"], "asked_title": title}
        sent_rows.append(row | facts)
    if items:
        save_rows(copy, sent_rows, unclear=True)
        _push_rows(market, copy, write, items, rows=sent_rows, steps=steps)


def _push_rows(
    market: Marketplace, copy: LocalCopy, write: str, items: list[Row], *, rows: list[Row], steps: Steps
) -> None:
    try:
        batch_id = steps.push(market, write, items)
        save_rows(copy, rows, batch=batch_id, unclear=False)
    except Lost:
        save_rows(copy, rows, unclear=True, asked_title=None)
    except Passing:
        save_rows(copy, rows, unclear=False, asked_title=None)
    except Refused as problem:
        if problem.status in (AUTH_REFUSAL, FORBIDDEN):
            save_rows(copy, rows, unclear=False, asked_title=None)
            raise
        for row in rows:
            save_rows(copy, [row], unclear=False, failed_want=row["want"])


def follow_batches(market: Marketplace, copy: LocalCopy, steps: Steps) -> None:
    """Look at every batch that rows wait in."""
    by_batch: dict[str, list[Row]] = {}
    for row in saved_rows(copy).values():
        if row["batch"]:
            by_batch.setdefault(row["batch"], []).append(row)
    for batch_id, rows in by_batch.items():
        save_rows(copy, steps.follow_batch(market, batch_id, rows, steps))


def look_around(market: Marketplace, copy: LocalCopy, steps: Steps) -> None:
    """Read where each product stands now, and what people said of changed titles."""
    rows = saved_rows(copy)
    listing = steps.read_listing(market, rows)
    for row in save_rows(copy, [forgive({**row, "at": listing.get(code)}) for code, row in rows.items()]):
        at, title = row["at"], row["want"]["title"]
        is_asked = row["asked_title"] == title and not row["batch"] and not has_failed(row)
        is_other = at is not None and at["contentId"] and at["title"] != title
        if is_asked and is_other and title_failed(market, at["contentId"], title):
            save_rows(copy, [row], failed_want=row["want"])


def report(rows: Mapping[str, Row]) -> None:
    """Say what is not as the shop wants it; what waits is no problem.

    Errors: Problem.
    """
    problems = [f"{code}: {problem}" for code, row in rows.items() if (problem := problem_of(row))]
    if problems:
        raise Problem("\n".join(problems))


def problem_of(row: Row) -> str:
    """Say what is wrong with a product; nothing of one that waits, or is as it is wanted."""
    state, goal = state_of(row), row["want"]["wanted"]
    if state in ("failed", "rejected", "unclear"):
        return state
    if goal == "listed" and state == "archived":
        return "it is archived"
    return "it was not sent" if state == "pending" and not row["batch"] and row["at"] is None else ""


def chunks(rows: list[Row], size: int) -> Iterator[list[Row]]:
    """Cut rows into requests."""
    return (rows[start : start + size] for start in range(0, len(rows), size))


def client(steps: Steps = STEPS, **changes: Any) -> Client:
    """Make a client that brings what the shop wants into its listing."""

    def sync(context: SyncContext) -> None:
        wants = desired_rows(context.environment)
        read_marketplace(context, lambda market: sync_products(market, wants, context.copy, steps))

    return Client(sync, {KIND: onboarding_rows}, **changes)


REFERENCE = client()
