"""Cross-dock buyer: one purchase request a vendorRef, cancels what is no longer wanted."""

import fcntl
import json
import os
import sqlite3
import sys
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests

SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (vendor_ref TEXT PRIMARY KEY, status TEXT NOT NULL, request_number TEXT);
CREATE TABLE IF NOT EXISTS items (vendor_ref TEXT NOT NULL, barcode TEXT NOT NULL, asked INTEGER NOT NULL,
    reserved INTEGER, state TEXT NOT NULL, PRIMARY KEY (vendor_ref, barcode));
"""
RUN_SECONDS = 40.0  # after this nothing new is begun; what is open waits for the next run
ANSWER_SECONDS = 20.0  # the least time a request is given
SPACING = 0.21  # "50 requests per 10 s"
ATTEMPTS = 6

Wanted = dict[str, dict[str, int]]
Params = list[tuple[str, str]]
Row = tuple[str, str]


class Refused(Exception):
    """The gateway says no to this one request, and nothing was done."""


class Stopped(Exception):
    """The run cannot go on; the request at hand was certainly not carried out."""


class Unclear(Exception):
    """A request that changes something may or may not have been carried out."""


@dataclass
class Gateway:
    """How to reach the gateway, and the clock of this run."""

    base: str
    buyer: str
    session: requests.Session
    deadline: float
    next_call: float = 0.0
    problems: list[str] = field(default_factory=list)


def open_gateway(environment: Mapping[str, str]) -> Gateway:
    """Make a session from the settings; the user name is the buyer code."""
    session = requests.Session()
    session.trust_env = False
    session.auth = (environment["B2B_USER"], environment["B2B_PASSWORD"])
    # Always a fresh connection: a stale one would leave a purchase in doubt for nothing.
    session.headers.update({"Accept": "application/json", "Connection": "close"})
    buyer = quote(environment["B2B_USER"], safe="")
    return Gateway(environment["B2B_BASE_URL"].rstrip("/"), buyer, session, time.monotonic() + RUN_SECONDS)


def problem(gateway: Gateway, text: str) -> None:
    """Note something that makes this run unfinished."""
    gateway.problems.append(text)
    print(text, file=sys.stderr)


def never_sent(error: requests.RequestException) -> bool:
    """Tell whether no connection was made at all, so that the gateway has seen nothing."""
    name = type(getattr(error.args[0], "reason", None)).__name__ if error.args else ""
    return isinstance(error, requests.ConnectTimeout) or name in {"NewConnectionError", "NameResolutionError"}


def call(gateway: Gateway, method: str, path: str, params: Params, body: object) -> tuple[int, str, bytes]:
    """Send one paced request and read its whole answer in bounded time: status, Retry-After, content."""
    time.sleep(max(0.0, gateway.next_call - time.monotonic()))
    gateway.next_call = time.monotonic() + SPACING
    limit = time.monotonic() + ANSWER_SECONDS
    with gateway.session.request(
        method,
        gateway.base + path,
        params=params,
        json=body,
        stream=True,
        allow_redirects=False,
        timeout=(5, ANSWER_SECONDS),
    ) as answer:
        content = bytearray()
        for piece in answer.iter_content(1):  # small pieces: a dripping answer cannot hold the run
            content += piece
            if time.monotonic() > limit:
                raise requests.ReadTimeout("the answer did not end")
        return answer.status_code, answer.headers.get("Retry-After", "").strip(), bytes(content)


def ask(gateway: Gateway, method: str, path: str, params: Params, body: object = None) -> Any:
    """Return the JSON of a 200. A POST is repeated only where nothing can have been done."""
    reason = f"{method} {path}"
    for attempt in range(ATTEMPTS):
        if time.monotonic() > gateway.deadline:
            raise Stopped(f"{reason}: no time left")
        pause = float(min(2**attempt, 8))
        try:
            status, told, content = call(gateway, method, path, params, body)
            reason = f"{method} {path}: {status} {content[:200].decode(errors='replace')}"
            if status == 200:
                return expect(json.loads(content), dict if method == "POST" else list)
            if status == 429:
                pause = float(told) if told.isascii() and told.isdigit() else pause
            elif status < 500 and status not in (408, 409):
                raise Stopped(reason) if status in (401, 403) else Refused(reason)
            elif method == "POST":
                raise Unclear(reason)
        except (requests.RequestException, ValueError) as error:
            reason = f"{method} {path}: {error}"
            nothing_done = isinstance(error, requests.RequestException) and never_sent(error)
            if method == "POST" and not nothing_done:
                raise Unclear(reason) from error
        if time.monotonic() + pause > gateway.deadline:
            break
        time.sleep(pause)
    raise Stopped(reason)


def expect(body: Any, kind: type) -> Any:
    """Return the body when it is of the kind that the pages name."""
    if isinstance(body, kind):
        return body
    raise ValueError("an answer of another shape")


def whole(value: object) -> int | None:
    """Return a count, or nothing when it is not one."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def load_wanted(path: str) -> Wanted:
    """Read what the shop wants; the last line of a key holds. A bad line spoils the file."""
    wanted: Wanted = {}
    for number, line in enumerate(Path(path).read_bytes().splitlines(), 1):
        if line.strip():
            row = json.loads(line)
            reference, barcode, quantity = row["vendorRef"], row["barcode"], whole(row["quantity"])
            if quantity is None or not isinstance(reference, str) or not isinstance(barcode, str):
                raise ValueError(f"line {number} of the wanted file is not understood")
            wanted.setdefault(reference, {})[barcode] = quantity
    return wanted


def open_store(path: str) -> sqlite3.Connection:
    """Open the copy, made when it is not there."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    store = sqlite3.connect(path, timeout=20)
    store.executescript(SCHEMA)
    return store


def plan(store: sqlite3.Connection, wanted: Wanted) -> Wanted:
    """Write down what is to be bought, and what a broken run left without an answer."""
    with store:
        store.execute("UPDATE orders SET status = 'unclear' WHERE status = 'sending'")
        store.execute(
            "DELETE FROM items WHERE vendor_ref IN (SELECT vendor_ref FROM orders WHERE status = 'open')"
        )
        store.execute("DELETE FROM orders WHERE status = 'open'")
        known = {row[0] for row in store.execute("SELECT vendor_ref FROM orders")}
        fresh: Wanted = {}
        for reference, items in wanted.items():
            positive = {code: count for code, count in items.items() if count}
            if positive and reference not in known:
                fresh[reference] = positive
                store.execute("INSERT INTO orders VALUES (?, 'open', NULL)", (reference,))
                store.executemany(
                    "INSERT INTO items VALUES (?, ?, ?, NULL, 'pending')",
                    [(reference, code, count) for code, count in positive.items()],
                )
    return fresh


def mark(store: sqlite3.Connection, reference: str, status: str, state: str) -> None:
    """Set the status of an order and the state of all its rows."""
    with store:
        store.execute("UPDATE orders SET status = ? WHERE vendor_ref = ?", (status, reference))
        store.execute("UPDATE items SET state = ? WHERE vendor_ref = ?", (state, reference))


def set_item(store: sqlite3.Connection, row: Row, reserved: int | None, state: str) -> None:
    """Set what is reserved of a row, and its state."""
    store.execute(
        "UPDATE items SET reserved = ?, state = ? WHERE vendor_ref = ? AND barcode = ?",
        (reserved, state, *row),
    )


def buy(gateway: Gateway, store: sqlite3.Connection, reference: str, items: dict[str, int]) -> None:
    """Send the one purchase request of a vendorRef; the intent is on disk before it leaves."""
    mark(store, reference, "sending", "unclear")
    body = [{"barcode": code, "requestedQuantity": count} for code, count in items.items()]
    try:
        answer = ask(gateway, "POST", f"/v2/offers/{gateway.buyer}/items", [("vendorRef", reference)], body)
        if answer.get("hasError") or not isinstance(answer.get("items"), list):
            raise Unclear(f"{reference}: an answer without items: {str(answer)[:200]}")
    except Refused as error:
        mark(store, reference, "open", "failed")
        problem(gateway, f"{reference}: {error}")
    except Stopped:
        mark(store, reference, "open", "pending")
        raise
    except Unclear:
        mark(store, reference, "unclear", "unclear")
        raise
    else:
        keep_purchase(store, reference, answer, items)
        settle_short(gateway, store, reference)


def keep_purchase(store: sqlite3.Connection, reference: str, answer: Any, items: dict[str, int]) -> None:
    """Store the answer of a purchase; less than asked stays in doubt until the stock confirms it."""
    told = {row.get("barcode"): whole(row.get("availableQuantity")) for row in answer["items"]}
    number = answer.get("requestNumber")
    with store:
        store.execute(
            "UPDATE orders SET status = 'bought', request_number = ? WHERE vendor_ref = ?",
            (None if number is None else str(number), reference),
        )
        for code, asked in items.items():
            available = told.get(code)
            reserved = None if available is None else min(asked, available)
            state = "rejected" if reserved == 0 else "reserved" if reserved == asked else "unclear"
            set_item(store, (reference, code), reserved, state)


def settle_short(gateway: Gateway, store: sqlite3.Connection, reference: str) -> None:
    """Take a short row as reserved when none is left now: the pages do not say it outright."""
    query = "SELECT barcode, reserved FROM items WHERE vendor_ref = ? AND state = 'unclear' AND reserved > 0"
    for code, reserved in store.execute(query, (reference,)).fetchall():
        if stock_of(gateway, code) == 0:
            with store:
                set_item(store, (reference, code), reserved, "reserved")


def stock_of(gateway: Gateway, code: str) -> int | None:
    """Read the stock of a barcode at this moment; nothing for one that the gateway does not know."""
    try:
        rows = ask(gateway, "GET", f"/v2/offers/{gateway.buyer}/stock-status", [("barcodeList", code)])
    except Refused:
        return None
    found = [row for row in rows if row.get("barcode") == code]
    return whole(found[0].get("availableQuantity")) if found else None


def reconcile(gateway: Gateway, store: sqlite3.Connection, wanted: Wanted) -> None:
    """Cancel what is no longer wanted, and name what a second request would be needed for."""
    held = {
        (row[0], row[1]): row[2:]
        for row in store.execute(
            "SELECT i.vendor_ref, barcode, asked, reserved, state, request_number FROM items i"
            " JOIN orders o ON o.vendor_ref = i.vendor_ref WHERE status = 'bought'"
        )
    }
    bought = {reference for reference, _ in held}
    rows = [(ref, *item) for ref in bought & wanted.keys() for item in wanted[ref].items()]
    for reference, code, count in rows:
        asked, reserved, state, number = held.get((reference, code), (0, 0, "", None))
        if count and (count != asked or state == "cancelled"):
            problem(gateway, f"{reference} {code}: {count} wanted after {asked} asked for; not sent again")
        elif not count and reserved and number and state in ("reserved", "unclear", "cancelling"):
            cancel(gateway, store, (reference, code), number, reserved, state)


def cancel(
    gateway: Gateway, store: sqlite3.Connection, row: Row, number: str, reserved: int, state: str
) -> None:
    """Cancel all that is reserved of a row. It may be repeated: more than all cannot be cancelled."""
    with store:
        set_item(store, row, reserved, "cancelling")
    done = 0
    try:
        answer = ask(
            gateway,
            "POST",
            f"/v2/offers/{quote(number, safe='')}/cancel-items",
            [],
            {"barcode": row[1], "quantity": reserved},
        )
        told = whole(answer.get("cancelledQuantity"))
        if told is None or told > reserved:
            raise Unclear(f"{row}: a cancellation without a usable quantity")
        done = told
    except Refused as error:
        print(f"{row}: not cancelled: {error}", file=sys.stderr)
    except Stopped:
        with store:
            set_item(store, row, reserved, state)
        raise
    with store:  # after one without an answer a "no" may mean too late or done before: it stays open
        set_item(store, row, reserved - done, state if done < reserved else "cancelled")


def sync(environment: Mapping[str, str]) -> int:
    """Cancel and buy until the copy is what the shop wants, or as far as it goes."""
    wanted, path = load_wanted(environment["CLIENT_WANTED"]), environment["CLIENT_STORE"]
    gateway = open_gateway(environment)
    with closing(open_store(path)) as store, open(path + ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fresh = plan(store, wanted)
        try:
            reconcile(gateway, store, wanted)  # before buying: a cancellation has a cut-off
            for reference in list(fresh)[:1]:  # a harmless read first: does the gateway let us in?
                stock_of(gateway, next(iter(fresh[reference])))
            for reference, items in fresh.items():
                buy(gateway, store, reference, items)
        except (Stopped, Unclear) as error:
            problem(gateway, str(error))
        for (reference,) in store.execute("SELECT vendor_ref FROM orders WHERE status = 'unclear'"):
            print(f"{reference}: whether it was bought is not known; ask the gateway", file=sys.stderr)
    return 1 if gateway.problems else 0


def export(path: str) -> None:
    """Print the rows of the copy; the quantity is left out where it is not known."""
    with closing(open_store(path)) as store:
        for reference, code, reserved, state in store.execute(
            "SELECT vendor_ref, barcode, reserved, state FROM items ORDER BY vendor_ref, barcode"
        ):
            sure = state in ("reserved", "rejected", "cancelled")
            shown = state if sure or state in ("pending", "failed") else "unclear"
            quantity = {"reservedQuantity": reserved} if sure else {}
            print(json.dumps({"vendorRef": reference, "barcode": code, "state": shown, **quantity}))


def main(arguments: list[str], environment: Mapping[str, str]) -> int:
    """Carry out one verb."""
    try:
        match arguments:
            case ["sync"]:
                return sync(environment)
            case ["export", kind]:
                if kind == "orders" and Path(environment["CLIENT_STORE"]).exists():
                    export(environment["CLIENT_STORE"])
                return 0
            case ["reset"]:
                for tail in ("", "-journal", ".lock"):
                    Path(environment["CLIENT_STORE"] + tail).unlink(missing_ok=True)
                return 0
    except (OSError, AttributeError, KeyError, TypeError, ValueError, sqlite3.Error) as error:
        print(f"not done: {type(error).__name__}: {error}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
