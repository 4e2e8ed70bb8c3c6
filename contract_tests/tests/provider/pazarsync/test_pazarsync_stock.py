"""PazarSync's stock: one product, many at once, and that there is one stock for every marketplace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.provider.conftest import NOW_MS, Ask, Opener
from contract_tests.tests.provider.support.pazarsync import (
    BATCH,
    KURUMSAL,
    PRINTED,
    PRODUCTS,
    Account,
    barcode_of,
    marketplace_stock,
    refused,
    walk,
)
from contract_tests.tests.provider.support.worlds import opened
from emulator.contract.contract import load_contract
from emulator.world.catalogue.listings import contents_of, put_content
from emulator.world.catalogue.stock import move_stock, move_stocks
from emulator.world.catalogue.stored_contents import content_bytes
from emulator.world.core.listing import Listing

SAMPLES = load_contract().samples
LATER_MS = 60_000
# A batch takes a thousand rows, three hundred of which nobody has here.
MOST_ITEMS = 700


@pytest.fixture
def account(ask: Ask) -> Account:
    ask.control("POST", "/clock/freeze", {"at_ms": NOW_MS})
    return Account(ask)


def printed_account(open_world: Opener) -> Account:
    """The account of the page's own samples, at the moment the page prints."""
    ask = open_world("samples")
    ask.control("POST", "/clock/freeze", {"at_ms": 1_694_943_900_000})
    return Account(ask, PRINTED)


def test_printed_update_is_answered_as_printed(open_world: Opener) -> None:
    answer = printed_account(open_world).set_stock("prod_123456", 150)
    assert answer.json == SAMPLES["pazarsync/updateProductStock.200"]


def test_printed_batch_is_answered_as_printed(open_world: Opener) -> None:
    account = printed_account(open_world)
    answer = account.send("POST", BATCH, SAMPLES["pazarsync/updateStocks.request"])
    assert answer.json == SAMPLES["pazarsync/updateStocks.200"]
    assert {row["sku"]: row["stock"] for row in account.products()} == {"ABC-123": 150, "DEF-456": 75}


def test_stock_is_set_and_dated(ask: Ask, account: Account) -> None:
    product = account.products()[0]
    ask.control("POST", "/clock/advance", {"ms": LATER_MS})
    answer = account.set_stock(product["id"], 77)
    assert answer.json == {
        "id": product["id"], "sku": product["sku"], "stock": 77, "updated_at": "2026-11-22T00:01:00Z",
    }  # fmt: skip
    after = account.product(product["id"])
    assert (after["stock"], after["updated_at"]) == (77, "2026-11-22T00:01:00Z")
    assert account.products(sort="updated_at")[0]["id"] == product["id"]


@pytest.mark.parametrize("quantity", [0, 7, 2**31 - 1])
def test_stock_set_here_is_seen_by_the_marketplace(ask: Ask, account: Account, quantity: int) -> None:
    product = account.products()[3]
    barcode = barcode_of(ask, product)
    account.set_stock(product["id"], quantity)
    assert marketplace_stock(ask, barcode) == quantity


def test_batch_is_seen_by_the_marketplace(ask: Ask, account: Account) -> None:
    one, other = account.products()[:2]
    answer = account.batch({"product_id": one["id"], "stock": 11}, {"sku": other["sku"], "stock": 22})
    assert answer.json == {"updated": 2, "failed": 0, "errors": []}
    assert [marketplace_stock(ask, barcode_of(ask, each)) for each in (one, other)] == [11, 22]


def test_stock_of_a_product_of_ones_own_is_set(account: Account) -> None:
    created = account.create().json
    assert account.set_stock(created["id"], 9).json["stock"] == 9
    assert account.batch({"sku": created["sku"], "stock": 10}).json["updated"] == 1
    assert account.product(created["id"])["stock"] == 10


def test_clients_of_one_account_see_one_stock(ask: Ask, account: Account) -> None:
    product = account.products()[0]
    account.set_stock(product["id"], 31)
    assert Account(ask, KURUMSAL).product(product["id"])["stock"] == 31


def test_stock_moved_elsewhere_is_seen_here(tmp_path: Path) -> None:
    world = opened(tmp_path)
    content = next(each for each in contents_of(world, Listing(2738, "TR")) if each.variants[0].quantity > 3)
    variant = content.variants[0]
    stock = "SELECT quantity, updated_ms FROM account_products WHERE number = ?"
    move_stock(world, Listing(2738, "TR"), variant.barcode, lambda quantity: quantity - 3)
    assert world.store.row(stock, (variant.id,)) == (variant.quantity - 3, world.clock.now_ms())
    put_content(world, content)
    assert world.store.row(stock, (variant.id,))[0] == variant.quantity  # type: ignore[index]  # it is listed
    assert move_stocks(world, Listing(2738, "TR"), {"nowhere": lambda quantity: 5}) == {}
    before = [content_bytes(each) for each in contents_of(world, Listing(2738, "TR"))]
    move_stock(world, Listing(2738, "TR"), variant.barcode, lambda quantity: quantity + 1)
    changed = [each for each in contents_of(world, Listing(2738, "TR")) if content_bytes(each) not in before]
    assert [each.variants[0].quantity for each in changed] == [variant.quantity + 1]
    world.close()


@pytest.mark.parametrize("body", [{}, {"stock": -1}, {"stock": "5"}, {"stock": None}, {"stock": 1.5},
                                  {"stock": 2**31}, {"id": 1}, [], 5])  # fmt: skip
def test_stock_that_cannot_be_is_refused(account: Account, body: Any) -> None:
    before = account.products()[0]
    answer = account.send("PUT", f"{PRODUCTS}/{before['id']}/stock", body)
    assert refused(answer) == (400, "pazarsync-body-invalid")
    assert account.product(before["id"])["stock"] == before["stock"]


@pytest.mark.parametrize("more", [{"id": "prod_1"}, {"id": 7}, {"sku": "A", "price": 1}])
def test_members_beside_stock_are_ignored(account: Account, more: dict[str, Any]) -> None:
    product = account.products()[0]
    answer = account.send("PUT", f"{PRODUCTS}/{product['id']}/stock", {"stock": 4321, **more})
    assert (answer.status_code, answer.json["id"], answer.json["stock"]) == (200, product["id"], 4321)
    item = {"product_id": product["id"], "stock": 1234, "note": "x"}
    assert account.send("POST", BATCH, {"items": [item], "from": "shop"}).json["updated"] == 1
    assert account.product(product["id"])["stock"] == 1234


def test_stock_of_an_unknown_product_is_404(account: Account) -> None:
    assert refused(account.set_stock("prod_1", 5)) == (404, "pazarsync-product-unknown")


def test_batch_tells_each_item_that_cannot_be_done_and_does_the_others(account: Account) -> None:
    one, two, three = account.products()[:3]
    items: list[dict[str, Any]] = [
        {"product_id": one["id"], "stock": 1},
        {"product_id": "prod_1", "stock": 1},
        {"sku": "NIRGENDS", "stock": 1},
        {"stock": 1},
        {"product_id": two["id"], "stock": -1},
        {"product_id": two["id"], "sku": three["sku"], "stock": 1},
        {"product_id": three["id"], "sku": three["sku"], "stock": 3},
        {"product_id": "prod_99999999999999999999", "stock": 1},
    ]
    answer = account.batch(*items).json
    assert (answer["updated"], answer["failed"]) == (2, 6)
    assert [(error["index"], error["error"]) for error in answer["errors"]] == [
        (1, "product_not_found"), (2, "product_not_found"), (3, "product_not_named"), (4, "stock_negative"),
        (5, "product_ambiguous"), (7, "product_not_found"),
    ]  # fmt: skip
    for error in answer["errors"]:
        item = items[error["index"]]
        assert (error["product_id"], error["sku"]) == (item.get("product_id"), item.get("sku"))
        assert error["message"]
    stocks = [account.product(each["id"])["stock"] for each in (one, two, three)]
    assert stocks == [1, two["stock"], 3]


def test_of_two_items_for_one_product_the_later_holds(account: Account) -> None:
    product = account.products()[0]
    answer = account.batch({"product_id": product["id"], "stock": 1}, {"sku": product["sku"], "stock": 2})
    assert answer.json == {"updated": 2, "failed": 0, "errors": []}
    assert account.product(product["id"])["stock"] == 2


@pytest.mark.parametrize(
    "body", [{}, {"items": []}, {"items": {}}, {"items": [5]}, {"items": [{"sku": "A"}]},
             {"items": [{"sku": "A", "stock": "5"}]}, {"items": [{"sku": 5, "stock": 5}]},
             {"items": [{"sku": "A", "price": 1}]}],
)  # fmt: skip
def test_batch_of_another_shape_changes_nothing(account: Account, body: Any) -> None:
    before = account.products()
    assert refused(account.send("POST", BATCH, body)) == (400, "pazarsync-body-invalid")
    assert account.products() == before


def test_batch_of_everything_at_once_loses_nothing(account: Account) -> None:
    rows = walk(account, PRODUCTS, sort="sku", direction="asc")[:MOST_ITEMS]
    items = [{"sku": row["sku"], "stock": place % 500} for place, row in enumerate(rows)]
    extra = [{"sku": f"X-{number}", "stock": 1} for number in range(300)]
    answer = account.batch(*items, *extra).json
    assert (answer["updated"], answer["failed"], len(answer["errors"])) == (len(items), 300, 300)
    after = walk(account, PRODUCTS, sort="sku", direction="asc")[:MOST_ITEMS]
    assert [row["stock"] for row in after] == [place % 500 for place in range(len(rows))]
