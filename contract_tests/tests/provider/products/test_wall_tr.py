"""The wall of the Turkish edition, and short token pages on both walls."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.conftest import INT, TR, Ask, Opener
from contract_tests.tests.provider.support.products import PRODUCTS, TURKISH, ids, read

V1 = "/integration/product/sellers/2738/products"
WALLS = {"wall": (f"{PRODUCTS}/inventory-and-price", INT), "wall-tr": (f"{TURKISH}/inventory-and-price", TR)}


def walk_by_token(ask: Ask, path: str, headers: dict[str, str]) -> list[list[int]]:
    """Read every page by token; give the ids of each."""
    page: dict[str, Any] = read(ask, path, headers, size=100)
    pages = [ids(page)]
    while page["nextPageToken"] is not None:
        page = read(ask, path, headers, size=100, nextPageToken=page["nextPageToken"])
        pages.append(ids(page))
    return pages


@pytest.mark.nightly
def test_turkish_wall_is_reached_by_number_and_passed_by_token(open_world: Opener) -> None:
    ask = open_world("wall-tr")
    page = read(ask, TURKISH, TR, page=99, size=100)
    assert page["totalElements"] == 10_345
    assert ask(TURKISH, TR, page=101, size=100).status_code == 400
    pages = [ids(page)]
    while page["nextPageToken"] is not None:
        page = read(ask, TURKISH, TR, size=100, nextPageToken=page["nextPageToken"])
        pages.append(ids(page))
    assert sum(map(len, pages)) == 100 + 345


def test_turkish_wall_has_more_flat_rows_than_pages_reach(open_world: Opener) -> None:
    assert read(open_world("wall-tr"), V1, TR, size=1)["totalElements"] == 10_345


@pytest.mark.parametrize("world", [pytest.param("wall", marks=pytest.mark.nightly), "wall-tr"])
def test_short_token_pages_lose_nothing_of_ten_thousand(open_world: Opener, world: str) -> None:
    path, headers = WALLS[world]
    ask = open_world(world, unusual=True)
    pages = walk_by_token(ask, path, headers)
    numbers = [number for page in pages for number in page]
    assert len(numbers) == len(set(numbers)) == read(ask, path, headers, size=1)["totalElements"] > 10_000
    assert sum(len(page) < 100 for page in pages[:-1]) > 10
