"""Buys what the shop wants at the cross-dock B2B gateway and keeps what was reserved.

A purchase whose answer was lost cannot be looked up; it is never sent again, but kept as `unclear`.
"""

import fcntl
import json
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import quote

import httpx

RUN_SECONDS = 35.0  # no request starts later than this; waits for our own pacing are not counted
ANSWER_SECONDS = 25.0  # patience for one answer; generous, for a purchase given up is a purchase unknown
WINDOW_SECONDS, WINDOW_REQUESTS = 10.5, 48  # the platform allows 50 in 10 s


class NotDone(Exception):
    """The run ends here with exit 1; the last request surely had no effect."""


class Lost(Exception):
    """Nobody can tell whether the request had an effect."""


def whole(value: Any) -> int | None:
    """Return a count of zero or more, or None when the value is no such thing."""
    return value if type(value) is int and value >= 0 else None


@dataclass
class Line:
    """One barcode of a purchase; `reserved` is None while unknown, `doubt` is about a cancellation."""

    requested: int
    reserved: int | None = 0
    cancelled: int = 0
    doubt: bool = False
    final: bool = False  # the gateway cancels no more of it

    def take_cancel(self, asked: int, doubt: bool, answer: Any) -> None:
        """Enter what cancelling all of it answered; after one in doubt only a full success is clear."""
        if not isinstance(answer, dict) or (done := whole(answer.get("cancelledQuantity"))) is None:
            raise Lost("a cancellation that names no quantity")
        self.reserved = None if done < asked and (doubt or self.reserved is None) else max(0, asked - done)
        self.cancelled, self.doubt = self.cancelled + min(done, asked), False
        self.final = done < asked and (doubt or bool(answer.get("hasError")))


@dataclass
class Order:
    """One purchase request; its state is pending, buying, bought, failed (refused) or unclear."""

    state: str = "pending"
    request_number: str = ""
    lines: dict[str, Line] = field(default_factory=dict)

    def take_purchase(self, answer: Any) -> None:
        """Enter what a purchase answered; a line that it does not tell of stays unknown."""
        if not isinstance(answer, dict) or not answer.get("requestNumber"):
            raise Lost("a success without requestNumber")
        self.state, self.request_number = "bought", str(answer["requestNumber"])
        items = answer.get("items")
        rows = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
        for barcode, line in self.lines.items():
            told = [whole(item.get("availableQuantity")) for item in rows if item.get("barcode") == barcode]
            line.reserved = min(told[0], line.requested) if len(told) == 1 and told[0] is not None else None

    def line_state(self, line: Line) -> str:
        """Say the state of a row in one word."""
        if self.state == "buying" or line.reserved is None or line.doubt:
            return "unclear"
        if line.reserved:
            return "reserved" if line.reserved == line.requested else "partial"
        return "cancelled" if line.cancelled else "unavailable" if self.state == "bought" else self.state


def read_wanted(path: Path) -> dict[str, dict[str, int]]:
    """Read quantities by vendorRef and barcode; the last row of a key holds, a bad row stops the run."""
    wanted: dict[str, dict[str, int]] = {}
    for text in filter(str.strip, path.read_text("utf-8").split("\n")):
        try:
            row = json.loads(text)
            ref, barcode, quantity = row["vendorRef"], row["barcode"], row["quantity"]
        except (ValueError, KeyError, TypeError) as error:
            raise NotDone(f"wanted row {text[:100]}: {error!r}") from error
        if not all(isinstance(key, str) and key for key in (ref, barcode)) or whole(quantity) is None:
            raise NotDone(f"wanted row {text[:100]}")
        wanted.setdefault(ref, {})[barcode] = quantity
    return wanted


def load(path: Path) -> dict[str, Order]:
    """Load all orders; a damaged file is an error, as an empty copy would buy all again."""
    try:
        held = json.loads(path.read_text("utf-8")) if path.exists() else {}
        for order in held.values():
            order["lines"] = {barcode: Line(**line) for barcode, line in order["lines"].items()}
        return {ref: Order(**order) for ref, order in held.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotDone(f"the store {path} is damaged: {error!r}") from error


def save(path: Path, orders: dict[str, Order]) -> None:
    """Write beside, flush to the disk, then put in place."""
    beside = path.with_name(path.name + ".new")
    with beside.open("w", encoding="utf-8") as file:
        json.dump({ref: asdict(order) for ref, order in orders.items()}, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)


def lock(path: Path) -> TextIO:
    """Keep a second run away while the file is open (OSError when there is one): two would buy twice."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.with_name(path.name + ".lock").open("w")
    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return file


@dataclass
class Gateway:
    """Requests to the gateway: paced, bounded in time, repeated only where that does no harm."""

    client: httpx.Client
    deadline: float = field(default_factory=lambda: time.monotonic() + RUN_SECONDS)
    sent: list[float] = field(default_factory=list)

    def pace(self) -> None:
        """Wait until one more request fits into the window."""
        if len(self.sent) >= WINDOW_REQUESTS:
            wait = max(0.0, self.sent.pop(0) + WINDOW_SECONDS - time.monotonic())
            self.deadline += wait
            time.sleep(wait)
        self.sent.append(time.monotonic())

    def ask(self, method: str, path: str, query: dict[str, str], body: Any = None) -> tuple[Any, str]:
        """Return the JSON of a success and "", or None and the text of a refusal."""
        for attempt in range(99):
            self.pace()
            if self.sent[-1] > self.deadline:
                raise NotDone("no time left in this run")
            told, why = "", "status 429"
            try:
                answer = self.client.request(method, path, params=query, json=body)
                status, told = answer.status_code, answer.headers.get("Retry-After", "")
                if 200 <= status < 300:
                    return json.loads(answer.content), ""
                if status in (400, 409, 422):  # understood, and not done
                    return None, f"{status} {answer.text[:300]}"
                if 400 <= status < 500 and status not in (408, 429):  # access or address, not this order
                    raise NotDone(f"{method} {path}: {status}")
                if status != 429:
                    raise Lost(f"status {status}")
            except (httpx.HTTPError, ValueError, Lost) as error:
                why = repr(error)
                if method != "GET" and not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
                    raise Lost(why) from error
            seconds = float(told) if told.isascii() and told.isdigit() else min(2.0**attempt, 8.0)
            if time.monotonic() + seconds > self.deadline:
                raise NotDone(f"gave up waiting: {why}")
            time.sleep(seconds)
        raise NotDone("too many attempts")


@dataclass
class Run:
    """One synchronisation; `problems` tell what did not come out as wanted, and end it with exit 1."""

    gateway: Gateway
    offers: str
    path: Path
    wanted: dict[str, dict[str, int]]
    orders: dict[str, Order]
    problems: list[str] = field(default_factory=list)

    def plan(self) -> None:
        """Make orders of what is newly wanted, and face purchases that an earlier run was stopped in."""
        self.orders = {ref: order for ref, order in self.orders.items() if order.state != "pending"}
        for ref in [ref for ref, order in self.orders.items() if order.state == "buying"]:
            self.orders[ref].state = "unclear"
            self.problems.append(f"{ref}: a run was stopped within the purchase")
        for ref, rows in self.wanted.items():
            held = self.orders.get(ref, Order("failed"))
            bought = {barcode: line.requested - line.cancelled for barcode, line in held.lines.items()}
            asked = {barcode: quantity for barcode, quantity in rows.items() if quantity}
            if asked and held.state == "failed" and asked != bought:
                self.orders[ref] = Order(lines={barcode: Line(asked[barcode]) for barcode in asked})
            elif held.state == "bought" and not asked.items() <= bought.items():
                self.problems.append(f"{ref}: wanted otherwise than its one purchase asked for")
        save(self.path, self.orders)

    def cancel(self, number: str, barcode: str, line: Line) -> None:
        """Cancel all of a line, once; when the answer is lost, a later run does it again."""
        asked = line.requested if line.reserved is None else line.reserved
        path = f"/v2/offers/{quote(number, safe='')}/cancel-items"
        doubt, line.doubt = line.doubt, True
        save(self.path, self.orders)
        try:
            answer, refusal = self.gateway.ask("POST", path, {}, {"barcode": barcode, "quantity": asked})
            line.take_cancel(asked, doubt, {"cancelledQuantity": 0, "hasError": True} if refusal else answer)
            if line.reserved != 0:
                self.problems.append(f"{number} {barcode}: not all cancelled: {refusal or answer}")
        except Lost as error:
            self.problems.append(f"{number} {barcode}: cancellation unclear: {error}")
        except NotDone:
            line.doubt = doubt
            raise
        finally:
            save(self.path, self.orders)

    def buy(self, ref: str, order: Order) -> None:
        """Buy one order, written down before and after."""
        body = [{"barcode": key, "requestedQuantity": line.requested} for key, line in order.lines.items()]
        order.state = "buying"
        save(self.path, self.orders)
        try:
            answer, refusal = self.gateway.ask("POST", f"{self.offers}/items", {"vendorRef": ref}, body)
            if refusal:
                order.state = "failed"
            else:
                order.take_purchase(answer)
            if refusal or any(line.reserved is None for line in order.lines.values()):
                self.problems.append(f"{ref}: {order.state}, not as asked: {refusal or answer}")
        except Lost as error:
            order.state = "unclear"
            self.problems.append(f"{ref}: purchase unclear: {error}")
        except NotDone:
            order.state = "pending"
            raise
        finally:
            save(self.path, self.orders)

    def work(self) -> None:
        """Cancel first, as it frees stock, then buy; a harmless read goes before, and after a lost answer."""
        self.plan()
        for ref, order in self.orders.items():
            for barcode, line in order.lines.items() if order.state == "bought" else ():
                if self.wanted.get(ref, {}).get(barcode) == 0 and line.reserved != 0 and not line.final:
                    self.cancel(order.request_number, barcode, line)
        healthy, query = False, {"barcodeList": next((b for rows in self.wanted.values() for b in rows), "")}
        for ref, order in self.orders.items():
            if order.state == "pending":
                if not healthy:  # what is sent into an outage would all end unclear
                    self.gateway.ask("GET", f"{self.offers}/stock-status", query)
                self.buy(ref, order)
                healthy = order.state != "unclear"


def sync(environment: Mapping[str, str], path: Path) -> int:
    """Cancel and buy what the shop wants; 0 when all came out as wanted."""
    user, password, base = (environment[key] for key in ("B2B_USER", "B2B_PASSWORD", "B2B_BASE_URL"))
    login, patience = (user, password), httpx.Timeout(ANSWER_SECONDS, connect=5.0)
    limits = httpx.Limits(max_keepalive_connections=0)  # an idle connection that died would lose an answer
    offers, wanted = f"/v2/offers/{quote(user, safe='')}", read_wanted(Path(environment["CLIENT_WANTED"]))
    with httpx.Client(base_url=base, auth=login, timeout=patience, limits=limits, trust_env=False) as client:
        run = Run(Gateway(client), offers, path, wanted, load(path))
        try:
            run.work()
        finally:
            sys.stderr.writelines(f"{problem}\n" for problem in run.problems)
    return 1 if run.problems else 0


def export(path: Path) -> None:
    """Print what is held; a quantity only where it is known."""
    for ref, order in load(path).items():
        for barcode, line in order.lines.items():
            row = {"vendorRef": ref, "barcode": barcode, "state": order.line_state(line)}
            known = {} if row["state"] == "unclear" else {"reservedQuantity": line.reserved}
            print(json.dumps(row | known | {"requestNumber": order.request_number}))


def main(arguments: list[str], environment: Mapping[str, str]) -> int:
    """Run one verb: sync, export KIND or reset."""
    try:
        path = Path(environment["CLIENT_STORE"])
        if arguments == ["export", "orders"]:
            export(path)
        elif arguments in (["sync"], ["reset"]):
            with lock(path):
                if arguments == ["sync"]:
                    return sync(environment, path)
                path.unlink(missing_ok=True)
        return 0 if arguments[:1] in (["export"], ["reset"]) else 1
    except (NotDone, OSError, KeyError) as error:
        print(f"not finished: {error!r}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
