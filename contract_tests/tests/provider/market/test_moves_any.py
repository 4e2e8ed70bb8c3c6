"""Whatever moves, in whatever order: pages, truth, offers and accounts tell of one marketplace."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_tests.tests.effort import examples
from contract_tests.tests.provider.conftest import NOW_MS, TR, Ask
from contract_tests.tests.provider.support.b2b import BUYER
from contract_tests.tests.provider.support.closing import close_at_the_end
from contract_tests.tests.provider.support.finance import AREA, DAY_MS, rows
from contract_tests.tests.provider.support.pazarsync import ORDERS, PRODUCTS, Account, walk
from contract_tests.tests.provider.support.products import TURKISH, read
from contract_tests.tests.provider.support.recipes import small
from emulator import Settings, create_app
from emulator.stage.stages import Stages
from emulator.trendyol.finance import wire
from emulator.world.moves import MOVES

APP = create_app(Settings(world="empty", now_ms=NOW_MS, limits="off", check_answers=True))
STAGES: Stages = APP.extensions["stages"]
STAGES.open("any", recipe=small())
STAGES.open("odd", recipe=small(long_ids=True), unusual=True)
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


_closing = close_at_the_end(STAGES)


def truth(ask: Ask, kind: str, **window: int) -> list[dict[str, Any]]:
    return list(ask.control("GET", f"/truth/{kind}", seller=2738, **window)["rows"])


def on_pages(ask: Ask) -> list[tuple[Any, ...]]:
    """Each variant with stock and price, as the pages of approved products tell them."""
    contents: list[dict[str, Any]] = []
    number = 0
    while found := read(ask, TURKISH, TR, size=100, page=number)["content"]:
        contents, number = contents + found, number + 1
    return sorted(
        (
            each["barcode"],
            content["contentId"],
            each["stock"]["quantity"],
            float(each["price"]["salePrice"]),
            each["variantId"],
        )
        for content in contents
        for each in content["variants"]
    )


def settled(ask: Ask) -> Counter[str]:
    """The ids of all settlements of the last 75 days, window by window."""
    ends = [NOW_MS - back * 15 * DAY_MS for back in range(5)]
    return Counter(
        row["id"]
        for end in ends
        for row in rows(
            ask,
            f"{AREA}/2738/settlements",
            TR,
            transactionTypes=EVERY_TYPE,
            startDate=end - 15 * DAY_MS + 1,
            endDate=end,
        )
    )


@pytest.mark.parametrize("world", ["any", "odd"])
@given(moves=st.lists(MOVE, max_size=12))
@settings(max_examples=examples(20), deadline=None)
def test_any_moves_leave_one_marketplace(world: str, moves: list[dict[str, Any]]) -> None:
    ask = Ask(APP, f"/w/{world}")
    ask.control("POST", "/reset")
    ask.control("POST", "/clock/freeze", {"at_ms": NOW_MS})
    for asked in moves:
        assert ask.send("POST", "/_emulator/moves", json=asked).status_code in {200, 409}
    products = truth(ask, "products")
    assert all(row["quantity"] >= 0 for row in products)
    assert len({row["barcode"] for row in products}) == len(products)
    listed = on_pages(ask)
    assert [row[:4] for row in listed] == sorted(
        (row["barcode"], row["contentId"], row["quantity"], float(row["salePrice"])) for row in products
    )
    rows = truth(ask, "settlements", **{"from": NOW_MS - 75 * DAY_MS + 1})
    assert settled(ask) == Counter(row["id"] for row in rows)
    account = Account(ask)
    by_id = {row["id"]: row for row in walk(account, PRODUCTS)}
    assert by_id.keys() == {row["id"] for row in truth(ask, "account-products")}
    theirs = {key: row for key, row in by_id.items() if not row["sku"].startswith("ÖZGÜN")}
    assert {key: (row["stock"], float(row["price"])) for key, row in theirs.items()} == {
        f"prod_{number}": (quantity, price) for _, _, quantity, price, number in listed
    }
    assert {row["id"] for row in walk(account, ORDERS)} == {
        row["id"] for row in truth(ask, "pazarsync-orders")
    }
    body = ask("/v2/offers/DEMO-BUYER/stock-status", BUYER).json
    assert all(row["availableQuantity"] >= 0 for row in body)
    assert {row["barcode"] for row in truth(ask, "offers")} <= {row["barcode"] for row in products}
