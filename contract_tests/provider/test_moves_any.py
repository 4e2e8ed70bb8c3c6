"""Whatever moves, in whatever order: pages, truth, offers and accounts tell of one marketplace."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_tests.provider.b2b import BUYER
from contract_tests.provider.conftest import NOW_MS, TR, Ask
from contract_tests.provider.finance import AREA, DAY_MS, rows
from contract_tests.provider.pazarsync import ORDERS, PRODUCTS, Account, walk
from contract_tests.provider.recipes import small
from contract_tests.provider.test_products import TURKISH, read
from emulator import Settings, create_app
from emulator.stage import Stages
from emulator.trendyol.finance import wire
from emulator.world.moves import MOVES

APP = create_app(Settings(world="empty", now_ms=NOW_MS, limits="off", check_answers=True))
STAGES: Stages = APP.extensions["stages"]
STAGES.open("any", recipe=small())
ASK = Ask(APP, "/w/any")
EVERY_TYPE = ",".join(wire.SETTLEMENTS)
MOVE = st.fixed_dictionaries(
    {"what": st.sampled_from(sorted(MOVES)), "seller": st.sampled_from([2738, 2738, 2738, 2748])},
    optional={
        "pick": st.integers(0, 40),
        "place": st.sampled_from(["first", "last"]),
        "sale_price": st.integers(0, 10**6),
        "quantity": st.integers(0, 600),
        "ago_ms": st.integers(0, 20 * DAY_MS),
    },
)


@pytest.fixture(scope="module", autouse=True)
def _closing() -> Iterator[None]:
    yield
    STAGES.close_all()


def truth(kind: str) -> list[dict[str, Any]]:
    return list(ASK.control("GET", f"/truth/{kind}", seller=2738)["rows"])


def on_pages() -> list[tuple[Any, ...]]:
    """Each barcode with stock and price, as the pages of approved products tell them."""
    contents: list[dict[str, Any]] = []
    number = 0
    while found := read(ASK, TURKISH, TR, size=100, page=number)["content"]:
        contents, number = contents + found, number + 1
    return sorted(
        (each["barcode"], content["contentId"], each["stock"]["quantity"], float(each["price"]["salePrice"]))
        for content in contents
        for each in content["variants"]
    )


def settled() -> Counter[str]:
    """The ids of all settlements of the last 75 days, window by window."""
    ends = [NOW_MS - back * 15 * DAY_MS for back in range(5)]
    return Counter(
        row["id"]
        for end in ends
        for row in rows(
            ASK,
            f"{AREA}/2738/settlements",
            TR,
            transactionTypes=EVERY_TYPE,
            startDate=end - 15 * DAY_MS + 1,
            endDate=end,
        )
    )


@given(moves=st.lists(MOVE, max_size=12))
@settings(max_examples=25, deadline=None)
def test_any_moves_leave_one_marketplace(moves: list[dict[str, Any]]) -> None:
    ASK.control("POST", "/reset")
    ASK.control("POST", "/clock/freeze", {"at_ms": NOW_MS})
    for asked in moves:
        assert ASK.send("POST", "/_emulator/moves", json=asked).status_code in {200, 409}
    products = truth("products")
    assert all(row["quantity"] >= 0 for row in products)
    assert len({row["barcode"] for row in products}) == len(products)
    assert on_pages() == sorted(
        (row["barcode"], row["contentId"], row["quantity"], float(row["salePrice"])) for row in products
    )
    since = NOW_MS - 75 * DAY_MS
    told = ASK.control("GET", "/truth/settlements", seller=2738, **{"from": since + 1})["rows"]
    assert settled() == Counter(row["id"] for row in told)
    account = Account(ASK)
    assert sorted(row["id"] for row in walk(account, PRODUCTS)) == sorted(row["id"] for row in truth("goods"))
    assert {row["id"] for row in walk(account, ORDERS)} == {row["id"] for row in truth("pazarsync-orders")}
    offered = ASK("/v2/offers/DEMO-BUYER/stock-status", BUYER).json
    assert all(row["availableQuantity"] >= 0 for row in offered)
    assert {row["barcode"] for row in truth("offers")} <= {row["barcode"] for row in products}
