"""Order list on the standard library alone: a generator walks by the last row's date, a JSON file keeps."""

import http.client
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

DAY_MS = 86_400_000
SPAN_MS, WINDOW_MS, AHEAD_MS = 29 * DAY_MS, 14 * DAY_MS, DAY_MS
THREE_HOURS = timedelta(hours=3)  # orderDate alone is written so much ahead
MOMENTARY = (408, 425, 429, 500, 502, 503, 504)
TRIES, PACE_S = 7, 0.25

Row = dict[str, Any]
Settings = Mapping[str, str]


class GaveUp(Exception):
    """The list cannot be read now."""


def headers_of(settings: Settings) -> dict[str, str]:
    """What every request carries."""
    pair = f"{settings['TRENDYOL_API_KEY']}:{settings['TRENDYOL_API_SECRET']}".encode()
    headers = {
        "Authorization": f"Basic {b64encode(pair).decode()}",
        "User-Agent": f"{settings['TRENDYOL_SELLER_ID']} - SelfIntegration",
        "Accept": "application/json",
    }
    if settings.get("TRENDYOL_STOREFRONT"):
        headers["storeFrontCode"] = settings["TRENDYOL_STOREFRONT"]
    return headers


def wait_of(answer_headers: Any, tries: int) -> float:
    """How long to wait: as the answer says, else longer each time."""
    text = ((answer_headers and answer_headers.get("Retry-After")) or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time()) + 1
    except (TypeError, ValueError):
        return min(2.0**tries, 30.0)


def ask(opener: urllib.request.OpenerDirector, url: str, headers: dict[str, str]) -> Row:
    """Read one page, asked again while it is refused for the moment or comes broken."""
    problem = ""
    for tries in range(TRIES):
        time.sleep(PACE_S)
        answer_headers: Any = None
        try:
            with opener.open(urllib.request.Request(url, headers=headers), timeout=30) as answer:
                body = json.loads(answer.read())
            if isinstance(body, dict) and isinstance(body.get("content"), list):
                return body
            problem = "an answer of another shape"
        except urllib.error.HTTPError as refusal:
            problem, answer_headers = f"{refusal.code} {refusal.read()[:200]!r}", refusal.headers
            if refusal.code not in MOMENTARY:
                raise GaveUp(problem) from refusal
        except (OSError, http.client.HTTPException, ValueError) as broken:
            problem = f"{type(broken).__name__}: {broken}"
        if tries < TRIES - 1:
            time.sleep(wait_of(answer_headers, tries))
    raise GaveUp(problem)


def walk(settings: Settings, from_ms: int, to_ms: int) -> Iterator[list[Row]]:
    """Yield the rows that changed in a span, page by page.

    A package that changes leaves its page, and all behind it move up. So each page begins at the last row's
    date, and a page number is used only within one millisecond.
    """
    # Proxies of the machine are not for the marketplace.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    address = urllib.parse.urljoin(
        settings["TRENDYOL_BASE_URL"],
        f"/integration/order/sellers/{settings['TRENDYOL_SELLER_ID']}/v2/orders",
    )
    headers, begin, page = headers_of(settings), from_ms, 0
    while begin < to_ms:
        end = min(begin + WINDOW_MS, to_ms)
        query = {
            "startDate": begin,
            "endDate": end,
            "page": page,
            "size": 200,
            "orderByField": "PackageLastModifiedDate",
            "orderByDirection": "ASC",
        }
        body = ask(opener, f"{address}?{urllib.parse.urlencode(query)}", headers)
        rows = body["content"]
        yield rows
        last = max((row["lastModifiedDate"] for row in rows), default=begin)
        if page + 1 >= body["totalPages"]:
            begin, page = end, 0
        elif last > begin:
            begin, page = last, 0
        else:
            page += 1


def true_moment(order_date_ms: int) -> str:
    """Write the moment of an order with its zone."""
    return (datetime.fromtimestamp(order_date_ms / 1000, UTC) - THREE_HOURS).isoformat()


def kept_row(package: Row) -> Row:
    """What the shop keeps of a package."""
    return {
        "shipmentPackageId": package["shipmentPackageId"],
        "orderNumber": package["orderNumber"],
        "status": package["status"],
        "lastModifiedDate": package["lastModifiedDate"],
        "orderedAt": true_moment(package["orderDate"]),
        "totalPrice": package["packageTotalPrice"],
        "currency": package["currencyCode"],
        "quantity": sum(line["quantity"] for line in package["lines"]),
    }


def load(store: Path) -> dict[str, Row]:
    """Read the copy; empty before the first run."""
    return json.loads(store.read_text("utf-8")) if store.exists() else {}


def sync(settings: Settings) -> int:
    """Read all that changed, and put it over the copy once the walk has come to its end."""
    store, now_ms = Path(settings["CLIENT_STORE"]), int(settings["TRENDYOL_NOW_MS"])
    copy = load(store)
    try:
        for rows in walk(settings, now_ms - SPAN_MS, now_ms + AHEAD_MS):
            for package in rows:
                row, key = kept_row(package), str(package["shipmentPackageId"])
                if key not in copy or copy[key]["lastModifiedDate"] <= row["lastModifiedDate"]:
                    copy[key] = row
    except GaveUp as problem:
        print(f"the order list was not read: {problem}", file=sys.stderr)
        return 1
    store.parent.mkdir(parents=True, exist_ok=True)
    fresh = store.with_name(store.name + ".new")
    fresh.write_text(json.dumps(copy, ensure_ascii=False), "utf-8")
    fresh.replace(store)
    return 0


def main(arguments: list[str], environment: Settings) -> int:
    """Carry out one verb."""
    store = Path(environment["CLIENT_STORE"])
    match arguments:
        case ["sync"]:
            return sync(environment)
        case ["export", kind]:
            for row in load(store).values() if kind == "orders" else ():
                print(json.dumps(row, ensure_ascii=False))
            return 0
        case ["reset"]:
            store.unlink(missing_ok=True)
            return 0
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
