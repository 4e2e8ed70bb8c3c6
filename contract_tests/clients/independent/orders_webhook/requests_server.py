"""Trendyol orders by webhook, reconciled by reading the order list: sync, listen, export KIND, reset.

What is kept is an SQLite database in the folder CLIENT_STORE: receiver and sync write to it in short
transactions, and which of two rows is newer is decided inside the transaction.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests

HOUR, DAY = 3_600_000, 86_400_000
PAGE_SIZE, MOST_RECORDS = 200, 10_000  # page * size has to stay inside 10,000
ORDER_DATE_SHIFT = timedelta(hours=3)  # orderDate is the Turkish clock written as epoch; other dates are real
RUN_BUDGET, PACE = 100.0, 0.22  # seconds: of a run, and between requests, so fewer than 50 in ten seconds
ATTEMPTS, MOST_BODY = 7, 8 * 1024 * 1024
RANK = {  # how far a status is: breaks the tie between two calls of one millisecond
    "Awaiting": 0, "Verified": 1, "Created": 2, "Picking": 3, "Invoiced": 4, "Shipped": 5, "UnDelivered": 6,
    "AtCollectionPoint": 6, "Delivered": 7, "Returned": 8, "Cancelled": 9, "UnSupplied": 9, "UnPacked": 9,
}  # fmt: skip
TABLES = (
    "packages (id INTEGER PRIMARY KEY, status TEXT, modified INTEGER, row TEXT, kept_at REAL)",
    "changes (id INTEGER, status TEXT, PRIMARY KEY (id, status))",
    "notes (name TEXT PRIMARY KEY, value TEXT)",
)


class Unfinished(Exception): ...  # the synchronisation cannot be brought to its end


class OutOfTime(Unfinished): ...  # and only because there is no time left to wait


def begin(environment: Mapping[str, str]) -> None:
    """What a run goes by: one process may have several."""
    global ENV, FOLDER, SELLER, STOREFRONT, HOOK_URL, HOOK_KEY
    ENV = environment
    FOLDER = Path(ENV.get("CLIENT_STORE") or "trendyol-store")
    SELLER = ENV.get("TRENDYOL_SELLER_ID", "")
    STOREFRONT = ENV.get("TRENDYOL_STOREFRONT", "")
    HOOK_URL, HOOK_KEY = ENV.get("CLIENT_WEBHOOK_URL", ""), ENV.get("CLIENT_WEBHOOK_KEY", "")


def say(*words: object) -> None:
    print(*words, file=sys.stderr, flush=True)


def json_of(text: bytes) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class Package:
    id: int
    status: str
    modified: int
    row: str

    @classmethod
    def of(cls, item: Any) -> Package | None:
        """What we keep of a package as the list and the calls show it, None where it is none."""
        try:
            number, status = int(item.get("shipmentPackageId") or item["id"]), item["status"]
            moments = [int(entry.get("createdDate") or 0) for entry in item.get("packageHistories") or []]
            modified = int(item.get("lastModifiedDate") or max(moments, default=0))
            row = {"shipmentPackageId": number, "orderNumber": item.get("orderNumber"), "status": status}
            row |= {"lastModifiedDate": modified, "currency": item.get("currencyCode")}
            row["totalPrice"] = item.get("packageTotalPrice", item.get("totalPrice"))
            if item.get("orderDate"):
                moment = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=int(item["orderDate"]))
                row["orderedAt"] = (moment - ORDER_DATE_SHIFT).isoformat(timespec="milliseconds")
            if isinstance(item.get("lines"), list):
                row["quantity"] = sum(int(line.get("quantity") or 0) for line in item["lines"])
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError):
            return None
        text = json.dumps({name: value for name, value in row.items() if value is not None})
        return cls(number, status, modified, text) if status and type(status) is str and modified else None


class Store:
    """The copy; a connection for each use, so that threads and programs share nothing but the file."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "orders.sqlite3"
        with self.transaction() as db:
            for table in TABLES:
                db.execute(f"CREATE TABLE IF NOT EXISTS {table}")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self.path, timeout=20, isolation_level=None)
        try:
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.execute("COMMIT")
        finally:
            db.close()  # without COMMIT nothing of it is kept

    def keep(self, packages: list[Package], asked_at: float | None = None) -> None:
        """Keeps what is newer. `asked_at` says when the list was asked; a call has none."""
        with self.transaction() as db:
            for package in packages:
                db.execute("INSERT OR IGNORE INTO changes VALUES (?, ?)", (package.id, package.status))
                if self.overtakes(db, package, asked_at):
                    values = (package.id, package.status, package.modified, package.row, time.time())
                    db.execute("INSERT OR REPLACE INTO packages VALUES (?, ?, ?, ?, ?)", values)

    @staticmethod
    def overtakes(db: sqlite3.Connection, package: Package, asked_at: float | None) -> bool:
        last = db.execute("SELECT * FROM packages WHERE id = ?", (package.id,)).fetchone()
        _, status, modified, _, kept_at = last or (0, "", -1, "", 0.0)
        # Of the same moment: the list is right about what was kept before it was asked.
        if modified != package.modified or (asked_at is not None and kept_at < asked_at):
            return package.modified >= modified
        return RANK.get(package.status, -1) > RANK.get(status, -1)

    def write_note(self, name: str, value: Any) -> None:
        with self.transaction() as db:
            db.execute("INSERT OR REPLACE INTO notes VALUES (?, ?)", (name, json.dumps(value)))

    def read_note(self, name: str) -> Any:
        with self.transaction() as db:
            row = db.execute("SELECT value FROM notes WHERE name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else None

    def rows(self, kind: str) -> list[str]:
        with self.transaction() as db:
            if kind == "orders":
                return [row for (row,) in db.execute("SELECT row FROM packages ORDER BY id")]
            if kind == "changes":
                pairs = db.execute("SELECT id, status FROM changes ORDER BY id, status")
                return [json.dumps({"shipmentPackageId": number, "status": word}) for number, word in pairs]
        return []

    def forget(self) -> None:
        with self.transaction() as db:
            for table in TABLES:
                db.execute(f"DELETE FROM {table.split()[0]}")


class Trendyol:
    """The vendor's API: one request at a time, repeated where that is allowed."""

    def __init__(self) -> None:
        self.deadline = time.monotonic() + RUN_BUDGET
        self.next_request = 0.0
        self.session = requests.Session()
        self.session.trust_env = False  # no proxy, no .netrc
        self.session.auth = (ENV["TRENDYOL_API_KEY"], ENV["TRENDYOL_API_SECRET"])
        self.session.headers["User-Agent"] = f"{SELLER} - SelfIntegration"
        if STOREFRONT:
            self.session.headers["storeFrontCode"] = STOREFRONT

    def pause(self, seconds: float) -> None:
        if time.monotonic() + seconds > self.deadline:
            raise OutOfTime(f"no time left in this run to wait for {seconds:.1f} s")
        time.sleep(max(0.0, seconds))

    def once(self, method: str, path: str, **options: Any) -> requests.Response | None:
        """One request; None where no whole answer came."""
        self.pause(max(0.0, self.next_request - time.monotonic()))
        self.next_request = time.monotonic() + PACE
        url = ENV["TRENDYOL_BASE_URL"].rstrip("/") + path
        try:
            return self.session.request(method, url, timeout=(10, 20), allow_redirects=False, **options)
        except requests.RequestException as error:
            say(f"{method} {path}: {error}")
            return None

    @staticmethod
    def passes(answer: requests.Response | None) -> bool:
        return answer is None or answer.status_code == 429 or answer.status_code >= 500

    @staticmethod
    def demand_success(answer: requests.Response) -> None:
        if not 200 <= answer.status_code < 300:
            raise Unfinished(f"{answer.url}: {answer.status_code} {answer.text[:300]}")

    @staticmethod
    def wait_of(answer: requests.Response | None, attempt: int) -> float:
        if answer is None:
            return 0.4 * 2**attempt
        told = answer.headers.get("Retry-After", "").strip()
        if told.isdigit():
            return int(told) + 0.05
        try:
            now = answer.headers.get("Date") or format_datetime(datetime.now(UTC))
            wait = parsedate_to_datetime(told) - parsedate_to_datetime(now)
            return max(0.0, wait.total_seconds()) + 1.0
        except (ValueError, TypeError):  # it is not told
            return (1.0 if answer.status_code == 429 else 0.4) * 2**attempt

    def ask(self, method: str, path: str, fits: Callable[[Any], bool] | None = None, **options: Any) -> Any:
        """The JSON of an answer that fits; True where none is looked for, None where the thing is gone."""
        for attempt in range(ATTEMPTS):
            answer = self.once(method, path, **options)
            if answer is not None and not self.passes(answer):
                if answer.status_code == 404 and method in ("PUT", "DELETE"):
                    return None
                self.demand_success(answer)
                value = json_of(answer.content) if fits else True
                if fits is None or fits(value):
                    return value
            say(f"{method} {path}: {answer.status_code if answer is not None else 'no answer'}, again")
            if attempt + 1 < ATTEMPTS:
                self.pause(self.wait_of(answer, attempt))
        raise Unfinished(f"{method} {path}: given up after {ATTEMPTS} attempts")


def subscribe(api: Trendyol, store: Store) -> None:
    if not HOOK_URL or not HOOK_KEY:
        raise Unfinished("CLIENT_WEBHOOK_URL and CLIENT_WEBHOOK_KEY are needed")
    path = f"/integration/webhook/sellers/{SELLER}/webhooks"
    # No subscribedStatuses: all, and those of later days; no countryCodes: all countries.
    body = {"url": HOOK_URL, "authenticationType": "API_KEY", "apiKey": HOOK_KEY}
    mark = hashlib.sha256(json.dumps(body).encode()).hexdigest()
    for attempt in range(ATTEMPTS):
        hooks = api.ask("GET", path, lambda value: isinstance(value, list))
        mine = [hook for hook in hooks if isinstance(hook, dict) and hook.get("url") == HOOK_URL]
        if not mine:
            store.write_note("webhook", mark)  # first: the answer may be lost, and what was made has this key
            answer = api.once("POST", path, json=body)
            if answer is not None and not api.passes(answer):
                api.demand_success(answer)
                if isinstance(json_of(answer.content), dict):
                    return
            api.pause(api.wait_of(answer, attempt))  # and look whether it is there all the same
            continue
        hook, *doubles = sorted(mine, key=lambda each: each.get("status") == "PASSIVE")
        for double in doubles:
            api.ask("DELETE", f"{path}/{double['id']}")
        differs = hook.get("authenticationType") != "API_KEY" or bool(hook.get("subscribedStatuses"))
        differs |= bool(STOREFRONT) and STOREFRONT not in (hook.get("countryCodes") or [STOREFRONT])
        if differs or store.read_note("webhook") != mark:  # its key is never shown: replace what is not ours
            if api.ask("PUT", f"{path}/{hook['id']}", json=body) is None:
                continue
            store.write_note("webhook", mark)
        if hook.get("status") == "PASSIVE" and api.ask("PUT", f"{path}/{hook['id']}/activate") is None:
            continue
        return
    raise Unfinished("the webhook could not be made")


def is_page(value: Any) -> bool:
    shape = {"content": list, "totalElements": int, "totalPages": int}
    return isinstance(value, dict) and all(type(value.get(name)) is kind for name, kind in shape.items())


def read_window(api: Trendyol, store: Store, start: int, end: int) -> None:
    """Reads all pages of a window, again until the list stood still while it was read."""
    query = {"startDate": start, "endDate": end, "size": PAGE_SIZE}
    query |= {"orderByField": "PackageLastModifiedDate", "orderByDirection": "ASC"}
    path = f"/integration/order/sellers/{SELLER}/v2/orders"
    for _ in range(5):
        ids, totals, page, pages = set[int](), set[int](), 0, 1
        while page < pages:
            asked_at = time.time()
            body = api.ask("GET", path, is_page, params={**query, "page": page})
            total = body["totalElements"]
            if total > MOST_RECORDS and end - start < 4:
                raise Unfinished("more than 10,000 packages of one moment")
            if total > MOST_RECORDS:  # more than can be reached: two halves
                middle = (start + end) // 2
                read_window(api, store, start, middle + 1)
                return read_window(api, store, middle - 1, end)
            packages = [package for package in map(Package.of, body["content"]) if package]
            store.keep(packages, asked_at)
            ids.update(package.id for package in packages)
            totals.add(total)
            page, pages = page + 1, body["totalPages"]
        # A package that changes goes to the end, and another one slips to a page that was read already.
        if totals == {len(ids)}:
            return store.write_note("read_to", end)
        say("the list moved while it was read, again")
    raise Unfinished("the order list did not stand still")


def reconcile(api: Trendyol, store: Store) -> None:
    now = int(ENV.get("TRENDYOL_NOW_MS") or time.time() * 1000)
    # Whether the dates are meant as GMT+3 is told in two ways: these margins are right for both.
    start, end = now - 29 * DAY - 4 * HOUR, now + 3 * HOUR + HOUR // 12
    resume = store.read_note("resume") or 0  # how far a run came that had no time left
    start = max(start, resume - HOUR)
    store.write_note("read_to", None)
    try:
        while start < end:
            read_window(api, store, start - 1, min(start + 10 * DAY, end))
            start += 10 * DAY
    except OutOfTime:
        store.write_note("resume", store.read_note("read_to") or resume)
        raise
    store.write_note("resume", None)


def sync() -> int:
    store, api, code = Store(FOLDER), Trendyol(), 0
    for step in (subscribe, reconcile):  # no webhook is no reason to read nothing
        try:
            step(api, store)
        except Unfinished as error:
            say(f"{step.__name__}: {error}")
            code = 1
    return code


class Receiver(BaseHTTPRequestHandler):
    store: Store
    timeout = 30

    def do_POST(self) -> None:
        body = self.body()
        key = self.headers.get("x-api-key") or ""
        if not HOOK_KEY or not hmac.compare_digest(key.encode("latin-1", "replace"), HOOK_KEY.encode()):
            return self.answer(401)
        value = json_of(body) if body is not None else None
        if not isinstance(value, (dict, list)):
            return self.answer(400)  # not whole: it comes again
        items = value.get("content", [value]) if isinstance(value, dict) else value
        packages = [Package.of(item) for item in items] if isinstance(items, list) else []
        usable = [package for package in packages if package and package.status in RANK]  # sync reads others
        self.store.keep(usable)  # where this fails no answer is given, so the call comes again
        self.answer(200)
        return None

    def body(self) -> bytes | None:
        try:
            if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
                text = b""
                while size := int(self.rfile.readline(100).split(b";")[0], 16):
                    text += self.rfile.read(min(size, MOST_BODY))
                    if len(text) > MOST_BODY or self.rfile.readline(3).strip():
                        return None
                return text
            length = int(self.headers.get("Content-Length") or 0)
            text = self.rfile.read(length) if 0 <= length <= MOST_BODY else b""
            return text if len(text) == length else None
        except ValueError:
            return None

    def log_message(self, *_: object) -> None: ...

    def answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()


def listen(stopping: threading.Event | None = None) -> None:
    """Takes calls until a signal comes or, in a thread, until an event is set."""
    Receiver.store = Store(FOLDER)
    ThreadingHTTPServer.request_queue_size, ThreadingHTTPServer.daemon_threads = 128, True
    server = ThreadingHTTPServer(("127.0.0.1", int(ENV["CLIENT_WEBHOOK_PORT"])), Receiver)
    if stopping is None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    else:
        threading.Thread(target=lambda: stopping.wait() and server.shutdown()).start()
    with server:
        server.serve_forever(poll_interval=0.2)


def main(words: list[str], environment: Mapping[str, str], stopping: threading.Event | None = None) -> int:
    begin(environment)
    match words:
        case ["sync"]:
            return sync()
        case ["listen"]:
            listen(stopping)
        case ["export", name]:
            sys.stdout.writelines(row + "\n" for row in Store(FOLDER).rows(name))
        case ["reset"]:
            Store(FOLDER).forget()
        case _:
            sys.exit("sync | listen | export KIND | reset")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
