"""Keeps a copy of Trendyol's settlement rows of the last 75 days in SQLite.

Verbs: `sync` reads the whole window and replaces the copy in one transaction, `export settlements` prints
the copy as one JSON object a line, `reset` forgets it. Exit 0: done; 1: not done, the copy is what it was.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx

SLICE_MS = 15 * 86_400_000  # the widest span that one request may ask for
SLICES = 5  # 75 days
PAGE_SIZE = 1000  # only 500 and 1000 are allowed
CALL_INTERVAL = 0.65  # seconds between calls: 100 a minute for finance, 50 in 10 seconds for all
ANSWER_SECONDS = 20.0  # a single answer may take this long
PROMPT_SECONDS = 2.0  # an answer within this time does not count as waiting
WAIT_BUDGET = 49.0  # seconds that a run may lose to refusals and slow answers
BACKOFF = (0.0, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0)  # the pauses before the attempts at one page
MAX_SPLITS = 6
TURKISH_TYPES = (  # all in one request
    "Sale,Return,Discount,DiscountCancel,Coupon,CouponCancel,ProvisionPositive,ProvisionNegative,"
    "ManualRefund,ManualRefundCancel,TyDiscount,TyDiscountCancel,TyCoupon,TyCouponCancel,"
    "SellerRevenuePositive,SellerRevenueNegative,CommissionPositive,CommissionNegative,"
    "SellerRevenuePositiveCancel,SellerRevenueNegativeCancel,CommissionPositiveCancel,CommissionNegativeCancel,"
    "DeliveryFee,DeliveryFeeCancel,PayByLink"
)
INTERNATIONAL_QUERIES = ({"transactionType": "Sale"}, {"transactionType": "Return"})  # one type a request

Params = Mapping[str, str | int]


class Unfinished(Exception):
    """The run cannot be completed; the copy has to stay what it was."""


@dataclass(eq=False)
class TryAgain(Exception):
    """An answer that is worth asking for again, after `wait` seconds when the service named a time."""

    reason: str
    wait: float = 0.0


class Drifted(Exception):
    """The pages of one slice do not belong to one state of the ledger."""


FAULTS = (Unfinished, sqlite3.Error, OSError, httpx.InvalidURL, KeyError, ValueError, ArithmeticError)


@dataclass(frozen=True)
class Settlement:
    """One settlement row as it is kept; money is exact decimal text. The field names are the vendor's."""

    id: str
    transactionType: str | None
    transactionDate: int | None
    orderNumber: str | None
    barcode: str | None
    debt: str | None
    credit: str | None
    commissionAmount: str | None
    sellerRevenue: str | None
    paymentOrderId: int | None
    paymentDate: int | None


Rows = dict[str, Settlement]
Page = tuple[list[Settlement], int, int]  # its rows, the rows of all pages, the number of pages


@dataclass
class Link:
    """The connection to the service, the moment of its last call, and the seconds lost by waiting."""

    client: httpx.Client
    last_call: float = float("-inf")
    lost: float = 0.0


def text(value: Any) -> str | None:
    """Give identifiers and labels as text, also when they were sent as a number."""
    return None if value is None else str(value)


def whole(value: Any) -> int | None:
    """Give an int64, or nothing."""
    return None if value is None else int(value)


def money(value: Any) -> str | None:
    """Give an amount as plain decimal text, digits as served."""
    if value is None:
        return None
    amount = Decimal(str(value))
    if not amount.is_finite():
        raise ValueError(f"not an amount: {value!r}")
    return format(amount, "f")


def parse_row(row: dict[str, Any]) -> Settlement:
    """Take what is kept of a served row; only the id has to be there."""
    if row.get("id") in (None, ""):
        raise ValueError("a row without id")
    return Settlement(
        id=str(row["id"]),
        transactionType=text(row.get("transactionType")),
        transactionDate=whole(row.get("transactionDate")),
        orderNumber=text(row.get("orderNumber")),
        barcode=text(row.get("barcode")),
        debt=money(row.get("debt")),
        credit=money(row.get("credit")),
        commissionAmount=money(row.get("commissionAmount")),
        sellerRevenue=money(row.get("sellerRevenue")),
        paymentOrderId=whole(row.get("paymentOrderId")),
        paymentDate=whole(row.get("paymentDate")),
    )


def parse_page(body: bytes, number: int) -> Page:
    """Read a page; what is not the page that was asked for is worth another try."""
    try:
        answer = json.loads(body, parse_float=Decimal)
        if answer.get("page", number) != number:
            raise ValueError(f"page {answer['page']} came instead of {number}")
        total = int(answer["totalElements"])
        pages = int(answer.get("totalPages") or -(-total // PAGE_SIZE))
        return [parse_row(row) for row in answer.get("content") or []], total, pages
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
        raise TryAgain(f"unreadable answer: {error!r}") from error


def receive(link: Link, params: Params, seconds: float) -> bytes:
    """Ask once and return the body of a 200, whole and within the given seconds."""
    deadline = time.monotonic() + seconds
    body = bytearray()
    try:
        with link.client.stream("GET", "settlements", params=params, timeout=seconds) as response:
            status = response.status_code
            if status == 429 or status >= 500:
                asked = response.headers.get("Retry-After", "")
                raise TryAgain(f"HTTP {status}", float(asked) if asked.isdecimal() else 0.0)
            for chunk in response.iter_bytes():
                body += chunk
                if time.monotonic() > deadline:
                    raise TryAgain("the answer took too long")
    except httpx.RequestError as error:
        raise TryAgain(f"no whole answer: {error!r}") from error
    if status != 200:
        raise Unfinished(f"refused with HTTP {status}: {body[:300].decode(errors='replace')}")
    return bytes(body)


def attempt(link: Link, params: Params, number: int) -> Page:
    """Ask once for a page at the allowed pace, and book the time lost by it."""
    time.sleep(max(0.0, link.last_call + CALL_INTERVAL - time.monotonic()))
    started = link.last_call = time.monotonic()
    try:
        return parse_page(receive(link, params, min(ANSWER_SECONDS, WAIT_BUDGET + 1 - link.lost)), number)
    finally:
        link.lost += max(0.0, time.monotonic() - started - PROMPT_SECONDS)


def get_page(link: Link, query: Params, start: int, end: int, number: int) -> Page:
    """Get one page, repeating what may pass for as long as the run can afford to wait."""
    params: Params = {**query, "startDate": start, "endDate": end, "page": number, "size": PAGE_SIZE}
    asked, reason = 0.0, "the service is too slow"
    for backoff in BACKOFF:
        wait = max(backoff, asked)
        if link.lost + wait > WAIT_BUDGET:
            break
        time.sleep(wait)
        link.lost += wait
        try:
            return attempt(link, params, number)
        except TryAgain as failure:
            asked, reason = failure.wait, failure.reason
    raise Unfinished(f"gave up: {reason}")


def read_pages(link: Link, query: Params, start: int, end: int) -> Rows:
    """Read all pages of a slice; they must agree on the total and hold exactly that many rows."""
    content, total, pages = get_page(link, query, start, end, 0)
    rows = {row.id: row for row in content}
    for number in range(1, pages):
        content, now, pages_now = get_page(link, query, start, end, number)
        if (now, pages_now) != (total, pages) or not content:
            raise Drifted(f"the total went from {total} to {now}")
        rows.update((row.id, row) for row in content)
    if len(rows) != total:
        raise Drifted(f"{len(rows)} rows of {total}")
    return rows


def read_slice(link: Link, query: Params, start: int, end: int, splits: int = MAX_SPLITS) -> Rows:
    """Read a slice; when it moves meanwhile, read its halves, which are shorter and sooner at rest."""
    try:
        return read_pages(link, query, start, end)
    except Drifted as drift:
        if splits == 0:
            raise Unfinished(f"the ledger does not come to rest: {drift}") from drift
    middle = (start + end) // 2
    older = read_slice(link, query, start, middle, splits - 1)
    return older | read_slice(link, query, middle, end, splits - 1)


def open_client(environment: Mapping[str, str], storefront: str) -> httpx.Client:
    """Make the client with the headers of the edition; it takes nothing from the process environment."""
    seller = environment["TRENDYOL_SELLER_ID"]
    headers = {"User-Agent": f"{seller} - SelfIntegration"}
    if storefront:
        headers["storeFrontCode"] = storefront
    account = environment["TRENDYOL_API_KEY"], environment["TRENDYOL_API_SECRET"]
    base = f"{environment['TRENDYOL_BASE_URL'].rstrip('/')}/integration/finance/che/sellers/{seller}"
    return httpx.Client(base_url=base, auth=account, headers=headers, trust_env=False)


def read_ledger(environment: Mapping[str, str]) -> Rows:
    """Read the window, by row id; slices share their edges, so that no row falls between them."""
    now_ms = int(environment["TRENDYOL_NOW_MS"])
    storefront = environment.get("TRENDYOL_STOREFRONT", "").strip()
    rows: Rows = {}
    with open_client(environment, storefront) as client:
        link = Link(client)
        for start in range(now_ms - SLICES * SLICE_MS, now_ms, SLICE_MS):
            for query in INTERNATIONAL_QUERIES if storefront else [{"transactionTypes": TURKISH_TYPES}]:
                rows |= read_slice(link, query, start, start + SLICE_MS)
    return rows


def open_store(path: Path) -> sqlite3.Connection:
    """Open the store, making it when it is not there."""
    database = sqlite3.connect(path, timeout=30)
    database.execute(
        "CREATE TABLE IF NOT EXISTS settlements (id TEXT PRIMARY KEY, transactionType TEXT,"
        " transactionDate INTEGER, orderNumber TEXT, barcode TEXT, debt TEXT, credit TEXT,"
        " commissionAmount TEXT, sellerRevenue TEXT, paymentOrderId INTEGER, paymentDate INTEGER)"
    )
    return database


def sync(environment: Mapping[str, str], path: Path) -> None:
    """Read everything, then replace the copy at once: ids may be re-keyed, so no old row is kept."""
    rows = read_ledger(environment)
    columns = ", ".join(f":{field.name}" for field in fields(Settlement))
    with closing(open_store(path)) as database, database:
        database.execute("DELETE FROM settlements")
        database.executemany(f"INSERT INTO settlements VALUES ({columns})", map(vars, rows.values()))


def export(kind: str, path: Path) -> None:
    """Print the kept rows of a kind; nothing for a kind that is not kept."""
    if kind != "settlements" or not path.exists():
        return
    with closing(open_store(path)) as database:
        database.row_factory = sqlite3.Row
        for row in database.execute("SELECT * FROM settlements ORDER BY transactionDate, id"):
            print(json.dumps(dict(row)))


def reset(path: Path) -> None:
    """Forget everything."""
    path.unlink(missing_ok=True)
    Path(f"{path}-journal").unlink(missing_ok=True)


def main(arguments: list[str], environment: Mapping[str, str]) -> int:
    """Do what the verb says and return the exit code."""
    try:
        path = Path(environment["CLIENT_STORE"])
        match arguments:
            case ["sync"]:
                sync(environment, path)
            case ["export", kind]:
                export(kind, path)
            case ["reset"]:
                reset(path)
            case _:
                raise Unfinished("usage: sync | export KIND | reset")
    except FAULTS as fault:
        print(f"not done: {fault!r}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
