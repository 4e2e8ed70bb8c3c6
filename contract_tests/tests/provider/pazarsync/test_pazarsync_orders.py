"""PazarSync's orders: pages, filters, amounts that add up, and the life of an order in the world."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest

from contract_tests.tests.provider.conftest import NOW_MS, Ask, Opener
from contract_tests.tests.provider.support.pazarsync import ORDERS, PRINTED, Account, bearer, refused, walk
from contract_tests.tests.provider.support.worlds import opened
from emulator.contract.contract import load_contract
from emulator.pazarsync.wire import ORDER_STATUSES
from emulator.world.core.listing import Listing
from emulator.world.orders.life import LIFE, move_package
from emulator.world.orders.model import Status
from emulator.world.orders.search import package_of_order

SAMPLES = load_contract().samples
WORDS = ("pending", "processing", "preparing", "shipped", "delivered", "cancelled")
SUMMARY = [
    "id", "order_number", "marketplace", "status", "total_amount", "items_count", "created_at", "updated_at",
]  # fmt: skip


@pytest.fixture
def account(ask: Ask) -> Account:
    return Account(ask)


@pytest.fixture
def printed(open_world: Opener) -> Account:
    """The account of the page's own samples."""
    return Account(open_world("samples"), PRINTED)


def found(account: Account, **query: Any) -> list[str]:
    return [row["id"] for row in account.get(ORDERS, limit=100, **query).json["data"]]


def test_printed_order_comes_back_as_printed(printed: Account) -> None:
    page, sample = printed.get(ORDERS).json, SAMPLES["pazarsync/listOrders.200"]
    assert page["data"] == sample["data"]
    assert page["meta"] == {**sample["meta"], "total_items": 1, "total_pages": 1}
    assert printed.get(f"{ORDERS}/ord_789012").json == SAMPLES["pazarsync/getOrder.200"]


def test_orders_come_newest_first_each_once(account: Account) -> None:
    rows, count = walk(account, ORDERS), len(ask_truth(account))
    meta = account.get(ORDERS).json["meta"]
    assert count > 260
    assert (meta["total_items"], meta["total_pages"], meta["items_per_page"]) == (count, -(-count // 20), 20)
    assert (
        len({row["id"] for row in rows}) == len({row["order_number"] for row in rows}) == len(rows) == count
    )
    assert [list(row) for row in rows] == [SUMMARY] * count
    moments = [row["created_at"] for row in rows]
    assert moments == sorted(moments, reverse=True)
    assert rows == ask_truth(account)


def ask_truth(account: Account) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = account.ask.control("GET", "/truth/pazarsync-orders", seller=2738)["rows"]
    return rows


def test_page_past_the_end_is_empty_and_keeps_its_meta(account: Account) -> None:
    last = account.get(ORDERS).json["meta"]["total_pages"]
    page, count = account.get(ORDERS, page=last + 1).json, len(ask_truth(account))
    assert (page["data"], page["meta"]["total_items"], page["meta"]["current_page"]) == ([], count, last + 1)


def test_orders_are_of_several_marketplaces_and_every_age(account: Account) -> None:
    rows = walk(account, ORDERS)
    assert {row["marketplace"] for row in rows} == {"trendyol", "hepsiburada", "n11"}
    assert {row["status"] for row in rows} == set(WORDS)
    now = datetime.fromtimestamp(NOW_MS / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert all(row["created_at"] <= row["updated_at"] <= now for row in rows)


@pytest.mark.parametrize("status", WORDS)
def test_status_filters(account: Account, status: str) -> None:
    ids = [row["id"] for row in walk(account, ORDERS) if row["status"] == status]
    page = account.get(ORDERS, status=status, limit=100).json
    assert [row["id"] for row in page["data"]] == ids[:100]
    assert page["meta"]["total_items"] == len(ids)


@pytest.mark.parametrize("query", [{"status": "sold"}, {"status": "Delivered"}, {"page": 0}, {"limit": 101}])
def test_wrong_parameter_is_refused(account: Account, query: dict[str, Any]) -> None:
    assert refused(account.get(ORDERS, **query)) == (400, "pazarsync-parameter-invalid")


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ({"from_date": "2023-09-16T10:15:00Z"}, 1),
        ({"from_date": "2023-09-16T10:15:01Z"}, 0),
        ({"to_date": "2023-09-16T10:15:00Z"}, 1),
        ({"to_date": "2023-09-16T10:14:59Z"}, 0),
        ({"from_date": "2023-09-16T13:15:00+03:00"}, 1),
        ({"from_date": "2023-09-16T13:15:01+03:00"}, 0),
        ({"from_date": "2023-09-16T05:15:00-05:00", "to_date": "2023-09-16T05:15:00-05:00"}, 1),
        # Without zone it is Istanbul's time.
        ({"from_date": "2023-09-16T13:15:00"}, 1),
        ({"from_date": "2023-09-16T13:15:01"}, 0),
        ({"from_date": "2023-09-16T13:15", "to_date": "2023-09-16T13:15"}, 1),
        ({"from_date": "2023-09-16", "to_date": "2023-09-16"}, 1),
        ({"from_date": "2023-09-17"}, 0),
        ({"to_date": "2023-09-15"}, 0),
        ({"from_date": "2023-09-16T10:15:00.001Z"}, 0),
        ({"from_date": "2023-09-16t10:15:00z"}, 1),
        ({"from_date": "2023-09-17", "to_date": "2023-09-15"}, 0),
        ({"from_date": "1000-01-01", "to_date": "9999-12-31"}, 1),
    ],
)
def test_dates_filter_on_when_it_was_created(printed: Account, query: dict[str, str], hits: int) -> None:
    assert found(printed, **query) == ["ord_789012"] * hits


def test_day_begins_and_ends_in_istanbul(account: Account) -> None:
    rows = walk(account, ORDERS, from_date="2026-11-10", to_date="2026-11-10")
    edges = {"from_date": "2026-11-09T21:00:00Z", "to_date": "2026-11-10T20:59:59Z"}
    assert rows
    assert rows == walk(account, ORDERS, **edges)


@pytest.mark.parametrize(
    "text",
    ["yesterday", "2026-13-01", "2026-02-30", "16.09.2023", "1694859300000", "2023-09-16T25:00:00Z",
     "2023-09-16T", "2023-09-16T10:15:00 03:00", "2023-02-30T10:15:00"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["from_date", "to_date"])
def test_date_that_is_none_is_refused(account: Account, name: str, text: str) -> None:
    answer = account.get(ORDERS, **{name: text})
    assert refused(answer) == (400, "pazarsync-date-invalid")
    assert name in answer.json["message"]


def test_amounts_of_every_order_add_up(account: Account) -> None:
    for row in walk(account, ORDERS):
        order = account.get(f"{ORDERS}/{row['id']}").json
        amounts = {name: Decimal(str(order[name])) for name in order if name.endswith(("_amount", "_fee"))}
        items = order["items"]
        for item in items:
            assert Decimal(str(item["total_price"])) == item["quantity"] * Decimal(str(item["unit_price"]))
        goods = sum(Decimal(str(item["total_price"])) for item in items)
        assert amounts["total_amount"] == goods + amounts["shipping_fee"] - amounts["discount_amount"]
        assert 0 < amounts["tax_amount"] < amounts["total_amount"]
        assert sum(item["quantity"] for item in items) == row["items_count"]
        assert {name: order[name] for name in SUMMARY if name != "items_count"} == {
            name: row[name] for name in SUMMARY if name != "items_count"
        }


def test_lines_name_products_of_the_account(account: Account) -> None:
    for row in account.get(ORDERS, limit=30).json["data"]:
        for item in account.get(f"{ORDERS}/{row['id']}").json["items"]:
            product = account.product(item["product_id"])
            assert (product["sku"], product["name"]) == (item["sku"], item["name"])


def test_people_are_invented_and_live_in_turkish_towns(account: Account) -> None:
    for row in account.get(ORDERS, limit=30).json["data"]:
        order = account.get(f"{ORDERS}/{row['id']}").json
        assert order["customer"]["email"].endswith("@example.com")
        address = order["shipping_address"]
        if address["country"] == "AZ":  # an order that is exported
            assert order["customer"]["phone"].startswith("+994")
            continue
        assert order["customer"]["phone"].startswith("+90555")
        assert (address["country"], len(address["postal_code"])) == ("TR", 5)


@pytest.mark.parametrize("order_id", ["ord_1", "ord_", "789012", "prod_789012", "ord_99999999999999999999"])
def test_unknown_order_is_404(account: Account, order_id: str) -> None:
    answer = account.get(f"{ORDERS}/{order_id}")
    assert refused(answer) == (404, "pazarsync-order-unknown")
    assert answer.json["error"] == "order_not_found"


def test_order_of_another_account_is_404(printed: Account) -> None:
    answer = printed.ask(f"{ORDERS}/ord_789012", bearer(printed.ask))
    assert refused(answer) == (404, "pazarsync-order-unknown")


def test_every_status_has_a_word_and_a_way() -> None:
    assert set(ORDER_STATUSES) == set(LIFE) == set(get_args(Status))
    assert set(ORDER_STATUSES.values()) == set(WORDS)


def test_order_goes_its_way_and_no_other(tmp_path: Path) -> None:
    world = opened(tmp_path, "samples")
    order = package_of_order(world, Listing(123457, "TR"), 789012)
    assert order is not None
    shipped = move_package(world, order, "shipped")
    assert package_of_order(world, Listing(123457, "TR"), 789012) == shipped
    assert shipped.updated_ms == world.clock.now_ms()
    with pytest.raises(ValueError, match="from shipped no way leads to created"):
        move_package(world, shipped, "created")
    world.close()
