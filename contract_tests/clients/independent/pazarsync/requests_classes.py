"""PazarSync client: copies products and the orders of 30 days, and sets the stocks that the shop wants."""

import json
import os
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import requests

TOKEN_PATH, BATCH_PATH = "/api/auth/token", "/api/v1/stocks/batch"
PRODUCTS_PATH, ORDERS_PATH = "/api/v1/products", "/api/v1/orders"
RUN_SECONDS = 90.0  # nothing is waited for beyond this
ANSWER_SECONDS = 20.0  # one answer, whole
TRIES = 6  # of one request
READINGS = 4  # of one list, when it moves while it is read
ROUNDS = 3  # of stock setting in one run
PAGE_SIZE = BATCH_SIZE = 100
Row = dict[str, Any]


class Trouble(Exception):
    """Something could not be finished in this run."""


class Refused(Trouble):
    """The service said no; nothing was changed."""


class Unclear(Trouble):
    """A write was sent, and nobody knows whether it took effect."""


class Clock:
    """The world's time, and the time that is left for this run."""

    def __init__(self, now_ms: str) -> None:
        """Start at the world's time, or at the machine's where none is told."""
        self.started_at = int(now_ms) / 1000 if now_ms else time.time()
        self._start = time.monotonic()

    def elapsed(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self._start

    def pause(self, seconds: float) -> None:
        """Wait, or give up at once where the run would not outlast the wait."""
        if self.elapsed() + max(seconds, 0.0) >= RUN_SECONDS:
            raise Trouble(f"would have to wait {seconds:.0f} s, longer than this run may")
        time.sleep(max(seconds, 0.0))


class Api:
    """PazarSync over HTTP: token, limits, retries and paged lists."""

    def __init__(self, environment: Mapping[str, str], clock: Clock) -> None:
        """Take address and credentials from the environment."""
        self._base = environment["PAZARSYNC_BASE_URL"].rstrip("/")
        self._login = {
            "client_id": environment["PAZARSYNC_CLIENT_ID"],
            "grant_type": "client_credentials",
            "client_secret": environment["PAZARSYNC_CLIENT_SECRET"],
        }
        self._clock = clock
        self._open_at = self._token_until = 0.0  # both in seconds of the run
        self._token = ""
        self._session = requests.Session()
        self._session.trust_env = False  # a .netrc must not replace our token

    def call(self, method: str, path: str, params: Row | None = None, body: Row | None = None) -> Row:
        """One request with its retries; a write is repeated only when it surely had no effect."""
        repeatable, problem, text = method == "GET" or path == TOKEN_PATH, "", b""
        for attempt in range(TRIES):
            headers = {} if path == TOKEN_PATH else {"Authorization": f"Bearer {self._bearer()}"}
            self._clock.pause(self._open_at - self._clock.elapsed())
            try:
                status, text = self._send(attempt, method, path, params=params, json=body, headers=headers)
                problem = f"{method} {path}: status {status}"
                if 200 <= status < 300 and isinstance(answer := json.loads(text), dict):
                    return answer
                status = 0 if 200 <= status < 300 else status  # not what was promised: as good as no answer
            except (requests.RequestException, ValueError) as error:
                status, problem = 0, f"{method} {path}: {error!r}"
            if status == 401 and path != TOKEN_PATH and attempt < 2:
                self._token = ""
            elif status in (0, 408) or status >= 500:
                if not repeatable:
                    raise Unclear(problem)
                self._clock.pause(min(0.5 * 2**attempt, 8.0))
            elif status != 429:
                kind = Refused if status in (400, 404, 409, 413, 422) else Trouble
                raise kind(f"{problem} {text[:200]!r}")
        raise Trouble(f"given up after {TRIES} tries: {problem}")

    def _send(self, attempt: int, method: str, path: str, **request: Any) -> tuple[int, bytes]:
        """Send once and read the whole answer in bounded time."""
        patience, text = min(ANSWER_SECONDS, max(RUN_SECONDS - self._clock.elapsed(), 1.0)), bytearray()
        end = self._clock.elapsed() + patience
        with self._session.request(
            method, self._base + path, stream=True, timeout=patience, allow_redirects=False, **request
        ) as answer:
            self._note_limit(answer.status_code, answer.headers, attempt)
            for piece in answer.iter_content(64):  # small, so that an answer that trickles is noticed
                text += piece
                if self._clock.elapsed() > end:
                    raise requests.Timeout("the answer took too long")
            return answer.status_code, bytes(text)

    def _note_limit(self, status: int, headers: Mapping[str, str], attempt: int) -> None:
        """Learn from an answer's headers when the next request is welcome."""
        delay, after, reset = 0.0, headers.get("Retry-After", ""), headers.get("X-RateLimit-Reset", "")
        if (status == 429 or headers.get("X-RateLimit-Remaining") == "0") and reset.isdecimal():
            world = self._clock.started_at + self._clock.elapsed()
            waits = [int(reset) - now for now in (world, time.time())]  # by whichever clock makes sense
            delay = next((wait + 0.3 for wait in waits if 0 <= wait <= 61), 0.0)
        if status == 429:
            delay = max(float(after), 0.5) if after.isdecimal() else max(delay, 2.0**attempt)
        self._open_at = self._clock.elapsed() + delay

    def _bearer(self) -> str:
        """A token that is still good, fetched when needed."""
        if not self._token or self._clock.elapsed() >= self._token_until:
            answer = self.call("POST", TOKEN_PATH, body=self._login)
            token, lifetime = answer.get("access_token"), answer.get("expires_in")
            if not isinstance(token, str) or not token:
                raise Trouble("the token answer holds no access_token")
            seconds = float(lifetime) if isinstance(lifetime, (int, float)) else 3600.0
            self._token, self._token_until = token, self._clock.elapsed() + seconds - min(30.0, seconds / 2)
        return self._token

    def read_list(self, path: str, params: Mapping[str, str]) -> list[Row]:
        """Read all pages, again and again until the list held still.

        From the last page to the first: what a deletion pulls forward is then met twice, not missed.
        """
        for reading in range(READINGS):
            self._clock.pause(float(reading))
            rows, total, pages = self._page(path, params, 1)
            totals = {total}
            for number in range(pages, 0, -1) if pages > 1 else ():
                more, total, _ = self._page(path, params, number)
                rows = more if number == pages else more + rows
                totals.add(total)
                if len(totals) > 1:
                    break
            if len(totals) == 1 and len({row["id"] for row in rows}) == len(rows) == total:
                return rows
        raise Trouble(f"{path} moved each time while it was read")

    def _page(self, path: str, params: Mapping[str, str], number: int) -> tuple[list[Row], int, int]:
        """One page: its rows, the count of all rows and of all pages."""
        body = self.call("GET", path, params={**params, "page": number, "limit": PAGE_SIZE})
        try:
            rows, meta = body["data"], body["meta"]
            total = int(meta["total_items"])
            if int(meta.get("current_page", number)) != number:
                raise ValueError("another page than the one asked for")
            if not all(isinstance(row["id"], str | int) for row in rows):
                raise ValueError("a row without a usable id")
            return list(rows), total, int(meta.get("total_pages", -(-total // PAGE_SIZE)))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Trouble(f"{path}: page {number} cannot be understood: {error!r}") from error


class Store:
    """The copy on disk: one JSON file, replaced as a whole."""

    def __init__(self, path: Path) -> None:
        """Load what is there: lists of rows, and the account of wishes by SKU."""
        self._path = path
        held = json.loads(path.read_bytes()) if path.exists() else {}
        self.lists: dict[str, list[Row]] = held.get("lists", {})
        self.stock: dict[str, Row] = held.get("stock", {})

    def save(self) -> None:
        """Write all beside the old file, then put it in its place."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_name(f"{self._path.name}.{os.getpid()}.tmp")
        with beside.open("w", encoding="utf-8") as file:
            json.dump({"lists": self.lists, "stock": self.stock}, file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._path)


class Sync:
    """One synchronisation. A wish for a stock is pending, unclear, failed or done."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Put the parts together."""
        self._clock = Clock(environment.get("TRENDYOL_NOW_MS", ""))
        self._store = Store(Path(environment["CLIENT_STORE"]))
        self._api = Api(environment, self._clock)
        self._wanted_path = environment.get("CLIENT_WANTED", "")

    def run(self) -> int:
        """Do all steps, each saved for itself; 1 when one of them could not be finished."""
        code = 0
        for step in (self._accept_wishes, self._sync_stocks_and_products, self._copy_orders):
            try:
                step()
            except Trouble as problem:
                print(problem, file=sys.stderr)
                code = 1
        return code

    def _accept_wishes(self) -> None:
        """Note new wishes; what is done stays done as long as the wish is the same, so no sale is undone."""
        try:
            lines = Path(self._wanted_path).read_text("utf-8").split("\n") if self._wanted_path else []
            rows = [json.loads(line) for line in lines if line.strip()]
            wanted = {str(row["sku"]): int(row["stock"]) for row in rows}  # the last line of a SKU counts
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Trouble(f"{self._wanted_path} cannot be read: {error!r}") from error
        for sku, stock in wanted.items():
            wish = self._store.stock.get(sku, {})
            if wish.get("stock") != stock or wish.get("state") == "failed":
                self._store.stock[sku] = {"stock": stock, "state": "pending"}
        self._store.save()

    def _sync_stocks_and_products(self) -> None:
        """Copy the products; while wishes are open, send them and copy again to see what became of them."""
        self._copy_products()
        for number in range(ROUNDS):
            if not self._open_wishes():
                return
            self._clock.pause(float(number))
            size = BATCH_SIZE if number == 0 else 1  # one by one where a batch did not tell
            skus = self._open_wishes()
            for start in range(0, len(skus), size):
                self._send(skus[start : start + size])
            self._copy_products()
        if self._open_wishes():
            raise Trouble(f"stocks not settled: {len(self._open_wishes())}")

    def _open_wishes(self) -> list[str]:
        """The SKUs whose wish still has to be settled."""
        return [sku for sku, wish in self._store.stock.items() if wish["state"] in ("pending", "unclear")]

    def _copy_products(self) -> None:
        """Replace the products; a wish is done where the stock is as wanted, failed without product."""
        products = self._api.read_list(PRODUCTS_PATH, {"sort": "created_at", "direction": "asc"})
        found = {row.get("sku"): row for row in products}
        for sku in self._open_wishes():
            if sku not in found:
                self._store.stock[sku]["state"] = "failed"
            elif found[sku].get("stock") == self._store.stock[sku]["stock"]:
                self._store.stock[sku]["state"] = "done"
        self._store.lists["products"] = products
        self._store.save()

    def _copy_orders(self) -> None:
        """Replace the orders by those of the last 30 days."""
        now = datetime.fromtimestamp(self._clock.started_at, UTC)
        precision = "milliseconds" if now.microsecond >= 1000 else "seconds"
        ends = {"from_date": now - timedelta(days=30), "to_date": now}
        window = {name: end.isoformat(timespec=precision)[:-6] + "Z" for name, end in ends.items()}
        self._store.lists["orders"] = self._api.read_list(ORDERS_PATH, window)
        self._store.save()

    def _send(self, skus: list[str]) -> None:
        """Set stocks; the intent is saved before, the verdict after it."""
        self._mark(skus, "unclear")
        try:
            self._mark(skus, "done" if self._set(skus) else "unclear")
        except (Unclear, Refused) as problem:
            print(problem, file=sys.stderr)
            if isinstance(problem, Refused):
                self._mark(skus, "failed" if len(skus) == 1 else "pending")

    def _set(self, skus: list[str]) -> bool:
        """Set one stock, or many in a batch; true when the answer confirms all of it."""
        stocks = {sku: self._store.stock[sku]["stock"] for sku in skus}
        if len(skus) > 1:
            items = [{"sku": sku, "stock": stock} for sku, stock in stocks.items()]
            answer = self._api.call("POST", BATCH_PATH, body={"items": items})
            return (answer.get("updated"), answer.get("failed")) == (len(skus), 0)
        product = next(row for row in self._store.lists["products"] if row.get("sku") == skus[0])
        path = f"{PRODUCTS_PATH}/{quote(str(product['id']), safe='')}/stock"
        answer = self._api.call("PUT", path, body={"stock": stocks[skus[0]]})
        return bool(answer.get("stock") == stocks[skus[0]])

    def _mark(self, skus: list[str], state: str) -> None:
        """Give wishes a state, and save it."""
        for sku in skus:
            self._store.stock[sku]["state"] = state
        self._store.save()


def main(arguments: list[str], environment: Mapping[str, str]) -> int:
    """Run one verb: sync, export KIND or reset."""
    try:
        if arguments == ["sync"]:
            return Sync(environment).run()
        if arguments == ["reset"]:
            Path(environment["CLIENT_STORE"]).unlink(missing_ok=True)
            return 0
        if len(arguments) == 2 and arguments[0] == "export":
            store = Store(Path(environment["CLIENT_STORE"]))
            store.lists["stock"] = [{"sku": sku, **wish} for sku, wish in store.stock.items()]
            for row in store.lists.get(arguments[1], []):
                print(json.dumps(row))
            return 0
    except (KeyError, OSError, ValueError) as error:
        print(repr(error), file=sys.stderr)
        return 1
    print("usage: sync | export KIND | reset", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
