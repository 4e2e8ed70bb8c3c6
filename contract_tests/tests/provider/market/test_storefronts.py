"""Storefronts beside the first one: listings that can be drawn, and their money."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.conftest import INT, NOW_MS, Ask, Opener, basic
from contract_tests.tests.provider.support.finance import AREA, DAY_MS, rows
from contract_tests.tests.provider.support.products import read
from emulator.contract.contract import load_contract

GREEK = {**INT, "storeFrontCode": "GR"}
DRAWABLE = sorted(load_contract().lookups["storefronts"])
SELLER: dict[str, Any] = {
    "id": 4711, "name": "Everywhere", "edition": "int", "storefronts": DRAWABLE, "key": "k", "secret": "s",
    "tier": "100k",
}  # fmt: skip
HEADERS = {"Authorization": basic("k", "s"), "User-Agent": "4711 - SelfIntegration"}


@pytest.fixture
def everywhere(open_world: Opener) -> Ask:
    """Ask a world whose seller lists and sells wherever something can be drawn."""
    places = [{"seller": 4711, "storefront": code} for code in DRAWABLE]
    recipe = {
        "name": "everywhere",
        "sellers": [SELLER],
        "listings": [{**place, "contents": 5, "variants": [1, 2]} for place in places],
        "money": [{**place, "days": 30, "rows": 20} for place in places],
    }
    return open_world(recipe=recipe)


def test_kuwait_is_among_the_storefronts_that_can_be_drawn() -> None:
    assert {"KW", "RO", "GR", "SA", "AE", "DE", "CZ", "SK", "BG", "TR"} <= set(DRAWABLE)


@pytest.mark.parametrize("code", DRAWABLE)
def test_drawn_listing_is_answered_and_sold_from(everywhere: Ask, code: str) -> None:
    headers = {**HEADERS, "storeFrontCode": code}
    page = read(everywhere, "/integration/product/sellers/4711/products/approved", headers, size=10)
    prices = [each["price"]["salePrice"] for content in page["content"] for each in content["variants"]]
    assert len(page["content"]) == 5
    assert min(prices) > 0
    window = {"startDate": NOW_MS - 15 * DAY_MS, "endDate": NOW_MS}
    assert rows(everywhere, f"{AREA}/4711/settlements", headers, transactionType="Sale", **window)


@pytest.mark.parametrize(("language", "is_arabic"), [("ar", True), ("en", False)])
def test_kuwait_is_told_in_arabic_and_english(everywhere: Ask, language: str, is_arabic: bool) -> None:  # noqa: FBT001
    headers = {**HEADERS, "storeFrontCode": "KW", "Accept-Language": language}
    page = read(everywhere, "/integration/product/sellers/4711/products/approved", headers, size=5)
    titles = "".join(content["title"] for content in page["content"])
    assert any("\u0600" <= letter <= "\u06ff" for letter in titles) == is_arabic


def test_demo_seller_has_greek_money_too(ask: Ask) -> None:
    window = {"startDate": NOW_MS - 15 * DAY_MS, "endDate": NOW_MS}
    sales = rows(ask, f"{AREA}/2748/settlements", GREEK, transactionType="Sale", **window)
    payouts = rows(ask, f"{AREA}/2748/otherfinancials", GREEK, transactionType="PaymentOrder", **window)
    orders = ask.control("GET", "/truth/orders", seller=2748, storefront="GR")["rows"]
    assert {row["country"] for row in sales} == {"Yunanistan"}
    assert payouts
    assert {row["orderNumber"] for row in sales} <= {row["orderNumber"] for row in orders}
    romanian = rows(ask, f"{AREA}/2748/settlements", INT, transactionType="Sale", **window)
    assert not {row["id"] for row in sales} & {row["id"] for row in romanian}
