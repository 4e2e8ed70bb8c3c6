"""What a recipe can ask for to make a world awkward: long ids, equal moments, window edges, odd letters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from contract_tests.tests.provider.conftest import NOW_MS, TR, Ask, Opener
from contract_tests.tests.provider.support.finance import AREA, DAY_MS, rows
from contract_tests.tests.provider.support.orders import packages, window_of
from contract_tests.tests.provider.support.packages import lines_of, package, write
from contract_tests.tests.provider.support.pazarsync import ORDERS, Account
from contract_tests.tests.provider.support.products import TURKISH, read
from contract_tests.tests.provider.support.recipes import small
from contract_tests.tests.provider.support.worlds import opened

LISTING = {"seller": 2738, "storefront": "TR", "contents": 12, "variants": [1, 2]}
MONEY = {"seller": 2738, "storefront": "TR", "days": 75, "rows": 60}
BEYOND_32_BITS, WITHIN_A_DOUBLE = 2**31, 2**53


def with_money(**knobs: Any) -> dict[str, Any]:
    return small(money=[{**MONEY, **knobs}])


def told(ask: Ask, kind: str = "settlements") -> list[dict[str, Any]]:
    return list(ask.control("GET", f"/truth/{kind}", seller=2738)["rows"])


def moments(ask: Ask) -> list[int]:
    return [row["transactionDate"] for row in told(ask)]


def world_of_long_ids(open_world: Opener, long_ids: object) -> Ask:
    """Ask a small world with long ids, some weeks of payouts behind it."""
    ask = open_world(recipe=small(long_ids=long_ids))
    ask.control("POST", "/moves", {"what": "content-added", "seller": 2738})
    ask.control("POST", "/moves", {"what": "entry-booked", "seller": 2738})
    ask.control("POST", "/moves", {"what": "order-placed", "seller": 2738})
    ask.control("POST", "/moves", {"what": "account-product-added", "seller": 2738})
    return ask


def ids_of(ask: Ask) -> Mapping[str, list[int]]:
    contents = read(ask, TURKISH, TR, size=100)["content"]
    account = Account(ask)
    settled = told(ask)
    return {
        "contents": [content["contentId"] for content in contents],
        "variants": [each["variantId"] for content in contents for each in content["variants"]],
        "settlements": [int(row["id"]) for row in settled],
        "payment orders": [row["paymentOrderId"] for row in settled if row["paymentOrderId"] is not None],
        "orders": [int(row["id"][4:]) for row in account.get(ORDERS, limit=100).json["data"]],
        "account-products": [int(row["id"][5:]) for row in told(ask, "account-products")],
    }


@pytest.mark.parametrize(
    ("long_ids", "least", "most"),
    [(True, BEYOND_32_BITS, WITHIN_A_DOUBLE), ("beyond-doubles", WITHIN_A_DOUBLE, 2**63)],
)
def test_long_ids_lie_beyond_32_bits_and_within_a_double_or_beyond_it(
    open_world: Opener, long_ids: object, least: int, most: int
) -> None:
    for noun, numbers in ids_of(world_of_long_ids(open_world, long_ids)).items():
        assert numbers, noun
        assert all(least < number < most for number in numbers), noun


def test_package_beyond_doubles_is_read_and_written_with_all_its_digits(open_world: Opener) -> None:
    ask = open_world(recipe=small(long_ids="beyond-doubles"))
    ask.control("POST", "/moves", {"what": "order-placed", "seller": 2738})
    document = next(row for row in packages(ask, **window_of(0)) if row["status"] == "Created")
    number = document["shipmentPackageId"]
    assert number != int(float(number))
    assert len(str(document["cargoTrackingNumber"])) == 16
    picking = {"lines": lines_of(document), "params": {}, "status": "Picking"}
    assert write(ask, number, "", picking).status_code == 200
    assert package(ask, number)["status"] == "Picking"


def test_ids_are_short_unless_asked_for(open_world: Opener) -> None:
    short = ids_of(open_world(recipe=small()))
    assert max(short["contents"]) < BEYOND_32_BITS
    assert max(short["settlements"]) < BEYOND_32_BITS


def test_edges_have_rows_at_each_border_and_on_both_sides(open_world: Opener) -> None:
    start = NOW_MS + 12_345
    ask = open_world(recipe=with_money(edges=[15, 30]), now_ms=start)
    assert {start - days * DAY_MS + ms for days in (15, 30) for ms in (-1, 0, 1)} <= set(moments(ask))


def test_edges_follow_the_clock_within_a_day(open_world: Opener) -> None:
    recipe = with_money(edges=[15])
    one, other = (set(moments(open_world(recipe=recipe, now_ms=NOW_MS + late))) for late in (0, 5_000))
    assert NOW_MS - 15 * DAY_MS in one
    assert NOW_MS + 5_000 - 15 * DAY_MS in other


def test_share_of_rows_has_the_moment_of_the_one_before(open_world: Opener) -> None:
    recipes = (with_money(), with_money(same_moment=0.8))
    usual, often = (len(set(moments(open_world(recipe=recipe)))) for recipe in recipes)
    assert often < usual / 2


def test_amounts_have_four_decimals_where_asked(open_world: Opener) -> None:
    ask = open_world(recipe=with_money(decimals=True))
    window = {"startDate": NOW_MS - 15 * DAY_MS, "endDate": NOW_MS}
    sales = rows(ask, f"{AREA}/2738/settlements", TR, transactionType="Sale", **window)
    assert any(round(row["credit"], 2) != row["credit"] for row in sales)
    assert all(round(row["credit"], 4) == row["credit"] for row in sales)


def test_turkish_share_has_dotted_and_dotless_letters_in_names_and_codes(open_world: Opener) -> None:
    ask = open_world(recipe=small(listings=[{**LISTING, "shares": {"turkish": 1}}], orders=[]))
    for row in told(ask, "products"):
        assert set("ışğİ") <= set(row["stockCode"])
        assert set(row["title"]) & set("ıİşŞğĞ")


def test_turkish_stock_code_is_found(open_world: Opener) -> None:
    ask = open_world(recipe=small(listings=[{**LISTING, "shares": {"turkish": 1}}], orders=[]))
    code = told(ask, "products")[0]["stockCode"]
    assert read(ask, TURKISH, TR, stockCode=code)["totalElements"] >= 1


def test_return_share_says_how_many_sales_come_back(open_world: Opener) -> None:
    count = {}
    for share in (0, 1):
        rows = told(open_world(recipe=small(return_share=share)))
        count[share] = sum(row["transactionType"] == "İade" for row in rows)
    # The packages that an account begins with come back whatever the share is.
    assert count[1] > 2 * count[0]


def test_content_reads_the_same_whether_its_document_is_ready_or_drawn(open_world: Opener) -> None:
    pages = []
    for documents in ("ready", "when-read"):
        ask = open_world(recipe=small(listings=[{**LISTING, "documents": documents}], orders=[]))
        pages.append([read(ask, path, TR, size=100) for path in (TURKISH, f"{TURKISH}/inventory-and-price")])
    assert pages[0] == pages[1]
    assert pages[0][0]["content"]


def test_recipes_that_differ_in_a_knob_are_different_worlds(tmp_path: Any) -> None:
    worlds = [opened(tmp_path, recipe=recipe) for recipe in (small(), small(long_ids=True))]
    assert worlds[0].seeded_file() != worlds[1].seeded_file()
    for world in worlds:
        world.close()
