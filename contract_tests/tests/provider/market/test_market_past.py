"""The past of a market and what goes on from it: packages under way, what their sales bring, old packages."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.provider.conftest import TR, Ask, Opener
from contract_tests.tests.provider.support.recipes import small
from contract_tests.tests.provider.support.worlds import opened
from emulator.contract.contract import load_contract
from emulator.world.orders.model import Status
from emulator.world.orders.seed import SLOW
from emulator.world.recipes import RecipeFault

DAY_MS = 86_400_000
MONTH_DAYS = 31
UNDER_WAY = {"Awaiting", "Created", "Picking", "Invoiced", "Shipped", "AtCollectionPoint", "UnDelivered"}
ORDERS = [{"seller": 2738, "storefront": "TR", "count": 60, "days": 40, "marketplaces": ["trendyol"]}]


def truth(ask: Ask, kind: str, seller: int = 2738, **query: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = ask.control("GET", f"/truth/{kind}", seller=seller, **query)["rows"]
    return rows


def advance(ask: Ask, days: int) -> None:
    ask.control("POST", "/clock/advance", {"ms": days * DAY_MS})


def cargo_invoices(ask: Ask) -> set[str]:
    return {
        row["id"]
        for row in truth(ask, "otherfinancials")
        if row["transactionType"].startswith("Kargo Fatura")
    }


@pytest.fixture
def selling(open_world: Opener) -> Ask:
    """Ask a world that has orders and no drawn account."""
    return open_world(recipe=small(orders=ORDERS, money=[]))


def test_every_status_can_be_met_in_the_demo_world(ask: Ask) -> None:
    counts = Counter(package["status"] for package in truth(ask, "orders"))
    assert counts.keys() >= UNDER_WAY | {"Delivered", "Cancelled", "UnSupplied", "Returned"}
    assert ask("/integration/order/sellers/2738/v2/orders", TR, status="Awaiting").json["content"]


def test_packages_under_way_come_to_their_end(selling: Ask) -> None:
    before = {row["shipmentPackageId"]: row["status"] for row in truth(selling, "orders")}
    assert set(before.values()) >= UNDER_WAY
    advance(selling, 9)
    after = {row["shipmentPackageId"]: row["status"] for row in truth(selling, "orders")}
    assert after.keys() == before.keys(), "what was not paid for is among them"
    assert not UNDER_WAY & set(after.values())


def test_late_deliveries_are_booked_and_paid_like_any_other(selling: Ask) -> None:
    before = {row["shipmentPackageId"] for row in truth(selling, "orders") if row["status"] == "Delivered"}
    advance(selling, 60)
    late = {
        row["orderNumber"]
        for row in truth(selling, "orders")
        if row["status"] == "Delivered" and row["shipmentPackageId"] not in before
    }
    rows = truth(selling, "settlements")
    sales = [row for row in rows if row["transactionType"] == "Satış" and row["orderNumber"] in late]
    assert len(late) > 3
    assert {row["orderNumber"] for row in sales} == late
    assert sum(row["paymentOrderId"] is not None for row in sales) > len(sales) / 2
    left = [row for row in rows if row["paymentOrderId"] is None]
    assert sum(float(row["sellerRevenue"]) * (1 if float(row["credit"]) else -1) for row in left) <= 0


def test_sales_of_orders_are_followed_by_what_comes_of_them(selling: Ask) -> None:
    labels = Counter(row["transactionType"] for row in truth(selling, "settlements"))
    advance(selling, 30)
    later = Counter(row["transactionType"] for row in truth(selling, "settlements"))
    assert len(labels) > 3
    assert sum(later.values()) - later["Satış"] > sum(labels.values()) - labels["Satış"] > 3


def test_cargo_invoices_come_for_orders_without_a_drawn_account(selling: Ask) -> None:
    cargo = cargo_invoices(selling)
    advance(selling, 20)
    later = cargo_invoices(selling)
    assert 3 < len(cargo) < len(later)


def test_large_past_leaves_the_month_of_the_order_list_alone(tmp_path: Path) -> None:
    money = {"seller": 2748, "storefront": "RO", "days": 60, "until": MONTH_DAYS, "rows": 900}
    world = opened(tmp_path, recipe=small(2748, "RO", money=[money]))
    ((newest_ms, count),) = world.store.rows("SELECT MAX(updated_ms), COUNT(*) FROM package")
    ((sales, returns),) = world.store.rows(
        "SELECT SUM(CASE WHEN type = 'sale' THEN 1 ELSE 0 END),"
        " SUM(CASE WHEN type = 'return' THEN 1 ELSE 0 END)"
        " FROM ledger_entry WHERE transaction_at_ms > ? AND ledger = 'settlement'",
        (world.anchor_ms - MONTH_DAYS * DAY_MS,),
    )
    world.close()
    assert count > 200
    assert newest_ms <= world.anchor_ms - MONTH_DAYS * DAY_MS
    assert (sales, returns > 3) == (0, True)


def test_large_worlds_have_a_past_alone() -> None:
    parts = [
        part
        for name in ("wall", "wall-tr")
        for part in load_contract().worlds[name]["money"]
        if part["rows"] > 10_000
    ]
    assert [part["until"] for part in parts] == [MONTH_DAYS] * 2


@pytest.mark.parametrize("until", [30, 31])
def test_past_that_ends_before_it_begins_is_refused(open_world: Opener, until: int) -> None:
    money = [{"seller": 2738, "storefront": "TR", "days": 30, "rows": 10, "until": until}]
    with pytest.raises(RecipeFault, match=f"ends {until} days back"):
        open_world(recipe=small(money=money))


def test_printed_settlements_belong_to_an_order_of_the_world(open_world: Opener) -> None:
    ask = open_world("samples")
    (package,) = truth(ask, "orders", seller=123456, storefront="TR")
    sales = [row for row in truth(ask, "settlements", seller=123456, storefront="TR") if row["orderNumber"]]
    assert {row["orderNumber"] for row in sales} == {package["orderNumber"]} == {"501915861"}
    assert sum(float(row["credit"]) for row in sales) == float(package["totalPrice"])
    assert (package["shipmentPackageId"], package["status"]) == (1111111111, "Delivered")


def test_many_orders_are_seeded_in_time_that_grows_with_them(tmp_path: Path) -> None:
    seconds = {}
    for count in (400, 3200):
        recipe = small(money=[], orders=[{**ORDERS[0], "count": count}])
        start = time.process_time()
        opened(tmp_path, recipe=recipe, cache=tmp_path).close()
        seconds[count] = time.process_time() - start
    assert seconds[3200] < 24 * seconds[400]


def test_seeding_names_statuses_of_the_life() -> None:
    statuses: set[Status] = {status for status, _ in SLOW}
    assert len(statuses) == len(SLOW)
