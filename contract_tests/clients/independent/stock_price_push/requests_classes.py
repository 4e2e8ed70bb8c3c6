"""Keeps a shop's stock and prices on Trendyol.

It sends what changed, reads each batch item by item and claims only what is known.
"""

import hashlib
import json
import os
import signal
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import quote, urljoin

import requests

FIELDS = ("quantity", "salePrice", "listPrice")
PRICES = FIELDS[1:]
CHUNK, READ_CHUNK, LOOKS, ROUNDS, WORK_SECONDS, HARD_SECONDS = 1000, 50, 12, 3, 92, 110
SAME_BODY_MS, KEPT_MS, LOST_MS = 15 * 60_000 + 5_000, 4 * 3_600_000, 24 * 3_600_000


class Stop(Exception):
    """The run cannot go on; the call at hand was certainly not carried out."""


class OutOfTime(BaseException):
    """The run has to end at once."""


@dataclass
class Row:
    accepted: dict = field(default_factory=dict)  # field -> value that Trendyol took
    flight: dict | None = None  # fields, batch (None: unclear), sent, before, unread, looked
    failed: dict | None = None  # want, reasons


@dataclass
class Store:
    path: Path
    rows: dict = field(default_factory=dict)
    bodies: dict = field(default_factory=dict)  # digest -> [sent at, known to be received]
    hold: int = 0  # the vendor asked not to come back before this moment

    @classmethod
    def load(cls, path):
        try:
            kept = json.loads(path.read_text("utf-8"))
            return cls(path, {k: Row(**v) for k, v in kept["rows"].items()}, kept["bodies"], kept["hold"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls(path)

    def save(self):
        text = json.dumps(
            {"rows": {k: asdict(v) for k, v in self.rows.items()}, "bodies": self.bodies, "hold": self.hold}
        )
        spare = self.path.with_name(self.path.name + ".new")
        spare.write_text(text, "utf-8"), os.replace(spare, self.path)

    def row(self, barcode):
        return self.rows.setdefault(barcode, Row())


def plain(value):  # One spelling for a number, None for what is none.
    try:
        number = Decimal(str(value))
        return format(number.normalize(), "f") if number.is_finite() and not isinstance(value, bool) else None
    except InvalidOperation:
        return None


def clean(barcode):
    return "".join(str(barcode).split())  # Trendyol keeps barcodes without blanks


def read_wanted(environment):
    path = Path(environment.get("CLIENT_WANTED") or "/dev/null")
    return (
        [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
        if path.exists()
        else []
    )


def wish(raw):
    return {name: plain(raw[name]) for name in FIELDS if raw.get(name) is not None}


def fault(barcode, want):  # Why a row cannot be sent at all.
    if not 0 < len(barcode) <= 40 or any(value is None for value in want.values()) or len(want) not in (1, 3):
        return "the row is not whole"
    if not want.get("quantity", "").isdigit() or int(want["quantity"]) > 20000:
        return "quantity outside 0 to 20000"
    if len(want) == 3 and not 0 < Decimal(want["salePrice"]) <= Decimal(want["listPrice"]):
        return "salePrice and listPrice do not fit"
    return None


def missing(row, want):
    return {name: value for name, value in want.items() if row.accepted.get(name) != value}


def state_of(row, want):
    if not missing(row, want):
        return "pushed"
    if row.flight:
        return "pending" if row.flight["batch"] else "unclear"
    return "failed" if row.failed and row.failed["want"] == want else "pending"


class Api:
    def __init__(self, store, told):
        self.store, self.began = store, time.monotonic()
        self.start_ms = int(told.get("TRENDYOL_NOW_MS") or time.time() * 1000)
        self.seller, self.base = told["TRENDYOL_SELLER_ID"], told["TRENDYOL_BASE_URL"]
        self.products = f"/integration/product/sellers/{self.seller}/products"
        self.session = requests.Session()
        self.session.auth = (told["TRENDYOL_API_KEY"], told["TRENDYOL_API_SECRET"])
        self.session.headers.update(
            {
                "User-Agent": f"{self.seller} - SelfIntegration",
                "Accept": "application/json",
                "Accept-Language": "en",
                "storeFrontCode": told.get("TRENDYOL_STOREFRONT") or "TR",
            }
        )
        self.bad = 0
        self.gap = float(told.get("CLIENT_PAUSE_SECONDS") or 5)
        ahead = store.hold - self.start_ms
        self.not_before = self.began + (ahead / 1000 if 0 < ahead < 86_400_000 else 0)

    def now(self):
        return self.start_ms + int((time.monotonic() - self.began) * 1000)

    def left(self):
        return WORK_SECONDS - (time.monotonic() - self.began)

    def pause(self, seconds):
        if seconds > self.left():
            raise Stop(f"no time to wait {seconds:.0f} s")
        time.sleep(max(0, seconds))

    def later(
        self, answer, seconds
    ):  # Puts the next call off: by Retry-After where there is one, else by a short pause of our own.
        told = (answer.headers.get("Retry-After") or "").strip() if answer is not None else ""
        try:
            if told and not told.isdigit():
                dated = answer.headers.get("Date")
                since = parsedate_to_datetime(dated).timestamp() if dated else self.now() / 1000
                told = parsedate_to_datetime(told).timestamp() - since
            seconds = max(1, float(told)) if told != "" else seconds
        except (TypeError, ValueError):
            pass
        self.not_before = max(self.not_before, time.monotonic() + seconds)

    def once(self, method, path, params, body):
        with self.session.request(
            method,
            urljoin(self.base, path),
            params=params,
            data=body,
            stream=True,
            allow_redirects=False,
            headers={"Content-Type": "application/json"} if body else {},
            timeout=(5, 15),
        ) as answer:
            ends, parts = time.monotonic() + 25, []
            for part in answer.iter_content(65536):
                parts.append(part)
                if time.monotonic() > ends:
                    raise requests.Timeout("the answer does not end")
            return answer, b"".join(parts).decode("utf-8", "replace")

    def call(self, method, path, params=None, body=None):
        # status 0: nobody knows.
        # A write is repeated here only after a refusal that says it was not carried out.
        tries = 0
        while True:
            self.pause(self.not_before - time.monotonic())
            if self.bad >= 6 or self.left() < 1:
                raise Stop("the service is down" if self.bad >= 6 else "out of time")
            tries, answer = tries + 1, None
            try:
                answer, text = self.once(method, path, params, body)
            except requests.RequestException as error:
                text = type(error).__name__
            status = answer.status_code if answer is not None else 0
            if status in (429, 401, 403):
                self.later(answer, 2 * tries)
                if tries >= (6 if status == 429 else 3):
                    raise Stop(f"refused with {status}")
                continue
            if 200 <= status < 300:
                try:
                    told = json.loads(text, parse_float=Decimal)
                except ValueError:
                    told = None
                if isinstance(told, dict):
                    self.bad = 0
                    return status, told
            elif 300 <= status < 500 and status != 408:
                self.bad = 0
                return status, text
            self.bad += 1
            self.later(answer, min(tries, 3))
            if method == "POST" or tries >= 3:
                return 0, text

    def stands(self, barcodes):  # What Trendyol shows for these barcodes now; None when it could not be read.
        params = {"barcode": barcodes[0]} if len(barcodes) == 1 else {"barcodes": ",".join(barcodes)}
        status, told = self.call(
            "GET", f"{self.products}/approved/inventory-and-price", {**params, "page": 0, "size": 100}
        )
        if status != 200 or not isinstance(told.get("content"), list):
            return None
        return {
            clean(variant.get("barcode")): {name: plain(variant.get(name)) for name in FIELDS}
            for content in told["content"]
            for variant in content.get("variants") or ()
        }


def take_back(row):  # The flight was certainly not carried out.
    row.accepted.update(row.flight["before"])
    row.flight = None


def settle(row):
    row.accepted.update(row.flight["fields"])
    row.flight = row.failed = None


class Run:
    def __init__(self, store, api, wants):
        self.store, self.api, self.wants = store, api, wants
        self.over, self.ours = set(), set()  # barcodes that had their chance in this run; its batches
        self.blind, self.splits = False, 0

    def look(self, batch):
        flying = {c: r for c, r in self.store.rows.items() if r.flight and r.flight["batch"] == batch}
        status, told = self.api.call("GET", f"{self.api.products}/batch-requests/{quote(batch, safe='')}")
        self.blind |= status not in (200, 404)
        age = self.api.now() - min(row.flight["sent"] for row in flying.values())
        if status == 404 and (batch not in self.ours or age > KEPT_MS):
            self.forget(flying)
        if status != 200 or told.get("batchRequestId") not in (None, batch):
            return
        items = [item for item in told.get("items") or () if isinstance(item, dict)]
        said = {}
        for item in items:
            asked = item["requestItem"] if isinstance(item.get("requestItem"), dict) else {}
            said.setdefault(clean(asked.get("barcode")), []).append(
                (item.get("status"), asked, item.get("failureReasons"))
            )
        for code, row in flying.items():
            ends = said.get(code, [])
            words = {end[0] for end in ends}
            if not ends or words - {"SUCCESS", "FAILED"}:
                continue
            if "FAILED" in words:
                self.fail(code, [reason for end in ends for reason in end[2] or ()])
                take_back(row)
            elif any(
                plain(end[1].get(k)) not in (None, v) for end in ends for k, v in row.flight["fields"].items()
            ):
                row.flight["batch"] = None
            else:
                settle(row)
        rest = {code: row for code, row in flying.items() if row.flight and row.flight["batch"]}
        if not items and told.get("status") != "COMPLETED":
            alive = told.get("creationDate") and told.get("status") != "PROCESSING"
            if age > (LOST_MS if alive else KEPT_MS):
                self.forget(rest)
            return
        whole = all(item.get("status") in ("SUCCESS", "FAILED") for item in items) and (
            len(items) == told.get("itemCount") or told.get("status") == "COMPLETED"
        )
        for code, row in rest.items():
            if whole and row.flight["looked"]:  # seen twice: the item has vanished
                self.fail(code, ["not in the batch result"])
                row.flight = None
            elif age > LOST_MS:
                row.flight["batch"] = None
            row.flight and row.flight.update(looked=whole)

    @staticmethod
    def forget(flying):
        for row in flying.values():
            row.flight["batch"] = None

    def fail(self, code, reasons):
        self.over.add(code)
        if code in self.wants:
            self.store.row(code).failed = {
                "want": self.wants[code],
                "reasons": [str(reason) for reason in reasons][:5],
            }

    def watch(self, looks):
        for turn in range(looks):
            self.blind = False
            batches = {
                r.flight["batch"] for r in map(self.store.row, self.wants) if r.flight and r.flight["batch"]
            }
            if not batches or (turn and self.api.gap > self.api.left() - 5):
                break
            self.api.pause(self.api.gap if turn else 0)
            for batch in sorted(batches):
                self.look(batch)
            self.store.save()

    def clarify(self):  # Reads back what nobody knows of; gives the barcodes that have to be sent again.
        unclear = [
            code for code in self.wants if (row := self.store.row(code)).flight and not row.flight["batch"]
        ]
        again = set()
        for at in range(0, len(unclear), READ_CHUNK):
            self.api.pause(0.25)
            shown = self.api.stands(unclear[at : at + READ_CHUNK])
            for code in unclear[at : at + READ_CHUNK]:
                row = self.store.row(code)
                fields, there = row.flight["fields"], (shown or {}).get(code, {})
                if all(self.wants[code].get(k) == v == there.get(k) for k, v in fields.items()):
                    settle(row)
                    continue
                row.flight["unread"] += shown is None
                if shown is not None or row.flight["unread"] > 1:
                    again.add(code)
        self.store.save()
        return again

    def due(
        self, again
    ):  # barcode -> the fields to send. Stock that was taken once is not sent again with a new price.
        out = {}
        for code, want in self.wants.items():
            row = self.store.row(code)
            waits = row.flight and (row.flight["batch"] or code not in again)
            if code in self.over or waits or not (fields := missing(row, want)):
                continue
            if reason := fault(code, want):
                self.fail(code, [reason])
            else:
                out[code] = {
                    **fields,
                    **({name: want[name] for name in PRICES} if set(fields) & set(PRICES) else {}),
                }
        return out

    def body(self, part):  # A body that differs from all of the last quarter of an hour, or None.
        codes = list(part)
        self.store.bodies = {
            k: v for k, v in self.store.bodies.items() if self.api.now() - v[0] < SAME_BODY_MS
        }
        for turn in range(min(len(codes), 20)):
            items = [
                {"barcode": c, **{k: (int if k == "quantity" else float)(v) for k, v in part[c].items()}}
                for c in codes[turn:] + codes[:turn]
            ]
            text = json.dumps({"items": items}, ensure_ascii=False).encode()
            digest = hashlib.sha256(text).hexdigest()
            known = self.store.bodies.get(digest)
            if not known or (
                len(codes) == 1 and not known[1]
            ):  # a lone item whose answer was lost may be repeated
                return text, digest
        return None

    def send(self, part):
        if not (made := self.body(part)):
            self.over.update(part)
            return
        (text, digest), now = made, self.api.now()
        first = self.store.bodies.setdefault(digest, [now, False])
        saved = {code: self.store.row(code).flight for code in part}
        for code, fields in part.items():
            row = self.store.row(code)
            before = {name: row.accepted.pop(name) for name in fields if name in row.accepted}
            row.flight = {
                "fields": fields,
                "batch": None,
                "sent": now,
                "before": before,
                "unread": 0,
                "looked": False,
            }
        self.store.save()

        def undo():
            for row, flight in ((self.store.row(code), saved[code]) for code in part):
                take_back(row)
                row.flight = flight
            if first == [now, False]:
                self.store.bodies.pop(digest, None)
            self.store.save()

        try:
            status, told = self.api.call(
                "POST",
                f"/integration/inventory/sellers/{self.api.seller}/products/price-and-inventory",
                body=text,
            )
        except Stop:
            undo()
            raise
        batch = told.get("batchRequestId") if isinstance(told, dict) else None
        if isinstance(batch, str) and batch:
            self.ours.add(batch)
            first[1] = True
            for code in part:
                self.store.row(code).flight["batch"] = batch
        elif 300 <= status < 500:
            low = told.lower()
            if (
                status in (400, 409)
                and "15" in low
                and any(w in low for w in ("dakika", "minute", "tekrar", "same request"))
            ):
                first[1] = True  # this very body was received before: what came of it has to be read
            else:
                undo()
                if status not in (400, 413, 422) or "storefront" in low:
                    raise Stop(f"the write was refused with {status}: {told[:200]}")
                rows = list(part.items())
                self.splits += 1
                if len(rows) == 1 or self.splits > 60:
                    for code in part:
                        self.fail(code, [told[:200]])
                else:  # one bad item spoils the call: find it
                    self.send(dict(rows[: len(rows) // 2]))
                    self.send(dict(rows[len(rows) // 2 :]))
        self.store.save()

    def all(self):
        self.watch(3)
        self.over.clear()  # what failed since the last run has its turn now
        for turn in range(ROUNDS):
            if turn:
                self.api.pause(max(1.0, min(self.api.gap, 3.0)))
            due = list(self.due(self.clarify()).items())
            for at in range(0, len(due), CHUNK):
                self.send(dict(due[at : at + CHUNK]))
            self.watch(LOOKS if due else 0)
            if not any(
                r.flight and not r.flight["batch"] for r in map(self.store.row, self.wants)
            ) and not self.due(set()):
                break
        # all is taken, or waits for a batch that holds just what is wanted
        return not self.blind and all(
            not (fields := missing(row, want))
            or (
                row.flight
                and row.flight["batch"]
                and all(row.flight["fields"].get(name) == value for name, value in fields.items())
            )
            for code, want in self.wants.items()
            for row in [self.store.row(code)]
        )


def set_alarm(seconds):
    """Ends a run that hangs; a run in a thread, which gets no signals, has WORK_SECONDS alone."""

    def ring(*_):
        raise OutOfTime

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGALRM, ring)
        signal.setitimer(signal.ITIMER_REAL, seconds)


def sync(environment):
    set_alarm(HARD_SECONDS)
    store = Store.load(Path(environment["CLIENT_STORE"]))
    api, whole = Api(store, environment), False
    run = Run(store, api, {clean(raw["barcode"]): wish(raw) for raw in read_wanted(environment)})
    try:
        whole = run.all()
    except (Stop, OutOfTime) as error:
        print(f"not finished: {error or 'out of time'}", file=sys.stderr)
    finally:
        set_alarm(0)
    ahead = api.not_before - time.monotonic()
    store.hold = api.now() + int(ahead * 1000) if ahead > 0 else 0
    store.save()
    return 0 if whole else 1


def export(environment):
    store = Store.load(Path(environment["CLIENT_STORE"]))
    for raw in read_wanted(environment):
        row, wanted = store.rows.get(clean(raw["barcode"]), Row()), wish(raw)
        shown = {name: raw[name] for name in ("barcode", *FIELDS) if raw.get(name) is not None}
        print(json.dumps({**shown, "state": state_of(row, wanted)}))


def main(arguments, environment):
    if arguments == ["sync"]:
        return sync(environment)
    if arguments == ["export", "stock"]:
        export(environment)
    elif arguments == ["reset"]:
        Path(environment["CLIENT_STORE"]).unlink(missing_ok=True)
    elif arguments[:1] != ["export"]:
        sys.exit("sync, export KIND or reset")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
