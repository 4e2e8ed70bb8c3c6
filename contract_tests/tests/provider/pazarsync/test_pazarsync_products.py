"""PazarSync's products: pages, order, search, detail, creation, and that they are the marketplace's own."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from contract_tests.tests.provider.conftest import NOW_MS, TR, Ask, Opener
from contract_tests.tests.provider.support.pazarsync import (
    APPROVED,
    PRINTED,
    PRODUCTS,
    TOKEN,
    Account,
    bearer,
    credentials,
    refused,
    walk,
)
from contract_tests.tests.provider.support.worlds import opened
from emulator.contract.contract import load_contract
from emulator.world.catalogue import listings
from emulator.world.core.listing import Listing
from emulator.world.core.turkish import fold_case, sort_key

SAMPLES = load_contract().samples
SORTS = ("created_at", "updated_at", "name", "sku", "price", "stock")
SUMMARY = ["id", "sku", "name", "description", "stock", "price", "status", "created_at", "updated_at"]


@pytest.fixture
def account(ask: Ask) -> Account:
    return Account(ask)


@pytest.fixture
def own(open_world: Opener) -> Account:
    """An account in a world where nothing is listed."""
    return Account(open_world("empty"))


def test_printed_curl_lines_work_with_the_host_changed(ask: Ask) -> None:
    answer = ask.send("POST", TOKEN, json=credentials(PRINTED), content_type="application/json")
    headers = {"Authorization": f"Bearer {answer.json['access_token']}"}
    assert ask.send("GET", PRODUCTS, headers=headers).json["data"]


def test_printed_product_comes_back_as_printed(open_world: Opener) -> None:
    account = Account(open_world("samples"), PRINTED)
    page, printed = account.get(PRODUCTS).json, SAMPLES["pazarsync/listProducts.200"]
    assert page["data"][:1] == printed["data"]
    assert page["meta"] == {**printed["meta"], "total_items": 2, "total_pages": 1}
    assert account.product("prod_123456") == SAMPLES["pazarsync/getProduct.200"]


def test_first_page_has_twenty_products(account: Account) -> None:
    page = account.get(PRODUCTS).json
    assert [list(row) for row in page["data"]] == [SUMMARY] * 20
    total = page["meta"]["total_items"]
    assert page["meta"] == {
        "current_page": 1, "total_pages": -(-total // 20), "total_items": total, "items_per_page": 20,
    }  # fmt: skip


def test_pages_hold_every_product_once(account: Account) -> None:
    rows = walk(account, PRODUCTS)
    assert len(rows) == account.get(PRODUCTS, limit=1).json["meta"]["total_items"]
    assert len({row["id"] for row in rows}) == len({row["sku"] for row in rows}) == len(rows)


def test_page_past_the_end_is_empty_and_keeps_its_meta(account: Account) -> None:
    total = account.get(PRODUCTS).json["meta"]["total_items"]
    page = account.get(PRODUCTS, page=2**31 - 1, limit=100).json
    assert page["data"] == []
    assert page["meta"] == {
        "current_page": 2**31 - 1, "total_pages": -(-total // 100), "total_items": total,
        "items_per_page": 100,
    }  # fmt: skip


def test_empty_account_has_no_page(own: Account) -> None:
    page = own.get(PRODUCTS).json
    assert (page["data"], page["meta"]["total_pages"], page["meta"]["total_items"]) == ([], 0, 0)


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=-1", "page=x", "page=2147483648", "limit=0", "limit=101", "limit=1.5", "sort=colour",
     "direction=up", f"search={'x' * 201}"],
)  # fmt: skip
def test_wrong_parameter_is_named(account: Account, query: str) -> None:
    answer = account.ask.send("GET", f"{PRODUCTS}?{query}", headers=account.headers)
    assert refused(answer) == (400, "pazarsync-parameter-invalid")
    assert answer.json["error"] == "invalid_parameter"
    assert query.partition("=")[0] in answer.json["message"]


def test_repeated_parameter_is_refused(account: Account) -> None:
    answer = account.ask.send("GET", f"{PRODUCTS}?page=1&page=2", headers=account.headers)
    assert refused(answer) == (400, "parameter-repeated")


@pytest.mark.parametrize("sort", SORTS)
def test_products_are_sorted_either_way(account: Account, sort: str) -> None:
    rising = walk(account, PRODUCTS, sort=sort, direction="asc")
    values = [sort_key(row[sort]) if sort == "name" else row[sort] for row in rising]
    assert values == sorted(values)
    assert walk(account, PRODUCTS, sort=sort, direction="desc") == rising[::-1]


def test_products_come_newest_first_unless_told_otherwise(account: Account) -> None:
    newest = account.products(sort="created_at", direction="desc")
    assert account.products() == account.products(sort="created_at") == newest


def test_names_stand_in_the_order_of_the_turkish_alphabet(own: Account) -> None:
    for name in (
        "Zeytin",
        "Çanta",
        "Cüzdan",
        "İğne",
        "Ilık",
        "Işık",
        "Dolap",
        "Şal",
        "Saat",
        "Öpücük",
        "Oyuncak",
    ):
        own.create(sku=name, name=name)
    names = [row["name"] for row in own.products(sort="name", direction="asc")]
    assert names == ["Cüzdan", "Çanta", "Dolap", "Ilık", "Işık", "İğne", "Oyuncak", "Öpücük", "Saat", "Şal",
                     "Zeytin"]  # fmt: skip


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("ışık", ["IŞIK Lamba"]),
        ("IŞIK", ["IŞIK Lamba"]),
        ("isik", []),
        ("İSTANBUL", ["İstanbul Tablosu", "istanbul Haritası"]),
        ("istanbul", ["İstanbul Tablosu", "istanbul Haritası"]),
        ("I\u0307stanbul", ["İstanbul Tablosu", "istanbul Haritası"]),
        ("lamba", ["IŞIK Lamba"]),
        ("ŞEKER", ["Çikolata & şeker %50"]),
        ("%50", ["Çikolata & şeker %50"]),
        ("%", ["Çikolata & şeker %50"]),
        ("_", []),
        ("mini-", ["Çikolata & şeker %50"]),
        ("MİNİ-I", ["Çikolata & şeker %50"]),
    ],
)
def test_search_knows_turkish_letters(own: Account, search: str, names: list[str]) -> None:
    products = {
        "A1": "IŞIK Lamba",
        "A2": "İstanbul Tablosu",
        "A3": "istanbul Haritası",
        "MINI-I9": "Çikolata & şeker %50",
    }
    for sku, name in products.items():
        own.create(sku=sku, name=name)
    page = own.get(PRODUCTS, search=search, sort="sku", direction="asc").json
    assert [row["name"] for row in page["data"]] == names
    assert page["meta"]["total_items"] == len(names)


def test_search_narrows_the_listing_to_what_has_it_in_name_or_sku(account: Account) -> None:
    everything = walk(account, PRODUCTS)
    word = everything[0]["name"].split()[1]
    found = walk(account, PRODUCTS, search=word)
    wanted = [row for row in everything if fold_case(word) in fold_case(row["name"])]
    assert {row["id"] for row in wanted} <= {row["id"] for row in found}
    sku = everything[7]["sku"]
    assert everything[7] in account.products(search=sku.lower(), limit=100)


@pytest.mark.parametrize(
    "product_id", ["prod_1", "1", "prod_", "prod_0", "prod_-1", "prod_x", "ord_789012",
                   "prod_9223372036854775808", "prod_99999999999999999999", "%00", "é"],
)  # fmt: skip
def test_unknown_product_is_404(account: Account, product_id: str) -> None:
    answer = account.get(f"{PRODUCTS}/{product_id}")
    assert refused(answer) == (404, "pazarsync-product-unknown")
    assert answer.json["error"] == "product_not_found"


def test_detail_holds_what_the_list_tells_and_more(account: Account) -> None:
    row = account.products()[0]
    detail = account.product(row["id"])
    assert {name: detail[name] for name in SUMMARY} == row
    assert detail["images"][0]["url"].startswith("https://")
    assert detail["categories"][0]["id"].startswith("cat_")
    assert detail["attributes"]["Marka"]


def test_siblings_of_a_product_are_products(account: Account) -> None:
    detail = next(found for row in account.products() if (found := account.product(row["id"]))["variants"])
    for sibling in detail["variants"]:
        back = account.product(sibling["id"])["variants"]
        assert detail["id"] in [other["id"] for other in back]


def test_products_are_the_variants_of_the_linked_seller(ask: Ask, account: Account) -> None:
    listed = {
        f"prod_{variant['variantId']}": (variant["stock"]["quantity"], variant["price"]["salePrice"])
        for number in range(3)
        for content in ask(APPROVED, TR, size=100, page=number).json["content"]
        for variant in content["variants"]
    }
    rows = walk(account, PRODUCTS)
    assert {row["id"]: (row["stock"], row["price"]) for row in rows} == listed


def test_truth_holds_what_the_list_serves(ask: Ask, account: Account) -> None:
    rows = walk(account, PRODUCTS)
    products = ask.control("GET", "/truth/account-products", seller=2738)["rows"]
    assert sorted(products, key=lambda row: row["id"]) == sorted(rows, key=lambda row: row["id"])
    stock = ask.control("GET", "/truth/stock", seller=2738)["rows"]
    assert {row["sku"]: row["quantity"] for row in stock} == {row["sku"]: row["stock"] for row in rows}


def test_stock_code_that_variants_share_stays_with_the_first(ask: Ask, account: Account) -> None:
    rows = ask.control("GET", "/truth/products", seller=2738)["rows"]
    shared = next(code for code, times in Counter(row["stockCode"] for row in rows).items() if times > 1)
    skus = {row["sku"] for row in account.products(search=shared, limit=100)}
    first, *others = [row["barcode"] for row in rows if row["stockCode"] == shared]
    assert {shared, *(f"{shared}-{barcode}" for barcode in others)} <= skus
    assert f"{shared}-{first}" not in skus


def test_new_product_is_answered_in_short_and_kept_whole(own: Account) -> None:
    own.ask.control("POST", "/clock/freeze", {"at_ms": NOW_MS})
    answer = own.create(
        description="Güzel", status="taslak", categories=["cat_411", "cat_x"],
        attributes={"Renk": "Mavi", "Adet": 2},
        images=["https://example.com/1.jpg", {"url": "https://example.com/2.jpg", "alt_text": "Arkadan"}],
    )  # fmt: skip
    assert answer.status_code == 201
    assert answer.json == {
        "id": answer.json["id"], "sku": "YENI-1", "name": "Yeni", "description": "Güzel", "stock": 5,
        "price": 19.9, "status": "draft", "created_at": "2026-11-22T00:00:00Z",
        "updated_at": "2026-11-22T00:00:00Z",
    }  # fmt: skip
    assert own.products() == [answer.json]
    assert own.product(answer.json["id"]) == {
        **answer.json,
        "images": [
            {"id": "img_1", "url": "https://example.com/1.jpg", "alt_text": "Yeni"},
            {"id": "img_2", "url": "https://example.com/2.jpg", "alt_text": "Arkadan"},
        ],
        "categories": [{"id": "cat_411", "name": "Jean"}, {"id": "cat_x", "name": "cat_x"}],
        "variants": [],
        "attributes": {"Renk": "Mavi", "Adet": 2},
    }


@pytest.mark.parametrize(
    ("sent", "answered"),
    [("aktif", "active"), ("taslak", "draft"), ("pasif", "passive"), ("active", "active"), ("draft", "draft"),
     ("passive", "passive"), (None, "active")],
)  # fmt: skip
def test_status_is_taken_in_two_languages_and_answered_in_one(
    own: Account, sent: str | None, answered: str
) -> None:
    assert own.create(**({} if sent is None else {"status": sent})).json["status"] == answered


def test_members_nobody_knows_are_ignored(own: Account) -> None:
    answer = own.create(colour="red", images=[{"url": "https://example.com/a.jpg", "size": 3}])
    assert answer.status_code == 201
    assert "colour" not in answer.json


@pytest.mark.parametrize(("price", "kept"), [(0, 0), (7.0, 7), (19.994, 19.99), (19.995, 20), (0.005, 0.01)])
def test_price_is_kept_to_the_kurus(own: Account, price: float, kept: float) -> None:
    assert own.create(price=price).json["price"] == kept


@pytest.mark.parametrize(
    "body",
    [
        {"sku": ""}, {"sku": 7}, {"sku": None}, {"name": ""}, {"stock": -1}, {"stock": "5"}, {"stock": 1.5},
        {"stock": 2**31}, {"price": -1}, {"price": "1"}, {"status": "satışta"}, {"categories": [7]},
        {"images": [{}]}, {"images": "x"}, {"attributes": []}, {"attributes": {"a": None}},
    ],
)  # fmt: skip
def test_product_that_cannot_be_is_refused(own: Account, body: dict[str, Any]) -> None:
    answer = own.create(**body)
    assert refused(answer) == (400, "pazarsync-body-invalid")
    assert next(iter(body)) in answer.json["message"]
    assert own.products() == []


@pytest.mark.parametrize("missing", ["sku", "name", "stock", "price"])
def test_required_member_is_named(own: Account, missing: str) -> None:
    body: dict[str, Any] = {"sku": "A", "name": "A", "stock": 1, "price": 1}
    answer = own.send("POST", PRODUCTS, {name: value for name, value in body.items() if name != missing})
    assert refused(answer) == (400, "pazarsync-body-invalid")
    assert missing in answer.json["message"]


def test_sku_is_unique_in_the_account(ask: Ask, account: Account) -> None:
    taken = account.products()[0]["sku"]
    answer = account.create(sku=taken)
    assert refused(answer) == (409, "pazarsync-sku-taken")
    assert taken in answer.json["message"]
    assert account.create(sku="EINMAL").status_code == 201
    assert account.create(sku="EINMAL").status_code == 409
    assert len(account.products(search="EINMAL")) == 1


def test_product_of_ones_own_is_listed_on_no_marketplace(ask: Ask, account: Account) -> None:
    account.create(sku="NURHIER")
    assert ask(APPROVED, TR, stockCode="NURHIER").json["totalElements"] == 0


def test_accounts_of_other_sellers_see_nothing_of_it(open_world: Opener) -> None:
    ask = open_world("samples")
    assert Account(ask).products() == []
    answer = ask(f"{PRODUCTS}/prod_123456", bearer(ask))
    assert refused(answer) == (404, "pazarsync-product-unknown")


def test_reset_takes_back_what_was_created(ask: Ask, account: Account) -> None:
    created = account.create().json["id"]
    ask.control("POST", "/reset")
    assert Account(ask).get(f"{PRODUCTS}/{created}").status_code == 404


def test_products_follow_the_listing(tmp_path: Any) -> None:
    world = opened(tmp_path)
    content = next(
        each for each in listings.contents_of(world, Listing(2738, "TR")) if len(each.variants) > 1
    )
    count = "SELECT number, sku FROM account_products WHERE content_id = ? ORDER BY number"
    before = world.store.rows(count, (content.id,))
    listings.put_content(world, content)
    assert world.store.rows(count, (content.id,)) == before
    listings.take_out(world, Listing(2738, "TR"), content.id)
    assert world.store.rows(count, (content.id,)) == []
    world.close()
