"""Stock and prices on http.client alone: a ledger in a JSON file says what was sent and what came."""

import http.client
import json
import os
import sys
import time
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

MOMENTARY = (408, 425, 429, 500, 502, 503, 504)
NOT_DONE = (429, 503)  # of a write these say that nothing was queued
TRIES, PACE_S, LOOKS = 6, 0.25, 8
SAME_BODY_MS, MOST_STOCK = 15 * 60_000, 20_000
FIELDS = ("quantity", "salePrice", "listPrice")

Row = dict[str, Any]
Settings = Mapping[str, str]


class GaveUp(Exception):
    """The service cannot be asked now; nothing was done."""


class Refused(Exception):
    """The service says no to this request."""


class Lost(Exception):
    """A push may or may not have been queued."""


def send(settings: Settings, method: str, path: str, body: object = None) -> tuple[int, Any, str]:
    """Send one request on a connection of its own: status, body, and what Retry-After says."""
    base = urlsplit(settings["TRENDYOL_BASE_URL"])
    kind = http.client.HTTPSConnection if base.scheme == "https" else http.client.HTTPConnection
    pair = f"{settings['TRENDYOL_API_KEY']}:{settings['TRENDYOL_API_SECRET']}".encode()
    headers = {
        "Authorization": f"Basic {b64encode(pair).decode()}",
        "User-Agent": f"{settings['TRENDYOL_SELLER_ID']} - SelfIntegration",
        "Content-Type": "application/json",
    }
    if settings.get("TRENDYOL_STOREFRONT"):
        headers["storeFrontCode"] = settings["TRENDYOL_STOREFRONT"]
    connection = kind(base.hostname or "", base.port, timeout=30)
    try:
        connection.request(method, path, None if body is None else json.dumps(body).encode(), headers)
        answer = connection.getresponse()
        content, told = answer.read(), (answer.getheader("Retry-After") or "").strip()
        return answer.status, json.loads(content) if answer.status == 200 else content[:300], told
    finally:
        connection.close()


def wait_of(told: str, tries: int) -> float:
    """How long to wait: as the answer says, else longer each time."""
    if told.isascii() and told.isdigit():
        return float(told)
    try:
        return max(0.0, parsedate_to_datetime(told).timestamp() - time.time()) + 1
    except (TypeError, ValueError):
        return min(2.0**tries, 20.0)


def ask(settings: Settings, method: str, path: str, body: object = None) -> Any:
    """Return the body of a 200. A push is repeated only where it was certainly not queued."""
    problem = ""
    for tries in range(TRIES):
        time.sleep(PACE_S)
        told = ""
        try:
            status, value, told = send(settings, method, path, body)
            if status == 200 and isinstance(value, dict):
                return value
            problem = f"{status} {value!r}"
            if status != 200 and status not in MOMENTARY:
                raise Refused(problem)
            if method == "POST" and status not in NOT_DONE:
                raise Lost(problem)
        except (OSError, http.client.HTTPException, ValueError) as broken:
            problem = f"{type(broken).__name__}: {broken}"
            if method == "POST" and not isinstance(broken, ConnectionRefusedError):
                raise Lost(problem) from broken
        if tries < TRIES - 1:
            time.sleep(wait_of(told, tries))
    raise GaveUp(problem)


def price(value: object) -> Decimal | None:
    """Read a price for comparing."""
    return None if value is None else Decimal(str(value)).normalize()


def is_same(want: Row, there: Row) -> bool:
    """Tell whether what is there is what is wanted, in the fields that are wanted."""
    return want["quantity"] == there.get("quantity") and has_prices(want, there)


def has_prices(want: Row, there: Row) -> bool:
    """Tell whether the wanted prices are there."""
    return all(price(want[name]) == price(there.get(name)) for name in FIELDS[1:] if name in want)


def parts(values: Sequence[Any], most: int) -> Iterator[Sequence[Any]]:
    """Divide values into parts of at most so many."""
    return (values[at : at + most] for at in range(0, len(values), most))


def read_back(settings: Settings, barcodes: Iterable[str]) -> dict[str, Row]:
    """Read what the shop has now, by barcode."""
    path = (
        f"/integration/product/sellers/{settings['TRENDYOL_SELLER_ID']}/products/approved/inventory-and-price"
    )
    rows: dict[str, Row] = {}
    for some in parts(list(barcodes), 50):
        page, pages = 0, 1
        while page < pages:
            query = urlencode({"barcodes": ",".join(some), "page": page, "size": 100})
            body = ask(settings, "GET", f"{path}?{query}")
            for content in body.get("content", ()):
                rows |= {str(one["barcode"]): one for one in content["variants"]}
            page, pages = page + 1, body["totalPages"]
    return rows


class Ledger:
    """What was sent of each barcode, and what came of it.

    A row: want, state (pushed, pending, failed, unclear), batch, before (what was there before), at_ms.
    """

    def __init__(self, path: str) -> None:
        """Read it; empty before the first run."""
        self.path = Path(path)
        self.rows: dict[str, Row] = json.loads(self.path.read_text("utf-8")) if self.path.exists() else {}

    def save(self) -> None:
        """Write it in one go."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_name(self.path.name + ".new")
        fresh.write_text(json.dumps(self.rows), "utf-8")
        fresh.replace(self.path)

    def in_state(self, state: str) -> dict[str, Row]:
        """Rows of a state, by barcode."""
        return {barcode: row for barcode, row in self.rows.items() if row["state"] == state}


def load_wanted(path: str) -> dict[str, Row]:
    """Read what the shop wants, by barcode."""
    lines = Path(path).read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines if line.strip()]
    return {row["barcode"]: {name: row[name] for name in FIELDS if row.get(name) is not None} for row in rows}


def settle(settings: Settings, ledger: Ledger) -> None:
    """Look once at every batch that waits, and note what became of its rows."""
    by_batch: dict[str, list[str]] = {}
    for barcode, row in ledger.in_state("pending").items():
        by_batch.setdefault(row["batch"], []).append(barcode)
    for batch, barcodes in by_batch.items():
        path = (
            f"/integration/product/sellers/{settings['TRENDYOL_SELLER_ID']}/products/batch-requests/{batch}"
        )
        try:
            result = ask(settings, "GET", path)
        except Refused as no:
            print(f"batch {batch}: {no}", file=sys.stderr)
            result = {}
        items = {one["requestItem"]["barcode"]: one for one in result.get("items") or ()}
        for barcode in barcodes:
            row = ledger.rows[barcode]
            if not items:
                row["state"] = "unclear"  # the result has expired
            elif barcode in items and items[barcode]["status"] == "SUCCESS":
                row["state"] = "pushed"
            elif barcode not in items or items[barcode]["status"] == "FAILED":
                row["state"] = "failed"
                print(f"{barcode}: {items.get(barcode, {}).get('failureReasons')}", file=sys.stderr)
    ledger.save()


def clear_up(settings: Settings, ledger: Ledger, *, is_later: bool) -> None:
    """Read back the rows of which nobody knows whether they were set.

    Set are those that are as wanted, or no longer as they were before: customers may have bought since. One
    that is as it was before may still wait; only a later run takes it for never sent.
    """
    unclear = ledger.in_state("unclear")
    there = read_back(settings, unclear)
    for barcode, row in unclear.items():
        now, before = there.get(barcode), row["before"]
        if now is not None and (is_same(row["want"], now) or (before and not is_same(before, now))):
            row["state"] = "pushed"
        elif is_later:
            del ledger.rows[barcode]
    ledger.save()


def changes(settings: Settings, ledger: Ledger, wanted: dict[str, Row]) -> Iterator[tuple[str, Row]]:
    """What has to be sent: rows never sent, wanted otherwise now, or failed a while ago."""
    now_ms = int(settings["TRENDYOL_NOW_MS"])
    for barcode, want in wanted.items():
        row = ledger.rows.get(barcode)
        if (
            row is None
            or (row["state"] in ("pushed", "failed") and row["want"] != want)
            or (row["state"] == "failed" and now_ms - row["at_ms"] > SAME_BODY_MS)
        ):
            yield barcode, want


def is_sendable(want: Row) -> bool:
    """Tell whether a row keeps the limits: what does not would only fail."""
    prices = [price(want.get(name)) for name in FIELDS[1:]]
    sale, full = prices
    is_priced = sale is not None and full is not None and 0 < sale <= full
    return 0 <= want["quantity"] <= MOST_STOCK and (prices == [None, None] or is_priced)


def push(settings: Settings, ledger: Ledger, rows: Sequence[tuple[str, Row]], there: dict[str, Row]) -> None:
    """Send up to 1,000 rows; what is to be sent is written down before it leaves."""
    kept = {barcode: ledger.rows.get(barcode) for barcode, _ in rows}
    for barcode, want in rows:
        before = {name: there[barcode].get(name) for name in FIELDS} if barcode in there else None
        at_ms = int(settings["TRENDYOL_NOW_MS"])
        ledger.rows[barcode] = {"want": want, "state": "unclear", "before": before, "at_ms": at_ms}
    ledger.save()
    items = [
        {
            "barcode": barcode,
            **{name: float(one) if name != "quantity" else one for name, one in want.items()},
        }
        for barcode, want in rows
    ]
    path = f"/integration/inventory/sellers/{settings['TRENDYOL_SELLER_ID']}/products/price-and-inventory"
    try:
        answer = ask(settings, "POST", path, {"items": items})
        for barcode, _ in rows:
            ledger.rows[barcode] |= {"state": "pending", "batch": answer["batchRequestId"]}
    except (Lost, KeyError) as lost:
        print(f"a push without an answer: {lost}", file=sys.stderr)
    except Refused as no:
        print(f"a push was refused: {no}", file=sys.stderr)
        for barcode, _ in rows:
            ledger.rows[barcode]["state"] = "failed"
    except GaveUp:
        ledger.rows |= {barcode: row for barcode, row in kept.items() if row}
        for barcode, row in kept.items():
            if row is None:
                del ledger.rows[barcode]
        raise
    finally:
        ledger.save()


def push_changes(settings: Settings, ledger: Ledger, wanted: dict[str, Row]) -> None:
    """Push what has to be sent, and look for a while what became of it."""
    rows = []
    for barcode, want in changes(settings, ledger, wanted):
        if is_sendable(want):
            rows.append((barcode, want))
        else:
            print(f"{barcode}: {want} is beyond the limits", file=sys.stderr)
            ledger.rows[barcode] = {"want": want, "state": "failed", "before": None, "at_ms": 0}
    there = read_back(settings, [barcode for barcode, _ in rows])
    for some in parts(rows, 1000):
        push(settings, ledger, some, there)
    for _ in range(LOOKS):
        if not ledger.in_state("pending"):
            break
        time.sleep(max(1.0, float(settings.get("CLIENT_PAUSE_SECONDS") or 5)))
        settle(settings, ledger)


def sync(settings: Settings) -> int:
    """Push what has changed, and look what became of it."""
    ledger, wanted = Ledger(settings["CLIENT_STORE"]), load_wanted(settings["CLIENT_WANTED"])
    try:
        settle(settings, ledger)
        clear_up(settings, ledger, is_later=True)
        push_changes(settings, ledger, wanted)
        # An earlier push has been done meanwhile, and its row is wanted otherwise by now.
        if any(ledger.rows[one]["state"] == "pushed" for one, _ in changes(settings, ledger, wanted)):
            push_changes(settings, ledger, wanted)
        clear_up(settings, ledger, is_later=False)
    except (GaveUp, Refused) as problem:
        print(f"not done: {problem}", file=sys.stderr)
        return 1
    bad = [
        barcode for barcode in wanted if ledger.rows.get(barcode, {}).get("state") in ("failed", "unclear")
    ]
    return 1 if bad else 0


def export(store: str) -> None:
    """Print the ledger."""
    for barcode, row in Ledger(store).rows.items():
        print(json.dumps({"barcode": barcode, **row["want"], "state": row["state"]}, ensure_ascii=False))


def main(arguments: list[str], environment: Settings) -> int:
    """Carry out one verb."""
    match arguments:
        case ["sync"]:
            return sync(environment)
        case ["export", kind]:
            if kind == "stock":
                export(environment["CLIENT_STORE"])
            return 0
        case ["reset"]:
            Path(environment["CLIENT_STORE"]).unlink(missing_ok=True)
            return 0
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
