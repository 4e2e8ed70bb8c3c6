"""A listing in another country follows the one in Romania: products always, prices and stock as switched."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.conftest import INT, Ask, Opener
from contract_tests.tests.provider.support.new_products import REVIEW_MS, item, later
from emulator.contract.contract import load_contract

GREECE = {**INT, "storeFrontCode": "GR"}
SELLER = "/integration/product/sellers/2748"
PRICES = "/integration/inventory/sellers/2748/products/price-and-inventory"


def world_with(open_world: Opener, **switches: bool) -> Ask:
    recipe = {**load_contract().worlds["empty"], "name": "cross-country"}
    recipe["cross_country"] = [{"seller": 2748, "source": "RO", "target": "GR", **switches}]
    ask = open_world(recipe=recipe)
    send(ask, f"{SELLER}/v2/products", [item("int")])
    later(ask, REVIEW_MS)
    return ask


def send(ask: Ask, path: str, items: list[dict[str, Any]], headers: dict[str, str] = INT) -> list[Any]:
    """Send items, let them be done, and give what failed of each."""
    answer = ask.send("POST", path, json={"items": items}, headers=headers)
    later(ask, 30_000)
    batch = ask(f"{SELLER}/products/batch-requests/{answer.json['batchRequestId']}", headers).json
    return [each["failureReasons"] for each in batch["items"]]


def offer(ask: Ask, headers: dict[str, str] = GREECE) -> Any:
    """Sale price and stock of the product, None where it is not listed."""
    contents = ask(f"{SELLER}/products/approved", headers).json["content"]
    if not contents:
        return None
    (variant,) = contents[0]["variants"]
    return variant["price"]["salePrice"], variant["stock"]["quantity"]


def push(ask: Ask, headers: dict[str, str] = INT, **fields: Any) -> list[Any]:
    return send(ask, PRICES, [{"barcode": "smoketest-1", **fields}], headers)


def switch(ask: Ask, word: str) -> None:
    body = {"what": "sync-switched", "seller": 2748, "storefront": "GR", "type": word}
    ask.control("POST", "/moves", body)


def test_price_and_stock_follow_in_the_currency_of_the_country(open_world: Opener) -> None:
    ask = world_with(open_world)
    assert offer(ask, INT) == (99.9, 5)
    assert offer(ask) == (round(99.9 * 100 / 508, 2), 5)
    push(ask, quantity=9, salePrice=50.8, listPrice=101.6)
    assert offer(ask) == (10, 9)


def test_update_of_what_follows_is_ignored(open_world: Opener) -> None:
    ask = world_with(open_world)
    assert push(ask, GREECE, quantity=77, salePrice=1, listPrice=2) == [[]]
    assert offer(ask) == (round(99.9 * 100 / 508, 2), 5)


@pytest.mark.parametrize("word", [None, "price_on"])
def test_price_that_does_not_follow_is_null_until_it_is_sent(open_world: Opener, word: str | None) -> None:
    ask = world_with(open_world, price=False)
    assert offer(ask) == (None, 5)
    assert ask(f"{SELLER}/products/approved", GREECE, status="onSale").json["content"] == []
    if word:
        switch(ask, word)
        assert offer(ask) == (round(99.9 * 100 / 508, 2), 5)
        return
    push(ask, GREECE, quantity=77, salePrice=20, listPrice=25)
    assert offer(ask) == (20, 5)
    push(ask, salePrice=60, listPrice=60)
    assert offer(ask) == (20, 5)


def test_stock_that_does_not_follow_is_its_own(open_world: Opener) -> None:
    ask = world_with(open_world, stock=False)
    assert offer(ask)[1] == 0
    push(ask, GREECE, quantity=4)
    push(ask, quantity=8)
    assert (offer(ask, INT)[1], offer(ask)[1]) == (8, 4)


def test_listing_is_closed_when_products_no_longer_follow(open_world: Opener) -> None:
    ask = world_with(open_world)
    switch(ask, "products_off")
    assert (offer(ask), offer(ask, INT)) == (None, (99.9, 5))
    push(ask, quantity=6)
    assert offer(ask) is None
    switch(ask, "products_on")
    assert offer(ask)[1] == 6


def test_stock_that_moves_follows_too(open_world: Opener) -> None:
    ask = world_with(open_world)
    ask.control(
        "POST", "/moves", {"what": "stock-changed", "seller": 2748, "storefront": "RO", "quantity": 2}
    )
    assert offer(ask)[1] == 2
