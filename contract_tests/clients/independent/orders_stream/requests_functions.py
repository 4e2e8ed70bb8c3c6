"""Keeps a copy of a Trendyol seller's shipment packages, read from the order stream service.

Verbs: sync, export KIND, reset. The copy is one sqlite file at CLIENT_STORE. One synchronisation is one
transaction: a run that cannot be finished leaves the copy as it was.
"""

import json
import os
import sqlite3
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import requests

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
SPAN_MS = 29 * DAY_MS + 12 * HOUR_MS  # how far back the copy reaches
WINDOW_MS = 10 * DAY_MS  # the service takes at most 14 days
SEAM_MS = 60_000  # windows overlap: whether their ends are inclusive is not documented
OVERLAP_MS = 3 * DAY_MS  # read again each run: the vendor has shown orders late
ORDER_DATE_SHIFT_MS = 3 * HOUR_MS  # orderDate alone is a GMT+3 clock written as epoch
PAGE_SIZE = 200
CALL_SECONDS = 20.0
LEAST_PAUSE = 0.22  # 50 calls in 10 seconds are allowed
Row = dict[str, Any]
SCHEMA = """
CREATE TABLE IF NOT EXISTS packages (id INTEGER PRIMARY KEY, modified INTEGER, row TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""
# An older version of a package never replaces a newer one; the same version may be corrected.
UPSERT = """
INSERT INTO packages VALUES (?, ?, ?)
ON CONFLICT (id) DO UPDATE SET modified = excluded.modified, row = excluded.row
WHERE packages.modified IS NULL OR excluded.modified IS NULL OR excluded.modified >= packages.modified
"""


class Refused(Exception):
    """The run cannot be finished now."""


class Unsettled(Exception):
    """One call failed in a way that another try may cure: the reason, and the wait that was asked for."""


class BrokenStream(Exception):
    """The cursor is no longer good: the window has to be streamed anew."""


@dataclass
class Run:
    """What one synchronisation works with: the connection, the clock and the patience that is left."""

    session: requests.Session
    url: str
    now_ms: int
    pause: float
    started: float = field(default_factory=time.monotonic)
    last_call: float | None = None
    calm_left: float = 25.0  # seconds for the recommended pause; after that only the hard limit holds
    trouble_left: float = 40.0  # seconds for failed calls and for waits after them
    pages: int = 0

    def world_ms(self) -> int:
        """Return the world's time now, one millisecond ahead in case that ends are exclusive."""
        return self.now_ms + int((time.monotonic() - self.started) * 1000) + 1


def open_run(environment: Mapping[str, str]) -> Run:
    """Prepare the connection from the settings."""
    seller = environment["TRENDYOL_SELLER_ID"]
    session = requests.Session()
    session.trust_env = False
    session.auth = (environment["TRENDYOL_API_KEY"], environment["TRENDYOL_API_SECRET"])
    session.headers.update({"User-Agent": f"{seller} - SelfIntegration", "Accept": "application/json"})
    if environment.get("TRENDYOL_STOREFRONT"):
        session.headers["storeFrontCode"] = environment["TRENDYOL_STOREFRONT"]
    base = environment["TRENDYOL_BASE_URL"].rstrip("/")
    url = f"{base}/integration/order/sellers/{seller}/orders/stream"
    now_ms = int(environment.get("TRENDYOL_NOW_MS") or time.time() * 1000)
    return Run(session, url, now_ms, max(float(environment.get("CLIENT_PAUSE_SECONDS") or 5), LEAST_PAUSE))


def keep_pace(run: Run) -> None:
    """Wait until the next call is due; the recommended pause gives way when a reading is long."""
    if run.last_call is None:
        return
    passed = time.monotonic() - run.last_call
    pause = run.pause if run.calm_left >= run.pause else LEAST_PAUSE
    if pause > passed:
        time.sleep(pause - passed)
        run.calm_left -= pause - passed


def call_once(run: Run, query: Mapping[str, str]) -> dict[str, Any]:
    """Ask for one page and check that it is one."""
    options: dict[str, Any] = {"timeout": CALL_SECONDS, "stream": True, "allow_redirects": False}
    try:
        with run.session.get(run.url, params=query, **options) as answer:
            body, until = b"", time.monotonic() + CALL_SECONDS
            for chunk in answer.iter_content(1024):
                body += chunk
                if time.monotonic() > until:
                    raise Unsettled("the answer trickles")
    except requests.RequestException as error:
        raise Unsettled(f"no whole answer: {error}") from error
    finally:
        run.last_call = time.monotonic()
    status, text = answer.status_code, body[:300].decode(errors="replace")
    if status in (408, 425, 429) or status >= 500:
        asked = answer.headers.get("Retry-After", "").strip()
        raise Unsettled(f"HTTP {status}: {text}", *([float(asked)] if asked.isdecimal() else []))
    if status == 400 and "nextCursor" in query:
        raise BrokenStream(text)
    if status != 200:
        raise Refused(f"HTTP {status}: {text}")
    try:
        page = json.loads(body, parse_float=Decimal, parse_constant=str)
    except ValueError as error:
        raise Unsettled(f"not JSON: {text}") from error
    is_page = isinstance(page, dict) and isinstance(page.get("content"), list)
    if not is_page or not isinstance(page.get("hasMore", False), bool):
        raise Unsettled(f"not a page: {text}")
    run.pages += 1
    return dict(page)


def call(run: Run, query: Mapping[str, str]) -> dict[str, Any]:
    """Ask for one page, again after what may pass, within the patience of the run."""
    attempt = 0
    while True:
        keep_pace(run)
        began = time.monotonic()
        try:
            return call_once(run, query)
        except Unsettled as error:
            wait: float = error.args[1] if len(error.args) > 1 else 2.0**attempt
            run.trouble_left -= time.monotonic() - began
            if wait > run.trouble_left:
                raise Refused(error.args[0]) from error
            run.trouble_left -= wait
            time.sleep(wait)
            attempt += 1


def stream_pages(run: Run, filters: Mapping[str, str]) -> Iterator[list[Row]]:
    """Yield the pages of one stream; the filters stay the same as long as its cursor is used."""
    cursor, seen = "", set[str]()
    while True:
        page = call(run, {**filters, "nextCursor": cursor} if cursor else filters)
        yield page["content"]
        cursor = page.get("nextCursor") or ""
        if not page.get("hasMore", bool(cursor)):
            return
        if not isinstance(cursor, str) or not cursor or cursor in seen:
            raise BrokenStream("more is announced, but no new cursor")
        seen.add(cursor)


def window_packages(run: Run, start: int, end: int) -> Iterator[Row]:
    """Yield the rows of one window, some of them twice when the stream had to be begun anew."""
    filters = {"size": str(PAGE_SIZE), "lastModifiedStartDate": str(start), "lastModifiedEndDate": str(end)}
    for _ in range(3):
        try:
            for content in stream_pages(run, filters):
                yield from map(to_row, content)
            return
        except BrokenStream as error:
            reason = str(error)
    raise Refused(f"the stream breaks again and again: {reason}")


def changed_packages(run: Run, start: int) -> Iterator[Row]:
    """Yield what changed since start, old windows first, so that what moves up meanwhile is met later."""
    while start + WINDOW_MS < run.now_ms:
        yield from window_packages(run, start - SEAM_MS, start + WINDOW_MS)
        start += WINDOW_MS
    yield from window_packages(run, start - SEAM_MS, run.world_ms())
    if run.pages > 1:  # what changed while several pages were read has left the windows for the top
        yield from window_packages(run, run.now_ms - SEAM_MS, run.world_ms())


def whole(value: object) -> int | None:
    """Return an integer, also one written as text, or None for anything else."""
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def amount(value: object) -> str | None:
    """Return money as a plain decimal text, exactly as served."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        return f"{Decimal(value):f}"
    except ArithmeticError:
        return None


def true_moment(order_date: int | None) -> str | None:
    """Return the moment of an order in ISO 8601, without the three hours that orderDate is ahead."""
    if order_date is None:
        return None
    since_epoch = timedelta(milliseconds=order_date - ORDER_DATE_SHIFT_MS)
    return (datetime(1970, 1, 1, tzinfo=UTC) + since_epoch).isoformat(timespec="milliseconds")


def to_row(package: Row) -> Row:
    """Turn a package into a row without what is unknown; the names before 2026 are understood as well."""
    number = whole(package.get("shipmentPackageId"))
    number = whole(package.get("id")) if number is None else number
    if number is None:
        raise Refused("a package without its id")
    lines: list[Row] = package.get("lines") or []
    total = amount(package.get("packageTotalPrice"))
    quantities = [whole(line.get("quantity")) for line in lines]
    currencies = [item.get("currencyCode") for item in (package, *lines)]
    row = {
        "shipmentPackageId": number,
        "orderNumber": package.get("orderNumber"),
        "status": package.get("status"),
        "lastModifiedDate": whole(package.get("lastModifiedDate")),
        "orderedAt": true_moment(whole(package.get("orderDate"))),
        "totalPrice": amount(package.get("totalPrice")) if total is None else total,
        "quantity": sum(filter(None, quantities)) if lines and None not in quantities else None,
        "currency": next(filter(None, currencies), None),
    }
    return {name: value for name, value in row.items() if value is not None}


def open_store(path: Path) -> sqlite3.Connection:
    """Open the copy, made if it is not there yet, without a transaction of its own."""
    store = sqlite3.connect(path, timeout=20, isolation_level=None)
    store.execute("PRAGMA cache_spill = OFF")  # readers are not locked out while a long reading goes on
    store.executescript(SCHEMA)
    return store


def reading_start(store: sqlite3.Connection, now_ms: int) -> tuple[int, bool]:
    """Say from when to read and whether that is the whole span; forget a copy that cannot be continued."""
    state: dict[str, int] = dict(store.execute("SELECT name, value FROM state"))
    oldest, read_until = now_ms - SPAN_MS, state.get("read_until", 0)
    if read_until < oldest:
        store.execute("DELETE FROM packages")
    if read_until < oldest or now_ms - state["full_at"] >= DAY_MS:  # all of it once a day
        return oldest, True
    return max(oldest, min(read_until, now_ms) - OVERLAP_MS), False


def sync(environment: Mapping[str, str]) -> None:
    """Bring the copy up to date in one transaction, which also keeps a second run out."""
    run = open_run(environment)
    with run.session, closing(open_store(Path(environment["CLIENT_STORE"]))) as store:
        store.execute("BEGIN IMMEDIATE")
        start, is_full = reading_start(store, run.now_ms)
        for row in changed_packages(run, start):
            store.execute(UPSERT, (row["shipmentPackageId"], row.get("lastModifiedDate"), json.dumps(row)))
        for mark in ("read_until", "full_at") if is_full else ("read_until",):
            store.execute("INSERT OR REPLACE INTO state VALUES (?, ?)", (mark, run.now_ms))
        store.execute("COMMIT")  # closing without it takes everything back


def export(kind: str, path: Path) -> None:
    """Print the rows of a kind; unpaid packages are kept but not shown, unknown fields are left out."""
    if kind != "orders" or not path.exists():
        return
    with closing(open_store(path)) as store:
        for (text,) in store.execute("SELECT row FROM packages ORDER BY id"):
            if json.loads(text).get("status") != "Awaiting":
                print(text)


def main(arguments: list[str], environment: Mapping[str, str]) -> int:
    """Do one verb and return the exit code."""
    try:
        match arguments:
            case ["sync"]:
                sync(environment)
            case ["export", kind]:
                export(kind, Path(environment["CLIENT_STORE"]))
            case ["reset"]:
                for suffix in ("-journal", ""):
                    Path(environment["CLIENT_STORE"] + suffix).unlink(missing_ok=True)
            case _:
                raise ValueError("usage: client.py sync | export KIND | reset")
    except (Refused, sqlite3.Error, OSError, ValueError, KeyError, AttributeError, OverflowError) as error:
        print(f"not done: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
