"""Keeps a copy of a seller's order packages of the last 29 days (Trendyol v2/orders) in sqlite."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import sqlite3
import sys
import time
from collections import deque
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
HISTORY_MS = 29 * DAY_MS
WIDEST_MS = 7 * DAY_MS + 12 * HOUR_MS  # the service allows two weeks
PAGE_SIZE, REACHABLE = 200, 10_000  # of one query no more packages than that can be paged through
CALM_PER_MINUTE, FAST_PER_MINUTE = 30, 100  # lowest and highest tier of the published table
PER_TEN_SECONDS = 45  # 50 are allowed
ANSWER_SECONDS, TROUBLE_SECONDS = 20.0, 130.0  # of one answer; of all failures, over both readers
ATTEMPTS, READS_OF_A_WINDOW, MOST_LOOKUPS = 8, 3, 15
RETRIED = frozenset({408, 425, 429, 500, 502, 503, 504})


class SyncError(Exception):
    """The run cannot be finished."""


class BadAnswer(Exception):
    """An answer that is not what the service documents; worth another try."""


@dataclass(frozen=True)
class Package:
    """One package: its key, its last change and the row that we export."""

    id: int
    modified: int
    row: dict[str, Any]


@dataclass
class Pacer:
    """Keeps the limits of the endpoint (per ten seconds, per minute) and the pause after a 429."""

    per_minute: int = CALM_PER_MINUTE
    refused: bool = False
    open_at: float = 0.0
    sent: deque[float] = field(default_factory=lambda: deque(maxlen=FAST_PER_MINUTE))

    def hurry(self) -> None:
        """Much is to be read: go by the highest tier, unless the service has already refused."""
        self.per_minute = CALM_PER_MINUTE if self.refused else FAST_PER_MINUTE

    def hold(self, seconds: float) -> None:
        """After a 429: send nothing for a while; if we were above the lowest tier, keep to that one."""
        if sum(moment > time.monotonic() - 60 for moment in self.sent) > CALM_PER_MINUTE:
            self.refused, self.per_minute = True, CALM_PER_MINUTE
        self.open_at = max(self.open_at, time.monotonic() + seconds)

    def delay(self) -> float:
        """Seconds until the next request may leave."""
        limits = ((PER_TEN_SECONDS, 10.5), (self.per_minute, 60.5))
        ready = [self.sent[-count] + span for count, span in limits if len(self.sent) >= count]
        return max(self.open_at, *ready, 0.0) - time.monotonic()

    async def turn(self) -> None:
        """Wait for our turn and take it."""
        while (delay := self.delay()) > 0:
            await asyncio.sleep(delay)
        self.sent.append(time.monotonic())


def whole(value: object) -> int | None:
    """The value as a whole number, or None."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def units_of(lines: object) -> int | None:
    """Units of all lines, None when the answer does not tell."""
    if not isinstance(lines, list):
        return None
    counts = [whole(line.get("quantity")) if isinstance(line, dict) else None for line in lines]
    return None if None in counts else sum(count or 0 for count in counts)


def true_moment(order_date: int | None) -> str | None:
    """The order's moment: orderDate is the clock of GMT+3 written as an epoch, three hours ahead."""
    if order_date is None:
        return None
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=order_date - 3 * HOUR_MS)
    return moment.isoformat(timespec="milliseconds")


def parse_package(item: object, window_end: int) -> Package:
    """Read a package; what it does not tell is left out of the row."""
    key = whole(item.get("shipmentPackageId", item.get("id"))) if isinstance(item, dict) else None
    if not isinstance(item, dict) or key is None:
        raise BadAnswer("a package without its id")
    price = item.get("packageTotalPrice", item.get("totalPrice"))
    modified = whole(item.get("lastModifiedDate"))
    row = {
        "shipmentPackageId": key,
        "orderNumber": item.get("orderNumber"),
        "status": item.get("status"),
        "lastModifiedDate": modified,
        "orderedAt": true_moment(whole(item.get("orderDate"))),
        "totalPrice": format(price, "f") if isinstance(price, Decimal) else price,
        "quantity": units_of(item.get("lines")),
        "currency": item.get("currencyCode"),
    }
    told = {name: value for name, value in row.items() if value is not None}
    return Package(key, modified or window_end, told)


def parse_page(text: str, number: int, window_end: int) -> tuple[int, list[Package]]:
    """Read an answer of the list: the total and this page's packages; money stays decimal."""
    body = json.loads(text, parse_float=Decimal)
    page = body if isinstance(body, dict) else {}
    content, total = page.get("content"), whole(page.get("totalElements"))
    if not isinstance(content, list) or total is None or whole(page.get("page", number)) != number:
        raise BadAnswer("not the page that was asked for")
    return total, [parse_package(item, window_end) for item in content]


class Reader:
    """Reads windows, two at a time, into one picture of all packages."""

    def __init__(self, http: httpx.AsyncClient, seller: str, old: Mapping[int, Package], now_ms: int) -> None:
        """Begin with what the copy holds."""
        self.http, self.now_ms, self.path = http, now_ms, f"/integration/order/sellers/{seller}/v2/orders"
        self.pacer, self.two, self.lost = Pacer(), asyncio.Semaphore(2), 0.0
        self.old, self.packages, self.seen = old, dict(old), set[int]()

    async def page(self, query: Mapping[str, str | int], number: int) -> tuple[int, list[Package]]:
        """Ask for one page until it comes, patience ends or the refusal is final."""
        params, problem = {**query, "page": number, "size": PAGE_SIZE}, ""
        for attempt in range(ATTEMPTS):
            await self.pacer.turn()
            began, wait = time.monotonic(), min(2.0**attempt, 15.0)
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    answer = await self.http.get(self.path, params=params)
                if answer.status_code == 200:
                    return parse_page(answer.text, number, int(query.get("endDate", self.now_ms)))
                problem = f"status {answer.status_code}: {answer.text[:200]}"
                if answer.status_code not in RETRIED:
                    raise SyncError(problem)
                wait = float(whole(answer.headers.get("Retry-After")) or wait) + 0.2
                if answer.status_code == 429:
                    self.pacer.hold(wait)
            except (httpx.HTTPError, TimeoutError, ValueError, BadAnswer) as error:
                problem = f"{type(error).__name__} {error}"
            self.lost += time.monotonic() - began + wait
            if self.lost > TROUBLE_SECONDS:
                break
            await asyncio.sleep(wait)
        raise SyncError(f"gave up: {problem}")

    def take(self, packages: Iterable[Package]) -> None:
        """Keep the latest state of each package, whichever page it came from."""
        for package in packages:
            self.seen.add(package.id)
            known = self.packages.get(package.id, package)
            dated = "lastModifiedDate" in known.row and "lastModifiedDate" in package.row
            if not dated or package.modified >= known.modified:
                self.packages[package.id] = package

    async def all_pages(self, query: Mapping[str, str | int]) -> tuple[bool, int]:
        """Read all pages, or only the first of too many: whether nothing moved meanwhile, and the total."""
        total, found = await self.page(query, 0)
        keys, steady, count = {package.id for package in found}, total <= REACHABLE, -(-total // PAGE_SIZE)
        self.take(found)
        if count > CALM_PER_MINUTE // 2:
            self.pacer.hurry()
        for number in range(1, count if steady else 1):
            now_total, found = await self.page(query, number)
            self.take(found)
            keys |= {package.id for package in found}
            steady = steady and now_total == total
        return steady and len(keys) == total, total

    async def window(self, start: int, end: int) -> None:
        """Read a window until it held still; one too full or too restless is cut in halves."""
        query: dict[str, str | int] = {
            "startDate": start,
            "endDate": end,
            "orderByField": "PackageLastModifiedDate",
            "orderByDirection": "DESC",
        }
        async with self.two:
            for _ in range(READS_OF_A_WINDOW):
                steady, total = await self.all_pages(query)
                if steady:
                    return
                if total > REACHABLE:
                    break
        if end - start < 4:
            raise SyncError(f"{total} packages around {start} cannot be read whole")
        middle = (start + end) // 2
        await self.window(start, middle)
        await self.window(middle - 1, end)  # whether the ends count is not documented

    async def read(self) -> bool:
        """Read all; the newest window last, as what moves, moves there. True if all we held was shown."""
        *older, newest = plan_windows(self.now_ms)
        async with asyncio.TaskGroup() as group:
            for window in older:
                group.create_task(self.window(*window))
        await self.window(*newest)
        lost = {str(one.row.get("orderNumber", "")) for key, one in self.old.items() if key not in self.seen}
        for number in sorted(lost)[:MOST_LOOKUPS]:
            await self.all_pages({"orderNumber": number})
        return self.old.keys() <= self.seen


def plan_windows(now_ms: int) -> list[tuple[int, int]]:
    """Windows over 29 days, oldest first; four hours ahead at the end, as dates may be meant in GMT+3."""
    start, newest = now_ms - HISTORY_MS - HOUR_MS, now_ms - DAY_MS
    count = -(-(newest - start) // WIDEST_MS)
    edges = [start + (newest - start) * step // count for step in range(count + 1)] + [now_ms + 4 * HOUR_MS]
    return [(begin - 1, end) for begin, end in itertools.pairwise(edges)]


def read_now(environment: Mapping[str, str]) -> int:
    """The world's time in epoch milliseconds."""
    return int(environment.get("TRENDYOL_NOW_MS") or time.time() * 1000)


def open_store(path: str) -> sqlite3.Connection:
    """Open the copy, making it when it is new."""
    store = sqlite3.connect(path)
    store.execute("CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, modified INTEGER, row TEXT)")
    return store


def held(store: sqlite3.Connection, now_ms: int) -> dict[int, Package]:
    """The packages of the copy whose last change is not older than 29 days."""
    rows = store.execute("SELECT * FROM orders WHERE modified >= ? ORDER BY id", (now_ms - HISTORY_MS,))
    return {key: Package(key, modified, json.loads(row)) for key, modified, row in rows}


async def read_all(environment: Mapping[str, str], old: Mapping[int, Package]) -> tuple[list[Package], bool]:
    """All packages but those not yet paid for, and whether each one that we held was shown."""
    seller, storefront = environment["TRENDYOL_SELLER_ID"], environment.get("TRENDYOL_STOREFRONT")
    extra = {"storeFrontCode": storefront} if storefront else {}
    headers = {"User-Agent": f"{seller} - SelfIntegration", **extra}
    auth = httpx.BasicAuth(environment["TRENDYOL_API_KEY"], environment["TRENDYOL_API_SECRET"])
    async with httpx.AsyncClient(
        base_url=environment["TRENDYOL_BASE_URL"],
        auth=auth,
        headers=headers,
        timeout=ANSWER_SECONDS,
        trust_env=False,
    ) as http:
        reader = Reader(http, seller, old, read_now(environment))
        confirmed = await reader.read()
    return [one for one in reader.packages.values() if one.row.get("status") != "Awaiting"], confirmed


def sync(environment: Mapping[str, str]) -> None:
    """One synchronisation; the copy is replaced in one transaction, and only when all windows were read."""
    with closing(open_store(environment["CLIENT_STORE"])) as store:
        try:
            packages, confirmed = asyncio.run(read_all(environment, held(store, read_now(environment))))
        except ExceptionGroup as group:
            raise SyncError("; ".join(str(error) for error in group.exceptions)) from group
        with store:
            store.execute("DELETE FROM orders")
            store.executemany(
                "INSERT INTO orders VALUES (?, ?, ?)",
                ((one.id, one.modified, json.dumps(one.row, default=str)) for one in packages),
            )
    if not confirmed:
        raise SyncError("packages that we hold were neither listed nor found by their order number")


def main(arguments: list[str], environment: Mapping[str, str]) -> int:
    """Do what the verb says; 0 when it is done."""
    try:
        match arguments:
            case ["sync"]:
                sync(environment)
            case ["export", kind]:
                if kind == "orders" and Path(environment["CLIENT_STORE"]).exists():
                    with closing(open_store(environment["CLIENT_STORE"])) as store:
                        for package in held(store, read_now(environment)).values():
                            print(json.dumps(package.row))
            case ["reset"]:
                for ending in ("", "-journal"):
                    Path(environment["CLIENT_STORE"] + ending).unlink(missing_ok=True)
            case _:
                raise SyncError("usage: client.py sync | export KIND | reset")
    except (SyncError, sqlite3.Error, OSError, KeyError, ValueError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
