"""Moves of the marketplace: what clients read and what the truth says follow them, a sentence tells them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.provider.conftest import NOW_MS, TR, Ask, Opener
from contract_tests.tests.provider.support.b2b import BUYER, OFFERS
from contract_tests.tests.provider.support.control import refusal
from contract_tests.tests.provider.support.finance import AREA, DAY_MS
from contract_tests.tests.provider.support.moves import move, number_in, truth
from contract_tests.tests.provider.support.pazarsync import ORDERS, Account
from contract_tests.tests.provider.support.products import PRODUCTS, TURKISH, ids, read
from contract_tests.tests.provider.support.recipes import small
from contract_tests.tests.provider.support.worlds import bytes_of, opened
from emulator.world.moves import MOVES, perform

SETTLEMENTS = f"{AREA}/2738/settlements"
ALL = {"startDate": NOW_MS - 15 * DAY_MS, "endDate": NOW_MS}
# In a world where nobody has sent a product, answered or acted on a claim these find nothing to do; their
# own tests are elsewhere.
NEEDS_MORE = frozenset(
    {
        "product-approved", "product-rejected", "content-change-accepted", "content-change-refused",
        "sync-switched", "claim-cancelled", "claim-decided", "question-reported", "question-closed",
        "answer-checked", "answer-rejected", "invoice-accepted", "invoice-rejected", "export-cancelled",
        "export-ordered", "export-received",
    }
)  # fmt: skip
EVERY: list[dict[str, Any]] = [
    # Only the rows of an international account are ever re-keyed.
    # A package of three can be split and still be divided.
    *(
        {"what": name, "seller": 2738, **({"quantity": 3} if name == "order-placed" else {})}
        for name in MOVES
        if name != "statements-rekeyed" and name not in NEEDS_MORE
    ),
    {"what": "entry-booked", "seller": 2738, "type": "deduction_invoices", "ago_ms": 5},
]


@pytest.mark.parametrize("place", ["first", "last"])
def test_added_content_stands_where_asked_in_the_default_order(shop: Ask, place: str) -> None:
    added = number_in(move(shop, "content-added", place=place), "content")
    content_ids = ids(read(shop, TURKISH, TR, size=100))
    assert len(content_ids) == 21
    assert content_ids[0 if place == "first" else -1] == added


def test_added_content_is_new_today_and_in_the_truth(shop: Ask) -> None:
    added = number_in(move(shop, "content-added"), "content")
    (content,) = read(shop, TURKISH, TR, contentId=added)["content"]
    assert content["creationDate"] == content["lastModifiedDate"] == NOW_MS
    values = {row["barcode"] for row in truth(shop, "products") if row["contentId"] == added}
    assert values == {variant["barcode"] for variant in content["variants"]}
    assert values <= {row["barcode"] for row in truth(shop, "offers")}


def test_added_contents_have_barcodes_of_their_own(shop: Ask) -> None:
    for place in ("first", "last") * 5:
        move(shop, "content-added", place=place)
    barcodes = [row["barcode"] for row in truth(shop, "products")]
    assert len(set(barcodes)) == len(barcodes)


def test_removed_content_is_gone_everywhere(shop: Ask) -> None:
    before = read(shop, TURKISH, TR, size=100)["content"]
    assert number_in(move(shop, "content-removed", pick=3), "content") == before[3]["contentId"]
    page = read(shop, TURKISH, TR, size=100)
    assert (page["totalElements"], ids(page)) == (
        19,
        [each["contentId"] for each in before if each is not before[3]],
    )
    values = {variant["barcode"] for variant in before[3]["variants"]}
    for kind in ("products", "offers"):
        assert not values & {row["barcode"] for row in truth(shop, kind)}
    numbers = {f"prod_{variant['variantId']}" for variant in before[3]["variants"]}
    assert not numbers & {row["id"] for row in truth(shop, "account-products")}


def test_pick_counts_on_from_the_start_behind_the_last(shop: Ask) -> None:
    first = ids(read(shop, TURKISH, TR))[0]
    assert number_in(move(shop, "content-removed", pick=20), "content") == first


def test_id_of_a_removed_content_is_not_used_again(shop: Ask) -> None:
    gone = number_in(move(shop, "content-removed", pick=19), "content")
    assert number_in(move(shop, "content-added"), "content") > gone


def test_content_removed_between_two_pages_moves_the_next_one_up(shop: Ask) -> None:
    content_ids = ids(read(shop, TURKISH, TR, size=10))
    move(shop, "content-removed", pick=0)
    second = ids(read(shop, TURKISH, TR, size=10, page=1))
    assert len(set(content_ids) | set(second)) == 19


def test_token_goes_on_behind_a_content_that_was_removed(shop: Ask) -> None:
    whole = ids(read(shop, TURKISH, TR, size=20))
    page = read(shop, TURKISH, TR, size=10)
    move(shop, "content-removed", pick=9)
    assert ids(read(shop, TURKISH, TR, size=10, nextPageToken=page["nextPageToken"])) == whole[10:]


def test_changed_content_has_another_title_and_todays_dates(shop: Ask) -> None:
    shop.control("POST", "/clock/freeze", {"at_ms": NOW_MS + 1234})
    before = read(shop, TURKISH, TR)["content"][2]
    move(shop, "content-changed", pick=2)
    after = read(shop, TURKISH, TR)["content"][2]
    assert after["contentId"] == before["contentId"]
    assert after["title"] != before["title"]
    assert after["lastModifiedDate"] == NOW_MS + 1234
    assert {each["sellerModifiedDate"] for each in after["variants"]} == {NOW_MS + 1000}
    assert after["title"] in {row["title"] for row in truth(shop, "products")}


def test_changed_price_is_a_tenth_more_or_as_asked(shop: Ask) -> None:
    before = truth(shop, "products")[0]
    move(shop, "price-changed", pick=0)
    dearer = truth(shop, "products")[0]
    assert float(before["salePrice"]) < float(dearer["salePrice"]) <= float(dearer["listPrice"])
    move(shop, "price-changed", pick=0, sale_price=123)
    (content,) = read(shop, TURKISH, TR, barcode=before["barcode"])["content"]
    assert content["variants"][0]["price"]["salePrice"] == 1.23
    product_id = f"prod_{content['variants'][0]['variantId']}"
    product = next(row for row in truth(shop, "account-products") if row["id"] == product_id)
    assert product["price"] == 1.23


def test_changed_stock_is_seen_by_sellers_buyers_and_accounts(shop: Ask) -> None:
    move(shop, "stock-changed", pick=0, quantity=77)
    rows = truth(shop, "products")[0]
    assert rows["quantity"] == 77
    assert {"barcode": rows["barcode"], "quantity": 77} in truth(shop, "offers")
    (stock,) = shop("/v2/offers/DEMO-BUYER/stock-status", BUYER, barcodeList=rows["barcode"]).json
    assert stock["availableQuantity"] == 77
    assert shop(OFFERS, BUYER, barcodeList=rows["barcode"]).status_code == 200
    assert 77 in {row["quantity"] for row in truth(shop, "stock")}


def test_placed_order_is_the_newest_and_lowers_stock(shop: Ask) -> None:
    before = {row["barcode"]: row["quantity"] for row in truth(shop, "products")}
    summary = move(shop, "order-placed", quantity=2)
    account = Account(shop)
    newest = account.get(ORDERS).json["data"][0]
    assert newest["order_number"] == str(number_in(summary, "order"))
    assert newest["created_at"] == "2026-11-22T00:00:00Z"
    detail = account.get(f"{ORDERS}/{newest['id']}").json
    (line,) = detail["items"]
    after = {row["barcode"]: row["quantity"] for row in truth(shop, "products")}
    (barcode,) = [name for name in before if before[name] != after[name]]
    assert before[barcode] - after[barcode] == line["quantity"] == 2
    assert newest["id"] in {row["id"] for row in truth(shop, "pazarsync-orders")}


def test_order_of_an_hour_ago_shows_up_late(shop: Ask) -> None:
    number = number_in(move(shop, "order-placed", ago_ms=DAY_MS // 24), "order")
    (placed,) = [row for row in truth(shop, "pazarsync-orders") if row["order_number"] == str(number)]
    assert placed["created_at"] == "2026-11-21T23:00:00Z"


def test_order_takes_no_more_than_there_is(shop: Ask) -> None:
    move(shop, "order-placed", quantity=2_000_000)
    assert min(row["quantity"] for row in truth(shop, "products")) == 0


def test_order_moves_to_its_next_status_or_the_one_asked_for(shop: Ask) -> None:
    number = number_in(move(shop, "order-placed"), "order")
    orders = len(truth(shop, "pazarsync-orders"))
    for pick in range(orders):
        summary = move(shop, "order-moved", status="cancelled", pick=orders - pick)
        if str(number) in summary:
            break
    (placed,) = [row for row in truth(shop, "pazarsync-orders") if row["order_number"] == str(number)]
    assert placed["status"] == "cancelled"


def test_own_products_are_added_and_changed(shop: Ask) -> None:
    number = number_in(move(shop, "account-product-added", quantity=4, sale_price=500), "product")
    move(shop, "account-product-changed", quantity=9)
    move(shop, "account-product-changed")
    (product,) = [row for row in truth(shop, "account-products") if row["id"] == f"prod_{number}"]
    assert (product["stock"], product["price"], product["sku"]) == (9, 5.5, f"ÖZGÜN-{number}")


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"seller": 99}, "there is no seller 99"),
        ({"seller": 2748, "storefront": "DE"}, "seller 2748 does not sell on DE"),
        ({"seller": 2748}, "there is no content on RO of 2748 to choose"),
        ({"seller": 2748, "what": "return-booked"}, "there is no sale on RO of 2748 to choose"),
        ({"seller": 2748, "what": "correction-booked"}, "no pair of corrections"),
        ({"seller": 2748, "what": "account-product-added"}, "no account looks after RO of 2748"),
        ({"what": "account-product-changed"}, "there is no own product on TR of 2738 to choose"),
        ({"what": "order-moved", "status": "returned"}, "there is no order for returned"),
        ({"what": "entry-booked", "type": "credit_note"}, "no credit_note can be booked"),
        ({"what": "entry-booked", "type": "payment_order"}, "no payment_order can be booked"),
    ],
)
def test_move_that_cannot_be_made_is_refused_in_one_sentence(
    shop: Ask, asked: dict[str, Any], why: str
) -> None:
    body = {"what": "content-removed", "seller": 2738, **asked}
    assert refusal(shop, "POST", "/moves", body) == (409, "move-impossible")
    message = shop.send("POST", "/_emulator/moves", json=body).json["message"]
    assert message.startswith(f"This move cannot be made: {why}")


@pytest.mark.parametrize("wrong", [{"what": "vanish"}, {"pick": -1}, {"colour": "red"}, {"seller": None}])
def test_move_that_breaks_the_schema_is_refused(shop: Ask, wrong: dict[str, Any]) -> None:
    body = {"what": "content-removed", "seller": 2738, **wrong}
    assert refusal(shop, "POST", "/moves", body) == (400, "body-invalid")


def test_reset_takes_moves_back(shop: Ask) -> None:
    before = truth(shop, "products")
    first = move(shop, "stock-changed")
    shop.control("POST", "/reset")
    shop.control("POST", "/clock/freeze", {"at_ms": NOW_MS})
    assert truth(shop, "products") == before
    assert move(shop, "stock-changed") == first


def test_equal_histories_give_equal_worlds(tmp_path: Path) -> None:
    worlds = [opened(tmp_path / name, recipe=small()) for name in ("one", "other")]
    values = [[perform(world, asked) for asked in (*EVERY, *EVERY[:4])] for world in worlds]
    assert values[0] == values[1]
    assert bytes_of(worlds[0]) == bytes_of(worlds[1])
    for world in worlds:
        world.close()


@pytest.mark.parametrize("asked", [{"what": "vanish"}, {"what": "content-added", "colour": "red"}, {}])
def test_unknown_move_is_a_value_error(tmp_path: Path, asked: dict[str, Any]) -> None:
    world = opened(tmp_path, recipe=small())
    with pytest.raises(ValueError, match=r"there is no move|a move has no colour"):
        perform(world, {"seller": 2738, **asked})
    world.close()


def test_walk_by_token_meets_a_content_added_behind_it(open_world: Opener) -> None:
    ask = open_world(recipe=small(2748, "RO"))
    page = read(ask, PRODUCTS, size=15)
    added = number_in(move(ask, "content-added", seller=2748), "content")
    assert ids(read(ask, PRODUCTS, size=15, nextPageToken=page["nextPageToken"]))[-1] == added
