"""The V1 filter over HTTP: a flat row for each barcode, its filters, its refusals, its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest

from contract_tests.tests.provider.conftest import INT, TR, Ask, Opener
from contract_tests.tests.provider.support.new_products import approve, finish, item
from contract_tests.tests.provider.support.worlds import opened
from emulator.world.catalogue.listings import contents_of, put_content, take_out
from emulator.world.catalogue.variant_search import VariantQuery, find_variants
from emulator.world.core.listing import Listing

ROWS = "/integration/product/sellers/2738/products"
CONTENTS = f"{ROWS}/approved"
Row = dict[str, Any]


def read(ask: Ask, **query: Any) -> Any:
    """Ask for a page that must come."""
    answer = ask(ROWS, TR, **query)
    assert answer.status_code == 200, answer.text
    return orjson.loads(answer.data)


def walk(ask: Ask, **query: Any) -> list[Row]:
    """Read from page 0 on until a page is empty, and hold the totals to what came."""
    rows: list[Row] = []
    for number in range(1000):
        page = read(ask, **query, page=number)
        assert page["page"] == number
        if not page["content"]:
            assert page["totalElements"] == len(rows)
            assert page["totalPages"] == number
            return rows
        rows += page["content"]
    raise AssertionError("no end")


def barcodes(rows: list[Row]) -> list[str]:
    return [row["barcode"] for row in rows]


def test_every_variant_of_the_world_is_delivered_once(ask: Ask) -> None:
    truth = ask.control("GET", "/truth/products", seller=2738, storefront="TR")["rows"]
    rows = walk(ask, size=100)
    assert sorted(barcodes(rows)) == sorted(row["barcode"] for row in truth)
    assert len({row["id"] for row in rows}) == len(rows)
    by_barcode = {row["barcode"]: row for row in rows}
    for fact in truth:
        row = by_barcode[fact["barcode"]]
        assert (row["productContentId"], row["productMainId"]) == (fact["contentId"], fact["productMainId"])
        assert (row["stockCode"], row["quantity"]) == (fact["stockCode"], fact["quantity"])
        assert (row["title"], row["archived"]) == (fact["title"], fact["archived"])
        assert Decimal(str(row["salePrice"])) == Decimal(fact["salePrice"])
        assert Decimal(str(row["listPrice"])) == Decimal(fact["listPrice"])


def test_row_tells_what_the_content_and_its_variant_tell(ask: Ask) -> None:
    answer = ask(CONTENTS, TR, size=100)
    by_barcode = {row["barcode"]: row for row in walk(ask, size=200)}
    for content in orjson.loads(answer.data)["content"]:
        for variant in content["variants"]:
            row = by_barcode[variant["barcode"]]
            assert (row["brand"], row["brandId"]) == (content["brand"]["name"], content["brand"]["id"])
            assert row["categoryName"] == content["category"]["name"]
            assert (row["description"], row["images"]) == (content["description"], content["images"])
            assert row["productCode"] == variant["variantId"]
            assert row["createDateTime"] == variant["sellerCreatedDate"]
            assert row["lastUpdateDate"] == variant["sellerModifiedDate"]
            assert row.get("lockReason") == variant["lockReason"]
            for name in ("supplierId", "vatRate", "onSale", "archived", "locked", "blacklisted"):
                assert row[name] == variant[name]
            assert [each["attributeValue"] for each in row["attributes"]] == [
                each["attributeValue"] for each in (*content["attributes"], *variant["attributes"])
            ]
            assert row["variantAttributes"] == [
                {name: each[name] for name in ("attributeName", "attributeValue")}
                for each in variant["attributes"]
            ]


def test_free_text_has_a_null_value_id_and_stands_as_the_color(ask: Ask) -> None:
    (row,) = read(ask, size=1)["content"]
    free = row["attributes"][0]
    assert (free["attributeId"], free["attributeValueId"]) == (47, None)
    assert row["color"] == free["attributeValue"]


def test_page_has_fifty_rows_unless_size_says_otherwise(ask: Ask) -> None:
    page = read(ask)
    assert (page["page"], page["size"], len(page["content"])) == (0, 50, 50)
    assert page["totalPages"] == -(-page["totalElements"] // 50)
    assert len(read(ask, size=200)["content"]) == 200


@pytest.mark.parametrize("size", [1, 7, 50, 200])
def test_rows_come_by_variant_id_whatever_the_size(ask: Ask, size: int) -> None:
    pages = 4
    rows = [row for number in range(pages) for row in read(ask, size=size, page=number)["content"]]
    codes = [row["productCode"] for row in rows]
    assert codes == sorted(codes)
    assert rows == walk(ask, size=200)[: size * pages]


def test_page_past_the_end_is_empty(ask: Ask) -> None:
    page = read(ask, page=2_147_483_647, size=200)
    assert page["content"] == []
    assert page["totalElements"] == len(walk(ask, size=200))


FILTERS: list[tuple[Callable[[Row], dict[str, Any]], Callable[[Row, Row], bool]]] = [
    (lambda one: {"barcode": one["barcode"]}, lambda one, row: row["barcode"] == one["barcode"]),
    (lambda one: {"stockCode": one["stockCode"]}, lambda one, row: row["stockCode"] == one["stockCode"]),
    (
        lambda one: {"productMainId": one["productMainId"]},
        lambda one, row: row["productMainId"] == one["productMainId"],
    ),
    (lambda one: {"brandIds": one["brandId"]}, lambda one, row: row["brandId"] == one["brandId"]),
    (lambda one: {"brandIds": f"1,{one['brandId']}"}, lambda one, row: row["brandId"] == one["brandId"]),
    (lambda one: {"brandIds": [1, one["brandId"]]}, lambda one, row: row["brandId"] == one["brandId"]),
    (
        lambda one: {"startDate": one["createDateTime"], "endDate": one["createDateTime"]},
        lambda one, row: row["createDateTime"] == one["createDateTime"],
    ),
    (
        lambda one: {"startDate": one["createDateTime"] + 1, "dateQueryType": "CREATED_DATE"},
        lambda one, row: row["createDateTime"] > one["createDateTime"],
    ),
    (
        lambda one: {"endDate": one["lastUpdateDate"], "dateQueryType": "LAST_MODIFIED_DATE"},
        lambda one, row: row["lastUpdateDate"] <= one["lastUpdateDate"],
    ),
    (lambda one: {"approved": "true"}, lambda one, row: True),
    (lambda one: {"rejected": "false"}, lambda one, row: True),
    (lambda one: {"approved": "false"}, lambda one, row: False),
    (lambda one: {"rejected": "true"}, lambda one, row: False),
    (lambda one: {"archived": "true"}, lambda one, row: bool(row["archived"])),
    (lambda one: {"archived": "false"}, lambda one, row: not row["archived"]),
    (lambda one: {"onSale": "true"}, lambda one, row: bool(row["onSale"])),
    (lambda one: {"onSale": "false"}, lambda one, row: not row["onSale"]),
    (lambda one: {"blacklisted": "true"}, lambda one, row: bool(row["blacklisted"])),
    (lambda one: {"blacklisted": "false"}, lambda one, row: not row["blacklisted"]),
    (lambda one: {"supplierId": 2738}, lambda one, row: True),
    (lambda one: {"barcode": "nobody-has-it"}, lambda one, row: False),
    (
        lambda one: {"brandIds": one["brandId"], "archived": "false", "endDate": one["createDateTime"]},
        lambda one, row: (
            row["brandId"] == one["brandId"]
            and not row["archived"]
            and row["createDateTime"] <= one["createDateTime"]
        ),
    ),
]


@pytest.mark.parametrize("number", range(len(FILTERS)))
def test_filter_finds_the_rows_that_match(ask: Ask, number: int) -> None:
    query_of, matches = FILTERS[number]
    rows = walk(ask, size=200)
    one = rows[len(rows) // 3]
    values = [row for row in rows if matches(one, row)]
    assert walk(ask, size=200, **query_of(one)) == values


@pytest.mark.parametrize("origin", ["TR", "IT"])
def test_origin_chooses_variants_made_in_a_country(ask: Ask, origin: str) -> None:
    answer = ask(CONTENTS, TR, size=100)
    by_barcode = {
        variant["barcode"]: variant["origin"]
        for content in orjson.loads(answer.data)["content"]
        for variant in content["variants"]
    }
    codes = set(barcodes(walk(ask, size=200, origin=origin)))
    assert codes & set(by_barcode) == {
        barcode for barcode, country in by_barcode.items() if country == origin
    }


@pytest.mark.parametrize("yes", ["true", "True", "1"])
@pytest.mark.parametrize("no", ["false", "False", "0"])
def test_booleans_are_read_as_clients_write_them(ask: Ask, yes: str, no: str) -> None:
    page = read(ask, approved=yes, archived=no)
    assert page == read(ask, approved="true", archived="false")
    assert 0 < page["totalElements"] < read(ask)["totalElements"]


@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ("size=0", "size-invalid"), ("size=201", "size-invalid"), ("size=all", "size-invalid"),
        ("page=-1", "page-invalid"), ("page=0&page=1", "parameter-repeated"),
        ("startDate=yesterday", "date-invalid"), ("endDate=1.5", "date-invalid"),
        ("startDate=2&endDate=1", "window-order"),
        ("dateQueryType=VARIANT_CREATED_DATE", "date-query-type-invalid"),
        ("approved=yes", "parameter-invalid"), ("brandIds=nike", "parameter-invalid"),
    ],
)  # fmt: skip
def test_refusal(ask: Ask, query: str, rule: str) -> None:
    answer = ask.send("GET", f"{ROWS}?{query}", headers=TR)
    assert (answer.status_code, answer.headers["X-Emulator-Rule"]) == (400, rule)


def test_rows_can_be_as_they_were_recorded_in_2022(open_world: Opener, ask: Ask) -> None:
    names = {"deliveryDuration", "version", "lastPriceChangeDate", "lastStockChangeDate"}
    missing = {"deliveryOption", "variantAttributes"}
    old = open_world(decisions={"v1-row": "recorded-2022"})
    for row, whole in zip(read(old, size=100)["content"], read(ask, size=100)["content"], strict=True):
        assert row.keys() == (whole.keys() - missing) | names
        assert {name: row[name] for name in row.keys() - names} == {
            name: whole[name] for name in whole.keys() - missing
        }
        assert row["deliveryDuration"] == whole["deliveryOption"]["deliveryDuration"]
        assert row["createDateTime"] <= row["lastStockChangeDate"]


def test_recorded_row_that_a_stock_move_left_blank_is_as_recorded_too(open_world: Opener) -> None:
    old = open_world(decisions={"v1-row": "recorded-2022"})
    old.control("POST", "/moves", {"what": "stock-changed", "seller": 2738, "pick": 0, "quantity": 77})
    assert all("version" in row and "deliveryOption" not in row for row in read(old, size=100)["content"])


def test_closed_v1_points_to_v2(open_world: Opener) -> None:
    ask = open_world(decisions={"product-v1": "closed"})
    answer = ask(ROWS, TR, page=0, size=50)
    assert (answer.status_code, answer.headers["X-Emulator-Rule"]) == (404, "product-v1-closed")
    assert "products/approved" in orjson.loads(answer.data)["errors"][0]["message"]
    assert ask(CONTENTS, TR).status_code == 200


def test_international_v1_rows_are_in_english(ask: Ask) -> None:
    path = "/integration/product/sellers/2748/products"
    page = ask(path, INT, size=5).json
    contents = ask(f"{path}/approved", {**INT, "Accept-Language": "en"}, size=100).json["content"]
    titles = {each["barcode"]: content["title"] for content in contents for each in content["variants"]}
    assert page["totalElements"] > len(page["content"]) == 5
    assert [row["title"] for row in page["content"]] == [titles[row["barcode"]] for row in page["content"]]


def test_row_is_drawn_anew_when_its_content_changes(tmp_path: Path) -> None:
    world = opened(tmp_path)
    content = next(contents_of(world, Listing(2738, "TR")))
    one = replace(content.variants[0], quantity=77)
    query = VariantQuery(Listing(2738, "TR"), barcode=one.barcode)
    put_content(world, replace(content, variants=(one,)))
    (fragment,) = find_variants(world, query, 10).json_rows
    assert orjson.loads(fragment)["quantity"] == 77
    take_out(world, Listing(2738, "TR"), content.id)
    assert find_variants(world, query, 10).total == 0
    world.close()


def test_rows_are_kept_for_turkish_sellers_alone(tmp_path: Path) -> None:
    world = opened(tmp_path)
    sellers = world.store.rows("SELECT DISTINCT seller_id FROM variant WHERE body IS NOT NULL")
    assert sellers == [(2738,)]
    world.close()


def test_v1_lists_what_waits_behind_what_is_approved_page_by_page(open_world: Opener) -> None:
    ask = open_world("empty")
    ask.control("POST", "/clock/freeze")
    approve(ask, [item(barcode="a"), item(barcode="b", productMainId="b")])
    finish(ask, "create", [item(barcode=code, productMainId=code) for code in ("c", "d", "e")])

    def listed_barcodes(**query: Any) -> list[str]:
        answer = ask(ROWS, TR, **query)
        return [row["barcode"] for row in answer.json["content"]]

    assert [listed_barcodes(size=2, page=page) for page in range(4)] == [["a", "b"], ["c", "d"], ["e"], []]
    assert listed_barcodes(size=3, page=0) == ["a", "b", "c"]
    assert (listed_barcodes(approved="true"), listed_barcodes(rejected="false")) == (["a", "b"], [*"abcde"])
    assert listed_barcodes(archived="true") == []
