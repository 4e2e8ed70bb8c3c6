"""A world that lives: orders come by themselves, and end as they end."""

from __future__ import annotations

from pathlib import Path
from time import process_time
from typing import Any

import pytest

from contract_tests.tests.provider.conftest import NOW_MS, TR, Ask, Opener
from contract_tests.tests.provider.support.orders import LIST, packages
from contract_tests.tests.provider.support.packages import write
from contract_tests.tests.provider.support.recipes import small
from contract_tests.tests.provider.support.worlds import opened
from emulator.contract.contract import load_contract
from emulator.world.traffic import due as traffic

HOUR_MS = 3_600_000
RECIPE = small(money=[], orders=[])


@pytest.fixture
def shop(open_world: Opener) -> Ask:
    """A shop that gets twelve orders an hour."""
    return open_world(recipe=RECIPE, orders_per_hour=12)


def advance(ask: Ask, hours: int) -> None:
    ask.control("POST", "/clock/advance", {"ms": hours * HOUR_MS})


def all_packages(ask: Ask) -> list[dict[str, Any]]:
    return [*packages(ask, LIST, TR), *packages(ask, LIST, TR, status="Awaiting")]


def order_numbers(ask: Ask) -> set[str]:
    return {row["orderNumber"] for row in all_packages(ask)}


def stock(ask: Ask) -> int:
    rows = ask.control("GET", "/truth/stock", seller=2738)["rows"]
    return sum(row["quantity"] for row in rows)


def test_orders_come_as_the_clock_moves(shop: Ask) -> None:
    assert all_packages(shop) == []
    advance(shop, 10)
    assert 100 <= len(order_numbers(shop)) <= 120


def test_ordered_units_are_missing_from_stock_until_they_are_cancelled(shop: Ask) -> None:
    before = stock(shop)
    advance(shop, 12)
    rows = all_packages(shop)
    units = sum(line["quantity"] for row in rows if row["status"] != "Cancelled" for line in row["lines"])
    assert {"Cancelled", "Created"} <= {row["status"] for row in rows}
    assert stock(shop) == before - units


def test_payment_is_made_or_fails(shop: Ask) -> None:
    advance(shop, 12)
    waiting = [row for row in all_packages(shop) if row["packageHistories"][0]["status"] == "Awaiting"]
    ends = {row["packageHistories"][1]["status"] for row in waiting if len(row["packageHistories"]) > 1}
    assert ends == {"Created", "Cancelled"}


def test_what_nobody_touches_is_cancelled_when_it_is_late(shop: Ask) -> None:
    advance(shop, 38)
    late = [row for row in all_packages(shop) if row["agreedDeliveryDate"] <= NOW_MS + 38 * HOUR_MS]
    assert late
    assert {row["status"] for row in late} == {"Cancelled"}
    ends = [row["packageHistories"][-1]["createdDate"] - row["agreedDeliveryDate"] for row in late]
    assert max(ends) == 0


def test_carriers_bring_what_was_picked(shop: Ask) -> None:
    advance(shop, 6)
    numbers = [row["shipmentPackageId"] for row in packages(shop, LIST, TR) if row["status"] == "Created"]
    for number in numbers:
        assert write(shop, number, "", {"status": "Picking"}).status_code == 200
    advance(shop, 6 * 24)
    ends = {row["shipmentPackageId"]: row["status"] for row in packages(shop, LIST, TR)}
    assert {ends[number] for number in numbers} <= {"Delivered", "Returned", "Cancelled"}
    assert sum(ends[number] == "Delivered" for number in numbers) > len(numbers) * 0.8


def test_one_long_advance_is_many_short_ones(open_world: Opener) -> None:
    one, other = (open_world(recipe=RECIPE, orders_per_hour=12) for _ in range(2))
    advance(one, 30)
    for _ in range(10):
        advance(other, 3)
    assert all_packages(one) == all_packages(other)


def test_world_without_traffic_gets_no_orders(open_world: Opener) -> None:
    shop = open_world(recipe=RECIPE)
    advance(shop, 48)
    assert all_packages(shop) == []


def test_recipe_may_ask_for_traffic(open_world: Opener) -> None:
    shop = open_world(recipe={**RECIPE, "orders_per_hour": 5})
    advance(shop, 2)
    assert len(all_packages(shop)) == 10


def test_world_lives_from_where_its_clock_starts(open_world: Opener) -> None:
    shop = open_world(recipe=RECIPE, orders_per_hour=12, now_ms=NOW_MS + 15 * HOUR_MS)
    assert all_packages(shop) == []
    advance(shop, 1)
    assert len(all_packages(shop)) == 12


def test_customers_order_in_every_way(open_world: Opener) -> None:
    shop = open_world(recipe=RECIPE, orders_per_hour=60)
    advance(shop, 26)
    rows = all_packages(shop)
    marks = {name for row in rows for name in ("commercial", "micro", "3pByTrendyol") if row[name]}
    assert marks == {"commercial", "micro", "3pByTrendyol"}
    assert any(len(row["lines"]) > 1 for row in rows)
    assert any(row["packageTyDiscount"] for row in rows)
    assert all(row["commercial"] for row in rows if row["packageTyDiscount"])
    # One who gives back a unit leaves a package of the rest.
    (rest, *_) = [row for row in rows if row["createdBy"] == "cancel"]
    parents = [row for row in rows if row["shipmentPackageId"] in rest["originPackageIds"]]
    assert [row["status"] for row in parents] == ["Cancelled"]


def test_round_reads_a_package_that_waits_by_its_columns_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = opened(tmp_path, recipe={**RECIPE, "orders_per_hour": 12})
    world.advance(15 * HOUR_MS)
    monkeypatch.setattr(traffic, "package_by_id", lambda *_: pytest.fail("a package was read"))
    ((number, placed_ms),) = world.store.rows(
        "SELECT id, placed_ms FROM package WHERE status = 'created' ORDER BY id LIMIT 1"
    )
    traffic.round_due(world, placed_ms + 20 * HOUR_MS, [number, None])
    world.close()


@pytest.mark.nightly
def test_day_of_five_thousand_orders_is_played_in_fifteen_seconds(tmp_path: Path) -> None:
    world = opened(tmp_path, recipe={**load_contract().worlds["demo"], "orders_per_hour": 209})
    start = process_time()
    world.advance(24 * HOUR_MS)
    seconds = process_time() - start
    ((count,),) = world.store.rows("SELECT COUNT(*) FROM package WHERE placed_ms >= ?", (NOW_MS,))
    world.close()
    assert count >= 5_000
    assert seconds < 15
