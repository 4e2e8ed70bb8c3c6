"""One market: whatever names an order names one of the world, and their amounts agree to the kuruş."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from contract_tests.tests.provider.conftest import INT, TR, Ask, Opener, failures
from contract_tests.tests.provider.support.finance import AREA, DAY_MS, rows
from contract_tests.tests.provider.support.pazarsync import ORDERS, Account, walk
from contract_tests.tests.provider.support.recipes import small
from contract_tests.tests.provider.support.worlds import NOW_MS, opened
from emulator.stage.stages import Stages
from emulator.trendyol.finance.wire import OTHERS, SETTLEMENTS
from emulator.world.core.life import NoWay
from emulator.world.core.world import World
from emulator.world.orders.life import LIFE, move_package
from emulator.world.orders.model import Line, Package, spread, with_discount
from emulator.world.orders.rows import packages_where

SELLERS = {"int": (2748, "RO", INT), "tr": (2738, "TR", TR)}
TYPES = {"int": ["Sale", "Return"], "tr": sorted(SETTLEMENTS)}
# What a delivery is worth before the commission: prices, and what seller and marketplace take off them.
AT_DELIVERY = {"int": ["Sale"], "tr": ["Sale", "PayByLink", "Discount", "Coupon", "TyDiscount", "TyCoupon"]}
AHEAD_DAYS = 20


def money(amount: Any) -> Decimal:
    return Decimal(str(amount))


def read_windows(ask: Ask, service: str, edition: str, names: list[str]) -> list[dict[str, Any]]:
    """Read the rows of some types in the last 110 days, each once, as the clock stands ``AHEAD_DAYS`` on."""
    seller, _, headers = SELLERS[edition]
    end = NOW_MS + AHEAD_DAYS * DAY_MS
    spans = [(end - back * 15 * DAY_MS, end - (back - 1) * 15 * DAY_MS) for back in range(1, 9)]
    several: list[dict[str, Any]] = [{"transactionTypes": ",".join(names)}]
    queries = several if edition == "tr" else [{"transactionType": name} for name in names]
    by_id = {
        row["id"]: row
        for query in queries
        for start, stop in spans
        for row in rows(
            ask, f"{AREA}/{seller}/{service}", headers, **query, startDate=start, endDate=stop, size=1000
        )
    }
    return list(by_id.values())


def packages_of(ask: Ask, edition: str) -> dict[int, dict[str, Any]]:
    """The packages of the truth by their numbers."""
    seller, storefront, _ = SELLERS[edition]
    truth = ask.control("GET", "/truth/orders", seller=seller, storefront=storefront)["rows"]
    return {row["shipmentPackageId"]: row for row in truth}


@pytest.fixture(scope="module")
def later(app: Flask) -> Iterator[Ask]:
    """Read one demo world some weeks on, so that what was ahead has happened too."""
    stages: Stages = app.extensions["stages"]
    stage = stages.open("market-later", "demo")
    stage.world.clock.freeze(NOW_MS)
    ask = Ask(app, f"/w/{stage.name}")
    ask.control("POST", "/clock/advance", {"ms": AHEAD_DAYS * DAY_MS})
    yield ask
    assert failures(stage) == []
    stages.close(stage.name)


@pytest.mark.parametrize("edition", SELLERS)
def test_every_settlement_names_a_package_of_the_world(later: Ask, edition: str) -> None:
    packages = packages_of(later, edition)
    settled = read_windows(later, "settlements", edition, TYPES[edition])
    assert len(settled) > 500
    for row in settled:
        package = packages[row["shipmentPackageId"]]
        assert (row["orderNumber"], "Delivered") == (package["orderNumber"], package["status"])


@pytest.mark.parametrize("edition", SELLERS)
def test_sales_of_each_delivered_package_are_what_its_customer_paid(later: Ask, edition: str) -> None:
    sums: defaultdict[int, Decimal] = defaultdict(Decimal)
    for row in read_windows(later, "settlements", edition, AT_DELIVERY[edition]):
        sums[row["shipmentPackageId"]] += money(row["credit"]) - money(row["debt"])
    by_name = {
        number: money(package["totalPrice"])
        for number, package in packages_of(later, edition).items()
        if package["status"] == "Delivered"
    }
    assert sums == by_name


@pytest.mark.parametrize("edition", SELLERS)
def test_totals_of_the_truth_are_gross_less_discounts(ask: Ask, edition: str) -> None:
    for package in packages_of(ask, edition).values():
        left = money(package["grossAmount"]) - money(package["totalDiscount"])
        assert left == money(package["totalPrice"]) > 0


@pytest.mark.parametrize("edition", SELLERS)
def test_every_cargo_item_names_an_order_of_the_world(later: Ask, edition: str) -> None:
    seller, _, headers = SELLERS[edition]
    orders = {package["orderNumber"] for package in packages_of(later, edition).values()}
    invoices = [
        row["id"]
        for row in read_windows(later, "otherfinancials", edition, ["DeductionInvoices"])
        if row["transactionType"].startswith("Kargo Fatura")
    ]
    assert len(invoices) > 10
    for invoice in invoices:
        items = rows(later, f"{AREA}/{seller}/cargo-invoice/{invoice}/items", headers)
        assert items
        assert {item["orderNumber"] for item in items} <= orders


def test_rows_beside_the_orders_name_none(later: Ask) -> None:
    names = sorted(OTHERS.keys() - {"CreditNote", "CommissionInvocie"})
    assert {row["orderNumber"] for row in read_windows(later, "otherfinancials", "tr", names)} == {None}


def test_orders_of_pazarsync_are_the_packages_of_the_seller(later: Ask) -> None:
    packages = {package["orderNumber"]: package for package in packages_of(later, "tr").values()}
    account = Account(later)
    own = [row for row in walk(account, ORDERS) if row["marketplace"] == "trendyol"]
    assert {row["order_number"] for row in own} == packages.keys()
    for row in own[:60]:
        detail, package = account.get(f"{ORDERS}/{row['id']}").json, packages[row["order_number"]]
        goods = money(detail["total_amount"]) - money(detail["shipping_fee"])
        assert goods == money(package["totalPrice"])
        assert money(detail["discount_amount"]) == money(package["totalDiscount"])


def test_other_marketplaces_are_in_no_account(ask: Ask) -> None:
    elsewhere = {
        row["order_number"] for row in walk(Account(ask), ORDERS) if row["marketplace"] != "trendyol"
    }
    truth = ask.control("GET", "/truth/settlements", seller=2738)["rows"]
    assert elsewhere
    assert not elsewhere & {row["orderNumber"] for row in truth}


def test_orders_of_the_truth_are_cut_by_their_last_change(ask: Ask) -> None:
    window = {"from": NOW_MS - 20 * DAY_MS, "to": NOW_MS - 10 * DAY_MS}
    part = ask.control("GET", "/truth/orders", seller=2738, **window)["rows"]
    assert 0 < len(part) < len(packages_of(ask, "tr"))


@pytest.mark.nightly
def test_large_account_names_packages_alone(tmp_path: Path) -> None:
    world = opened(tmp_path, "wall")
    delivered = set(
        world.store.rows("SELECT id, order_number FROM package WHERE status = 'delivered'"),
    )
    settled = world.store.rows(
        "SELECT shipment_package_id, order_number FROM ledger_entry WHERE ledger = 'settlement'"
    )
    values = {number for (number,) in world.store.rows("SELECT order_number FROM cargo_item")}
    assert set(settled) <= delivered
    assert values <= {number for _, number in delivered}
    world.close()


def place_and_deliver(ask: Ask, pieces: int) -> str:
    """Let a customer order some pieces of a variant, and bring them; give the number of the order."""
    order = {"what": "order-placed", "seller": 2738, "quantity": pieces}
    summary = ask.control("POST", "/moves", order)["summary"]
    for status in ("picking", "invoiced", "shipped", "delivered"):
        move = {"what": "order-moved", "seller": 2738, "status": status, "pick": last(ask, status)}
        ask.control("POST", "/moves", move)
    return str(summary).split()[1]


def last(ask: Ask, status: str) -> int:
    """Where the newest order stands among those that can come to a status."""
    words = {"picking": ["Created"], "invoiced": ["Created", "Picking"], "shipped": ["Picking", "Invoiced"]}
    before = words.get(status, ["Shipped", "AtCollectionPoint", "UnDelivered"])
    return sum(package["status"] in before for package in packages_of(ask, "tr").values()) - 1


@pytest.mark.parametrize(("decision", "count"), [("unit", 3), ("line", 1)])
def test_quantity_makes_a_sale_row_a_unit_or_a_line(open_world: Opener, decision: str, count: int) -> None:
    orders = [{"seller": 2738, "storefront": "TR", "count": 0, "days": 1, "marketplaces": ["trendyol"]}]
    ask = open_world(recipe=small(orders=orders, money=[]), decisions={"sale-rows": decision})
    ask.control("POST", "/moves", {"what": "stock-changed", "seller": 2738, "pick": 0, "quantity": 50})
    number = place_and_deliver(ask, 3)
    sales = [
        row
        for row in ask.control("GET", "/truth/settlements", seller=2738)["rows"]
        if row["orderNumber"] == number
    ]
    (package,) = packages_of(ask, "tr").values()
    assert len(sales) == count
    assert len({(row["barcode"], row["credit"]) for row in sales}) == 1
    assert sum(money(row["credit"]) for row in sales) == money(package["totalPrice"])


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    small_world = opened(tmp_path, recipe=small())
    yield small_world
    small_world.close()


def one_with(world: World, status: str) -> Package:
    return packages_where(world, "p.status = ? ORDER BY p.id LIMIT 1", (status,))[0]


def stock_of(world: World, line: Line) -> int:
    (facts,) = (
        world.store.row("SELECT quantity FROM account_products WHERE number = ?", (line.variant_id,)) or ()
    )
    return int(facts)


def test_cancelled_package_puts_its_pieces_back(world: World) -> None:
    package = packages_where(world, "p.status = 'shipped' ORDER BY p.id LIMIT 1", ())[0]
    before = {line.variant_id: stock_of(world, line) for line in package.lines}
    waiting = Package(
        package.id, package.order, "created", package.updated_ms, package.carrier, package.cargo_number,
        package.lines, package.history, package.tax_e4,
    )  # fmt: skip
    move_package(world, waiting, "cancelled", by="customer")
    for line in package.lines:
        assert stock_of(world, line) == before[line.variant_id] + line.quantity


def test_nobody_goes_the_way_of_another(world: World) -> None:
    with pytest.raises(NoWay, match="from shipped no way leads to delivered for the customer"):
        move_package(world, one_with(world, "shipped"), "delivered", by="customer")


def test_delivery_is_booked_at_once(world: World) -> None:
    package = one_with(world, "shipped")
    move_package(world, package, "delivered", by="carrier")
    sales = world.store.rows(
        "SELECT credit_e4 FROM ledger_entry WHERE shipment_package_id = ? AND type = 'sale'", (package.id,)
    )
    own = package.order.marketplace == "trendyol"
    assert sum(credit for (credit,) in sales) == (package.total_e4 if own else 0)


def test_every_status_of_a_package_leads_to_others_of_the_table() -> None:
    assert {way.to for ways in LIFE.values() for way in ways} <= LIFE.keys()


def test_discount_of_a_line_is_spread_as_printed() -> None:
    units = spread(2, 259_900, 259_900)
    assert [(each.count, each.seller_discount_e4, each.price_e4) for each in units] == [
        (1, 130_000, 129_900),
        (1, 129_900, 130_000),
    ]


@pytest.mark.parametrize("discount_e4", [0, 100, 99_900, 1_234_500])
def test_discount_of_an_order_adds_up_on_its_lines(discount_e4: int) -> None:
    lines = tuple(Line(number, number, None, "b", "s", "n", 20, 1000, spread(3, 333_300 * number, 0))
                  for number in (1, 2, 3))  # fmt: skip
    spread_lines = tuple(with_discount(lines, discount_e4))
    assert sum(line.discount_e4 for line in spread_lines) == discount_e4
    assert Counter(line.quantity for line in spread_lines) == {3: 3}
