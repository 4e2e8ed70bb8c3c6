"""Keep a copy of a Trendyol seller's approved products in one JSON file.

`sync` reads the whole list and replaces the copy, `export products` prints it, `reset` forgets it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin

import requests
from requests.exceptions import ChunkedEncodingError, ContentDecodingError, Timeout

PAGE_SIZE = 100  # the most the list allows
PAGE_WINDOW = 10_000  # page numbers reach no further, tokens do
REQUEST_GAP = 0.21  # seconds between two requests: below 50 in 10 seconds, also from one run to the next
ANSWER_SECONDS = 20.0  # an answer has to be whole by then
ATTEMPTS = 8  # of one request
PATIENCE = 55.0  # seconds that one run may lose to failed requests and to the waits after them
READINGS = 6  # of the whole list, while it moves
READING_SECONDS = 70.0  # no new reading that would probably end later than this

Row = dict[str, Any]
Query = dict[str, str | int]


class CatalogError(Exception):
    """The run cannot be finished; the copy stays as it was."""


class MomentaryError(Exception):
    """A failure that may pass: `first` is the first wait, which then doubles; `asked` overrides it."""

    def __init__(self, reason: str, first: float = 0.5, asked: float | None = None) -> None:
        """Keep the reason and what is known about the wait."""
        super().__init__(reason)
        self.first, self.asked = first, asked

    def delay(self, attempt: int) -> float:
        """Return the wait after the attempt of that number, counted from 1."""
        return self.asked if self.asked is not None else min(self.first * 2.0 ** (attempt - 1), 10.0)


@dataclass(frozen=True)
class Page:
    """One checked page of the list: the rows of each content beside its contentId."""

    total: int
    token: str | None
    contents: list[tuple[int, list[Row]]]


@dataclass
class Reading:
    """What one pass over the whole list has gathered so far."""

    rows: dict[str, Row] = field(default_factory=dict)
    content_ids: set[int] = field(default_factory=set)
    totals: set[int] = field(default_factory=set)
    tokens: set[str] = field(default_factory=set)
    pages: int = 0
    repeated: bool = False
    by_number: bool = False

    def add(self, page: Page) -> None:
        """Take in a page and note whether it repeats what an earlier one held."""
        self.pages += 1
        self.totals.add(page.total)
        for content_id, rows in page.contents:
            self.repeated |= content_id in self.content_ids
            self.content_ids.add(content_id)
            for row in rows:
                self.repeated |= row["barcode"] in self.rows
                self.rows[row["barcode"]] = row

    def following(self, page: Page) -> Query | None:
        """Say how to ask for what comes after this page, None at the end.

        A token goes on after the last content, so a shifting list skips nothing: it is preferred to numbers.
        """
        if not page.contents or (self.pages == 1 and len(self.content_ids) >= page.total):
            return None
        if page.token and page.token not in self.tokens:
            self.tokens.add(page.token)
            return {"nextPageToken": page.token, "size": PAGE_SIZE}
        if self.tokens or len(self.content_ids) >= page.total:
            return None
        if (self.pages + 1) * PAGE_SIZE > PAGE_WINDOW:
            raise CatalogError(f"more than {PAGE_WINDOW} contents and no token to go on with")
        self.by_number = True
        return {"page": self.pages, "size": PAGE_SIZE}

    def confirmed(self, earlier: set[int] | None) -> bool:
        """Tell whether the list stood still: one total, and that many contents, each of them once.

        That is too weak a proof for numbered pages, which may shift unseen, and for an empty list: those have
        to hold the same as the reading before.
        """
        still = self.totals == {len(self.content_ids)} and not self.repeated
        doubtful = self.by_number or not self.content_ids
        return still and (not doubtful or self.content_ids == earlier)


def section(value: Any) -> Mapping[str, Any]:
    """Return a nested object, or an empty one where it is missing."""
    return value if isinstance(value, dict) else {}


def money(value: Any) -> str | None:
    """Return an amount as an exact decimal string."""
    try:
        return None if value is None else format(Decimal(str(value)), "f")
    except InvalidOperation as error:
        raise MomentaryError(f"no amount of money: {value!r}") from error


def whole(value: Any) -> Any:
    """Return 5 for 5.0; everything else as it is."""
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value


def variant_row(content: Mapping[str, Any], variant: Mapping[str, Any]) -> Row:
    """Make the row of one variant; what was not told is left out rather than guessed."""
    barcode, price = variant.get("barcode"), section(variant.get("price"))
    if not isinstance(barcode, str) or not barcode:
        raise MomentaryError(f"a variant without barcode in content {content['contentId']}")
    row = {
        "barcode": barcode,
        "contentId": content["contentId"],
        "productMainId": content.get("productMainId"),
        "stockCode": variant.get("stockCode"),
        "quantity": whole(section(variant.get("stock")).get("quantity")),
        "salePrice": money(price.get("salePrice")),
        "listPrice": money(price.get("listPrice")),
        "title": content.get("title"),
        "archived": variant.get("archived"),
    }
    return {name: value for name, value in row.items() if value is not None}


def parse_content(content: Mapping[str, Any]) -> tuple[int, list[Row]]:
    """Check one content and return its id and the rows of its variants."""
    content_id, variants = content.get("contentId"), content.get("variants")
    if not isinstance(content_id, int) or not isinstance(variants, list):
        raise MomentaryError("a content without id or variants")
    return content_id, [variant_row(content, section(variant)) for variant in variants]


def parse_page(text: bytes) -> Page:
    """Read a page; whatever is no page counts as a broken answer."""
    try:
        body = section(json.loads(text, parse_float=Decimal))
    except ValueError as error:
        raise MomentaryError("the answer is not JSON") from error
    total, contents, token = body.get("totalElements"), body.get("content"), body.get("nextPageToken")
    if not isinstance(total, int) or not isinstance(contents, list):
        raise MomentaryError("the answer is not a page")
    return Page(total, str(token) if token else None, [parse_content(section(item)) for item in contents])


class ProductReader:
    """Reads the approved products of one account, paced and with a retry loop of its own."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Open the session; it takes nothing (proxy, netrc) from the environment of the process."""
        seller = environment["TRENDYOL_SELLER_ID"]
        path = f"integration/product/sellers/{quote(seller, safe='')}/products/approved"
        self._address = urljoin(environment["TRENDYOL_BASE_URL"].rstrip("/") + "/", path)
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.auth = (environment["TRENDYOL_API_KEY"], environment["TRENDYOL_API_SECRET"])
        self._session.headers["User-Agent"] = f"{seller} - SelfIntegration"
        if storefront := environment.get("TRENDYOL_STOREFRONT", "").strip():
            self._session.headers.update({"storeFrontCode": storefront, "Accept-Language": "en"})
        self._next_turn = self._lost = 0.0

    def read(self) -> list[Row]:
        """Return the rows of a reading during which the list stood still."""
        started, earlier = time.monotonic(), None
        for _ in range(READINGS):
            began = time.monotonic()
            reading = self._read_once()
            if reading.confirmed(earlier):
                return list(reading.rows.values())
            earlier, now = reading.content_ids, time.monotonic()
            if (now - started) + (now - began) > READING_SECONDS:
                break
            time.sleep(1.0)
        raise CatalogError("the catalogue kept moving while it was read")

    def _read_once(self) -> Reading:
        """Go over the whole list once."""
        reading = Reading()
        query: Query | None = {"page": 0, "size": PAGE_SIZE}
        while query is not None:
            page = self._page(query)
            reading.add(page)
            query = reading.following(page)
        return reading

    def _page(self, query: Query) -> Page:
        """Fetch one page, again after failures that may pass, as long as the patience of the run lasts."""
        attempt = 0
        while True:
            attempt += 1
            began = time.monotonic()
            try:
                return self._ask(query)
            except MomentaryError as trouble:
                delay = trouble.delay(attempt)
                self._lost += time.monotonic() - began + delay
                if attempt >= ATTEMPTS or self._lost > PATIENCE:
                    raise CatalogError(f"gave up after {attempt} attempts: {trouble}") from trouble
            time.sleep(delay)

    def _ask(self, query: Query) -> Page:
        """Make one request in its turn; MomentaryError says that another may succeed."""
        time.sleep(max(0.0, self._next_turn - time.monotonic()))
        self._next_turn = time.monotonic() + REQUEST_GAP
        seconds = min(ANSWER_SECONDS, max(5.0, PATIENCE - self._lost))
        options: dict[str, Any] = {"timeout": (5.0, seconds), "stream": True, "allow_redirects": False}
        deadline = time.monotonic() + seconds
        try:
            with self._session.get(self._address, params=query, **options) as response:
                self._check_status(response)
                return parse_page(self._body(response, deadline))
        except (requests.ConnectionError, Timeout, ChunkedEncodingError, ContentDecodingError) as error:
            raise MomentaryError(f"no whole answer: {error}") from error

    @staticmethod
    def _check_status(response: requests.Response) -> None:
        """Let only 200 pass."""
        status = response.status_code
        if status == 429:
            asked = response.headers.get("Retry-After", "").strip()
            raise MomentaryError("limited: 429", 2.0, max(1.0, float(asked)) if asked.isdecimal() else None)
        if status >= 500 or status == 408:
            raise MomentaryError(f"the service failed: {status}")
        if status != 200:
            raise CatalogError(f"refused: {status} {response.text[:300]}")

    @staticmethod
    def _body(response: requests.Response, deadline: float) -> bytes:
        """Read the body, but no longer than to the deadline."""
        parts: list[bytes] = []
        for part in response.iter_content(4096):
            parts.append(part)
            if time.monotonic() > deadline:
                raise MomentaryError("the answer came too slowly")
        return b"".join(parts)


def save_copy(path: Path, rows: list[Row]) -> None:
    """Write the new copy beside the old one, then put it in its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(rows, file, default=str)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def main(arguments: list[str], environment: Mapping[str, str]) -> int:
    """Do what the verb says; 1 with a line of explanation for whatever could not be finished."""
    try:
        path = Path(environment["CLIENT_STORE"])
        match arguments:
            case ["sync"]:
                save_copy(path, ProductReader(environment).read())
            case ["export", kind]:
                held = kind == "products" and path.exists()
                for row in json.loads(path.read_text(encoding="utf-8")) if held else []:
                    print(json.dumps(row))
            case ["reset"]:
                path.unlink(missing_ok=True)
            case _:
                print("usage: sync | export KIND | reset", file=sys.stderr)
                return 2
    except (CatalogError, requests.RequestException, OSError, ValueError, KeyError) as error:
        print(f"not done: {error!r}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
