"""Packages of the export centre: a day's orders, closed the next morning, taken in by the warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract_tests.tests.effort import examples
from contract_tests.tests.provider.conftest import NOW_MS, Ask
from contract_tests.tests.provider.exports.conftest import SHOP, move, products, rows_of
from emulator import Settings, create_app
from emulator.stage.stages import Stages

HOUR_MS, DAY_MS = 3_600_000, 86_400_000
COUNTS = ("newQuantity", "pendingQuantity", "completedQuantity", "unSuppliedQuantity", "cancelledQuantity")


def packages(shop: Ask, **query: Any) -> list[dict[str, Any]]:
    """The packages of the first page."""
    rows: list[dict[str, Any]] = rows_of(shop, "v2", "packages", size=100, **query)["items"]
    return rows


def items(shop: Ask, **query: Any) -> list[dict[str, Any]]:
    """The items of the first page."""
    rows: list[dict[str, Any]] = rows_of(shop, "v2", "packages/items", size=100, **query)["items"]
    return rows


def counts(item: dict[str, Any]) -> tuple[int, ...]:
    """How many of an item are new, pending, completed, not supplied, cancelled."""
    return tuple(item[name] for name in COUNTS)


def pass_days(shop: Ask, days: int = 1) -> None:
    shop.control("POST", "/clock/advance", {"ms": days * DAY_MS})


def end_all(shop: Ask) -> None:
    """Let the warehouse take in all there is, so that the next package stands alone."""
    pass_days(shop, 9)
    assert packages(shop, status="new") == packages(shop, status="pending") == []


def test_seeded_days_have_a_package_each_in_every_status(shop: Ask) -> None:
    rows = packages(shop)
    days = [row["creationDate"] // DAY_MS for row in rows]
    assert days == sorted(set(days), reverse=True)
    assert {row["status"] for row in rows} == {"new", "pending", "completed", "cancelled"}
    assert any(each["unSuppliedQuantity"] for each in items(shop))


def test_orders_of_a_day_make_one_package_that_is_closed_at_eight(shop: Ask) -> None:
    end_all(shop)
    stock = sum(row["stock"] for row in products(shop).values())
    for quantity in (2, 1):
        move(shop, "export-ordered", pick=0, quantity=quantity)
    move(shop, "export-ordered", pick=1)
    (package,) = packages(shop, status="new")
    assert (package["trackingNumber"], package["approvedDate"], package["totalQuantity"]) == (None, None, 4)
    assert [counts(each) for each in items(shop, packageId=package["packageId"])] == [
        (1, 0, 0, 0, 0),
        (3, 0, 0, 0, 0),
    ]
    assert sum(row["stock"] for row in products(shop).values()) == stock - 4
    pass_days(shop)
    (package,) = packages(shop, trackingNumber=packages(shop, status="pending")[0]["trackingNumber"])
    moment = datetime.fromtimestamp(package["approvedDate"] / 1000, UTC)
    assert (moment.hour, moment.minute) == (5, 0)  # eight in Istanbul
    assert [counts(each) for each in items(shop, status="pending")] == [(0, 1, 0, 0, 0), (0, 3, 0, 0, 0)]
    pass_days(shop, 3)
    assert packages(shop)[0]["status"] == "completed"


def test_order_of_another_day_makes_another_package(shop: Ask) -> None:
    end_all(shop)
    move(shop, "export-ordered")
    pass_days(shop)
    move(shop, "export-ordered")
    assert [row["status"] for row in packages(shop)[:2]] == ["new", "pending"]


def test_what_is_cancelled_counts_where_it_was_waited_for(shop: Ask) -> None:
    end_all(shop)
    move(shop, "export-ordered", quantity=5)
    move(shop, "export-cancelled", quantity=2)
    assert counts(items(shop)[0]) == (3, 0, 0, 0, 0)
    pass_days(shop)
    move(shop, "export-cancelled", quantity=1)
    assert counts(items(shop)[0]) == (0, 2, 0, 0, 1)
    move(shop, "export-received", quantity=1)
    assert counts(items(shop)[0]) == (0, 0, 1, 1, 1)
    assert packages(shop)[0]["status"] == "completed"


@pytest.mark.parametrize("days", [0, 1])
def test_package_without_anything_left_is_cancelled(shop: Ask, days: int) -> None:
    end_all(shop)
    move(shop, "export-ordered", quantity=2)
    pass_days(shop, days)
    move(shop, "export-cancelled", quantity=2)
    assert packages(shop)[0]["status"] == "cancelled"
    move(shop, "export-ordered")
    assert packages(shop)[0]["status"] == "new"


def test_nothing_can_be_taken_in_that_nobody_waits_for(shop: Ask) -> None:
    end_all(shop)
    body = {"what": "export-received", "seller": 2738}
    answer = shop.client.post(f"{shop.prefix}/_emulator/moves", json=body)
    assert answer.status_code == 409
    assert "the warehouse waits for" in answer.text


@pytest.mark.parametrize("name", ["creation", "approved"])
def test_packages_are_found_by_moment_with_both_ends(shop: Ask, name: str) -> None:
    field = {"creation": "creationDate", "approved": "approvedDate"}[name]
    rows = [row for row in packages(shop) if row[field]]
    first, last = rows[-1][field], rows[1][field]
    rows_between = packages(shop, **{f"{name}StartDate": first, f"{name}EndDate": last})
    assert rows_between == rows[1:]


def test_packages_are_found_by_boutique_and_pages_count_from_one(shop: Ask) -> None:
    rows = packages(shop)
    assert packages(shop, boutiqueId=rows[2]["boutiqueId"]) == [rows[2]]
    page = rows_of(shop, "v2", "packages", size=2, page=2)
    assert page["items"] == rows[2:4]
    assert (page["totalItemCount"], page["totalPageCount"]) == (len(rows), -(-len(rows) // 2))


def test_three_lists_tell_the_same(shop: Ask) -> None:
    rows = {row["packageId"]: row for row in packages(shop)}
    both = rows_of(shop, "v3", "packages", size=100)["items"]
    assert [each["itemId"] for each in both] == [each["itemId"] for each in items(shop)]
    for number, row in rows.items():
        own = [each for each in both if each["packageId"] == number]
        assert sum(sum(counts(each)) for each in own) == row["totalQuantity"]
        assert sum(round(each["unitBuyingPrice"] * 100) * sum(counts(each)) for each in own) == round(
            row["totalBuyingPrice"] * 100
        )
        assert {(each["trackingNumber"], str(each["boutiqueId"])) for each in own} == {
            (row["trackingNumber"], row["boutiqueId"])
        }


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["export-ordered", "export-cancelled", "export-received", "advance"]),
        st.integers(0, 5),
        st.integers(1, 4),
    ),
    max_size=12,
)


@pytest.fixture(scope="module")
def stages() -> Any:
    """An emulator for worlds that are opened once an example."""
    app = create_app(Settings(world="empty", now_ms=NOW_MS, limits="off", check_answers=True))
    yield app
    app.extensions["stages"].close_all()


@settings(max_examples=examples(30), deadline=None, derandomize=True)
@given(moves=MOVES)
def test_no_unit_is_lost_or_doubled(stages: Any, moves: Sequence[tuple[str, int, int]]) -> None:
    """Stock and all units of packages stay as many, but for those that were not supplied or went out."""
    open_stages: Stages = stages.extensions["stages"]
    stage = open_stages.open("units", recipe=SHOP)
    try:
        stage.world.clock.freeze(NOW_MS)
        shop = Ask(stages, "/w/units")
        total = units(shop)
        for what, pick, quantity in moves:
            if what == "advance":
                shop.control("POST", "/clock/advance", {"ms": quantity * 11 * HOUR_MS})
            else:
                body = {"what": what, "seller": 2738, "pick": pick, "quantity": quantity}
                shop.client.post(f"{shop.prefix}/_emulator/moves", json=body)
            assert units(shop) == total
    finally:
        open_stages.close("units")


def units(shop: Ask) -> int:
    """The stock and everything ordered that was not cancelled."""
    stock = sum(int(row["stock"]) for row in products(shop).values())
    return stock + sum(sum(counts(each)[:4]) for each in items(shop))
