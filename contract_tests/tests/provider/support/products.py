"""Reads the products of the demo sellers."""

from __future__ import annotations

from typing import Any

import orjson

from contract_tests.tests.provider.conftest import Ask

PRODUCTS = "/integration/product/sellers/2748/products/approved"
TURKISH = "/integration/product/sellers/2738/products/approved"


def read(ask: Ask, path: str, headers: dict[str, str] | None = None, **query: Any) -> Any:
    """Ask for a page that must come."""
    answer = ask(path, headers, **query)
    assert answer.status_code == 200, answer.text
    return orjson.loads(answer.data)


def ids(page: Any) -> list[int]:
    return [content["contentId"] for content in page["content"]]


def walk(ask: Ask, path: str, **query: Any) -> list[int]:
    """Read from page 0 on by token until a page has none."""
    walked: list[int] = []
    page = read(ask, path, **query)
    while True:
        walked += ids(page)
        if page["nextPageToken"] is None:
            return walked
        page = read(ask, path, **query, nextPageToken=page["nextPageToken"])
