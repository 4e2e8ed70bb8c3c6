"""Legal but unusual answers: odd where the documents allow it, as sound as ever in what clients rely on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest

from contract_tests.tests.provider.conftest import INT, NOW_MS, TR, Ask, Opener
from contract_tests.tests.provider.support.b2b import BUYER, OFFERS, STOCK, buy
from contract_tests.tests.provider.support.finance import AREA, DAY_MS, rows
from contract_tests.tests.provider.support.pazarsync import ORDERS, PRODUCTS, Account
from contract_tests.tests.provider.support.pazarsync import walk as walk_account
from contract_tests.tests.provider.support.products import PRODUCTS as APPROVED
from contract_tests.tests.provider.support.products import TURKISH, ids, read, walk
from contract_tests.tests.provider.support.recipes import small
from emulator.contract.build.words import words_in
from emulator.contract.contract import load_contract
from emulator.contract.loosening import loosen
from emulator.contract.operations import Operation
from emulator.contract.schemas import response_breach
from emulator.pipeline.unusual import NEW_FIELDS, NEW_VALUE

CONTRACT = load_contract()
V1 = "/integration/product/sellers/2738/products"
WINDOW = {"startDate": NOW_MS - 15 * DAY_MS, "endDate": NOW_MS}
PLACES = [
    (document, pointer, way)
    for document, tree in CONTRACT.documents.items()
    for pointer, word, ways in words_in(tree)
    if word == "x-unusual"
    for way in ways
]
# What each judged row is made of, and the number of every kind of page: none of them may ever be odd.
JUDGED = {
    "Content": {"contentId", "productMainId", "title", "variants"},
    "Variant": {"variantId", "barcode", "stockCode", "stock", "price", "archived"},
    "Stock": {"quantity", "barcode", "availableQuantity"},
    "VariantPrice": {"salePrice", "listPrice"},
    "StockVariant": {"barcode", "quantity", "salePrice", "listPrice", "stockCode"},
    "V1Row": {"barcode", "productContentId", "productMainId", "stockCode", "quantity", "salePrice",
              "listPrice", "title", "archived"},
    "LedgerEntry": {"id", "transactionType", "transactionDate", "orderNumber", "barcode", "debt", "credit",
                    "commissionAmount", "sellerRevenue", "paymentOrderId", "paymentDate"},
    "PaymentOrder": {"id", "amount", "payoutDate"},
    "Purchase": {"requestNumber", "items"},
    "Cancellation": {"requestedQuantity", "cancelledQuantity", "hasError", "messages"},
    "Offer": {"barcode", "stockQuantity", "price", "originalSalesPrice", "modelNo"},
    "Product": {"id", "sku", "name", "description", "stock", "price", "status", "created_at", "updated_at"},
    "Order": {"id", "order_number", "marketplace", "status", "total_amount", "items_count", "created_at",
              "updated_at"},
    "StockResult": {"updated", "failed", "errors"},
    "Meta": {"current_page", "total_pages", "total_items", "items_per_page"},
}  # fmt: skip
PAGES = {"totalElements", "totalPages", "page", "size", "nextPageToken", "content", "data", "meta"}


@pytest.fixture
def odd(open_world: Opener) -> Ask:
    """Ask a small unusual world of the Turkish seller, its clock standing."""
    ask = open_world(recipe=small(), unusual=True)
    ask.control("POST", "/clock/freeze", {"at_ms": NOW_MS})
    return ask


def usual(open_world: Opener, **options: Any) -> Ask:
    ask = open_world(recipe=small(), **options)
    ask.control("POST", "/clock/freeze", {"at_ms": NOW_MS})
    return ask


def members(value: Any) -> Iterator[tuple[str, Any]]:
    """Every member of every object in a value."""
    if isinstance(value, dict):
        yield from value.items()
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from members(item)


def settlements(ask: Ask) -> list[dict[str, Any]]:
    return rows(ask, f"{AREA}/2738/settlements", TR, transactionType="Sale", **WINDOW)


READS: dict[str, Callable[[Ask], Any]] = {
    "approved": lambda ask: read(ask, TURKISH, TR, size=100)["content"],
    "stock": lambda ask: read(ask, f"{TURKISH}/inventory-and-price", TR, size=100)["content"],
    "v1": lambda ask: read(ask, V1, TR, size=100)["content"],
    "settlements": settlements,
    "offers": lambda ask: ask(OFFERS, BUYER).json,
    "account": lambda ask: walk_account(Account(ask), PRODUCTS),
    "detail": lambda ask: [Account(ask).product(row["id"]) for row in Account(ask).products(limit=12)],
    "orders": lambda ask: [
        Account(ask).get(f"{ORDERS}/{row['id']}").json for row in walk_account(Account(ask), ORDERS)
    ],
}


@pytest.mark.parametrize("name", READS)
def test_unusual_world_tells_the_same_things_in_odd_ways(open_world: Opener, name: str) -> None:
    plain, odd = READS[name](usual(open_world)), READS[name](usual(open_world, unusual=True))
    assert len(plain) == len(odd)
    assert orjson.dumps(plain) != orjson.dumps(odd)
    values = {key for key, _ in members(plain)}
    assert {key for key, _ in members(odd)} - values <= set(NEW_FIELDS) | {"since"}


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("approved", JUDGED["Content"] - {"variants"}),
        ("settlements", JUDGED["LedgerEntry"]),
        ("v1", JUDGED["V1Row"]),
        ("account", JUDGED["Product"]),
        ("offers", JUDGED["Offer"]),
    ],
)
def test_judged_fields_are_as_in_the_usual_world(open_world: Opener, name: str, fields: set[str]) -> None:
    plain, odd = READS[name](usual(open_world)), READS[name](usual(open_world, unusual=True))
    for one, other in zip(plain, odd, strict=True):
        assert {field: one[field] for field in fields} == {field: other[field] for field in fields}


def test_stock_and_prices_are_as_in_the_usual_world(open_world: Opener) -> None:
    plain, odd = (
        [each for content in READS["approved"](ask) for each in content["variants"]]
        for ask in (usual(open_world), usual(open_world, unusual=True))
    )
    for one, other in zip(plain, odd, strict=True):
        assert one["price"] == {name: other["price"][name] for name in one["price"]}
        assert one["stock"]["quantity"] == other["stock"]["quantity"]
        assert one["barcode"] == other["barcode"]


def test_each_way_is_met(odd: Ask) -> None:
    seen = [member for _ in range(3) for read_all in READS.values() for member in members(read_all(odd))]
    names, values = {name for name, _ in seen}, [value for _, value in seen]
    assert names & set(NEW_FIELDS)
    assert NEW_VALUE in values
    assert [] in [value for name, value in seen if name == "images"]
    assert None in [value for name, value in seen if name == "productUrl"]


def test_members_come_in_another_order(odd: Ask) -> None:
    rows = read(odd, f"{TURKISH}/inventory-and-price", TR, size=100)["content"]
    orders = {tuple(name for name in row if name not in NEW_FIELDS) for row in rows}
    assert len(orders) > 1


@pytest.mark.parametrize("path", [TURKISH, f"{TURKISH}/inventory-and-price"])
def test_page_by_token_may_be_short_and_the_walk_is_whole(odd: Ask, path: str) -> None:
    lengths: list[int] = []
    walked: list[int] = []
    token = None
    while token is not None or not lengths:
        page = read(odd, path, TR, size=4, **({} if token is None else {"nextPageToken": token}))
        assert (page["size"], page["totalElements"], page["totalPages"]) == (4, 20, 5)
        lengths, token, walked = [*lengths, len(page["content"])], page["nextPageToken"], walked + ids(page)
    assert min(lengths[1:-1]) < 4
    assert 0 not in lengths
    assert walked == sorted(set(walked))
    assert len(walked) == 20


def test_page_by_number_is_never_short(odd: Ask) -> None:
    assert [len(read(odd, TURKISH, TR, size=4, page=number)["content"]) for number in range(5)] == [4] * 5


def test_usual_world_has_no_short_page(open_world: Opener) -> None:
    ask = usual(open_world)
    token = read(ask, TURKISH, TR, size=4)["nextPageToken"]
    assert len(read(ask, TURKISH, TR, size=15, nextPageToken=token)["content"]) == 15


def test_equal_histories_are_odd_alike(open_world: Opener) -> None:
    one, other = (usual(open_world, unusual=True) for _ in range(2))
    paths = (TURKISH, f"{TURKISH}/inventory-and-price", V1)
    assert [one(path, TR, size=50).data for path in paths] == [
        other(path, TR, size=50).data for path in paths
    ]


def test_another_seed_is_odd_otherwise(open_world: Opener) -> None:
    recipe = small(listings=[], orders=[], money=[])
    one, other = (open_world(recipe=recipe, unusual=True, seed=seed) for seed in (1, 2))
    orders = [[tuple(ask(TURKISH, TR).json) for _ in range(12)] for ask in (one, other)]
    assert orders[0] != orders[1]


def test_refusals_are_as_ever(odd: Ask) -> None:
    answer = odd(TURKISH, TR, size=101)
    assert list(answer.json) == ["errors"]


def test_purchase_is_answered_and_done_as_ever(odd: Ask) -> None:
    barcode = next(row["barcode"] for row in odd(STOCK, BUYER).json if row["availableQuantity"] > 2)
    body = buy(odd, (barcode, 2)).json
    assert (body["items"][0]["availableQuantity"], bool(body["requestNumber"])) == (2, True)


def test_world_says_whether_it_is_unusual(app: Any) -> None:
    root = Ask(app, "")
    body = {"name": "odd", "world": "empty", "unusual": True}
    assert root.control("POST", "/worlds", body)["unusual"] is True
    assert root.control("GET", "/worlds/default")["unusual"] is False
    root.control("DELETE", "/worlds/odd")


def test_unusual_world_stays_so_over_a_reset(odd: Ask) -> None:
    assert odd.control("POST", "/reset")["unusual"] is True


def test_demo_world_can_be_unusual_in_both_editions(open_world: Opener) -> None:
    ask = open_world(unusual=True)
    assert len(walk(ask, APPROVED, size=50)) == 250
    assert ask(f"{AREA}/2748/settlements", INT, transactionType="Sale", **WINDOW).status_code == 200


def can_be_gone(pointer: str, way: str) -> bool:
    """Whether a way stands where it can be gone."""
    parts = pointer.split("/")
    in_operation = parts[1] == "paths"
    places = {"new-field": True, "short-page": in_operation, "empty-page": in_operation}
    return places.get(way, parts[-3] == "properties")


def is_relied_on(pointer: str) -> bool:
    """Whether clients rely on what stands at a place."""
    parts = pointer.split("/")
    if "schemas" not in parts or parts[-3] != "properties":
        return False
    owner, name = parts[parts.index("schemas") + 1], parts[-2]
    return name in (PAGES if owner.endswith("Page") else JUDGED.get(owner, set()))


def test_every_way_stands_where_it_can_be_gone() -> None:
    assert [place for place in PLACES if not can_be_gone(place[1], place[2])] == []
    assert len(PLACES) > 300


def test_what_clients_rely_on_bears_no_mark() -> None:
    assert [place for place in PLACES if is_relied_on(place[1])] == []


def operation(name: str, edition: str) -> Operation:
    return next(each for each in CONTRACT.operations if (each.id, each.edition) == (name, edition))


def test_usual_schema_refuses_what_the_loosened_one_allows(odd: Ask) -> None:
    bodies = [odd(TURKISH, TR, size=100).data for _ in range(3)]
    known_operation = operation("filterApprovedProducts", "tr")
    assert any(response_breach(known_operation, 200, "application/json", body) for body in bodies)
    assert not any(
        response_breach(known_operation, 200, "application/json", body, unusual=True) for body in bodies
    )


def test_loosened_schema_still_refuses_what_has_no_mark(odd: Ask) -> None:
    known_operation = operation("filterApprovedProducts", "tr")
    page = orjson.loads(odd(TURKISH, TR, size=5).data)
    del page["content"][0]["title"]
    breach = response_breach(known_operation, 200, "application/json", orjson.dumps(page), unusual=True)
    assert breach is not None
    assert "title" in breach


def test_loosening_leaves_an_unmarked_schema_alone() -> None:
    schema = {
        "type": "object",
        "required": ["a"],
        "additionalProperties": False,
        "properties": {"a": {"type": "string"}},
    }
    assert loosen(schema) == schema
