"""A marketplace of a few lines, mounted into a session: shows what a client does, without an emulator."""

from __future__ import annotations

import base64
import json
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from requests.adapters import BaseAdapter

from contract_tests.clients.patience import Clock

NOW_MS = 1_790_000_000_000
ENVIRONMENT = {
    "TRENDYOL_BASE_URL": "http://market.invalid",
    "TRENDYOL_SELLER_ID": "2748",
    "TRENDYOL_API_KEY": "key",
    "TRENDYOL_API_SECRET": "secret",
    "TRENDYOL_STOREFRONT": "RO",
    "TRENDYOL_NOW_MS": str(NOW_MS),
}

Answer = tuple[int, Mapping[str, str], bytes]
Trouble = Callable[[int], Answer | None]


def no_trouble(_number: int) -> Answer | None:
    """Let every request through."""
    return None


@dataclass(slots=True)
class Asked:
    """One request as it was sent."""

    at: float
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]


@dataclass(slots=True)
class Market(BaseAdapter):
    """Lists ``rows`` of any path in pages; ``trouble`` may answer the n-th request (from 1) instead.

    Shapes: ``tokens`` says which pages carry one: those until-last, every-page, or none. The ``short``-th
    answer has half of its rows, and a token that goes on from there.
    """

    rows: list[dict[str, Any]]
    trouble: Trouble = no_trouble
    tokens: str = "until-last"
    short: int = 0
    asked: list[Asked] = field(default_factory=list)
    now: float = 1_000_000.0

    @property
    def clock(self) -> Clock:
        """Time that passes only when somebody sleeps."""
        return Clock(lambda: self.now, self._sleep)

    @property
    def session(self) -> requests.Session:
        """A session whose every request comes here."""
        session = requests.Session()
        session.mount("http://", self)
        return session

    def _sleep(self, seconds: float) -> None:
        self.now += seconds

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """Answer one request."""
        target = urlsplit(request.url or "")
        query = {name: values[0] for name, values in parse_qs(str(target.query)).items()}
        self.asked.append(Asked(self.now, str(target.path), query, dict(request.headers)))
        status, headers, body = self.trouble(len(self.asked)) or (
            200,
            {},
            page_of(self.rows, query, self.tokens, halved=self.short == len(self.asked)),
        )
        response = requests.Response()
        response.status_code, response.url, response.request = status, str(request.url), request
        response.headers.update(headers)
        response.raw = BytesIO(body)
        return response

    def close(self) -> None:
        """Nothing is open."""


def page_of(
    rows: list[dict[str, Any]], query: Mapping[str, str], tokens: str, *, halved: bool = False
) -> bytes:
    """One page by number, or by a token that stands behind the last content of a page."""
    size, token = int(query["size"]), query.get("nextPageToken")
    start = int(query.get("page", "0")) * size
    if token:
        start = bisect_right(rows, int(base64.b64decode(token)), key=lambda row: int(row["contentId"]))
    page = rows[start : start + size // (1 + halved)]
    onward = tokens == "every-page" or (tokens == "until-last" and start + len(page) < len(rows))
    last = str(page[-1].get("contentId", "")) if page else ""
    following = base64.b64encode(last.encode()).decode() if onward and last else None
    body = {"totalElements": len(rows), "content": page, "nextPageToken": following}
    return json.dumps(body).encode()


def contents(count: int) -> list[dict[str, Any]]:
    """Approved contents of one variant each."""
    variant = {"stockCode": "S", "archived": False, "stock": {"quantity": 3}}
    price = {"salePrice": 10.5, "listPrice": 12.0}
    head = {"productMainId": "M", "title": "T"}
    return [
        head | {"contentId": number, "variants": [variant | {"barcode": f"B{number}", "price": price}]}
        for number in range(count)
    ]


def entries(count: int) -> list[dict[str, Any]]:
    """Sales of one payment order."""
    sale = {"credit": 449.99, "debt": 0.0, "sellerRevenue": 382.4915, "paymentOrderId": 112360}
    return [sale | {"id": str(number)} for number in range(count)]
