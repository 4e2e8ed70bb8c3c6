"""Where rows come from: each documented type has an event in the world, and a return undoes its sale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from contract_tests.tests.provider.conftest import INT, NOW_MS, TR, Ask, Opener
from contract_tests.tests.provider.support.account_book import percent_of
from contract_tests.tests.provider.support.control import refusal
from contract_tests.tests.provider.support.finance import AREA, DAY_MS, WINDOW, rows
from contract_tests.tests.provider.support.moves import move
from contract_tests.tests.provider.support.recipes import small
from contract_tests.tests.provider.support.worlds import opened
from emulator.contract.contract import load_contract
from emulator.trendyol.finance.wire import LABELS, OTHERS, SETTLEMENTS
from emulator.world.claims.search import returned_parcels
from emulator.world.core.listing import Listing
from emulator.world.core.world import World
from emulator.world.money.after_sale import AFTER_SALE
from emulator.world.money.package_rows import rows_by_package
from emulator.world.money.returns import UnitPlace, book_return
from emulator.world.money.transaction_types import EVENTS, TYPES, UNDONE_BY
from emulator.world.moves import perform
from emulator.world.orders.due import book_due
from emulator.world.orders.life import sold_package
from emulator.world.orders.model import Package
from emulator.world.orders.repack import Cancellation, cancel_units
from emulator.world.orders.rows import packages_where

# Source: docs/cari-hesap-ekstresi-entegrasyonu, D: label, side, and what it does to commission and revenue.
# Coupons stand on the side that their signs say, as live rows do, C.
PRINTED_TABLE = {
    "Sale": ("Satış", "credit", "-", "+"),
    "Return": ("İade", "debt", "+", "-"),
    "Discount": ("İndirim", "debt", "+", "-"),
    "DiscountCancel": ("İndirim İptal", "credit", "-", "+"),
    "Coupon": ("Kupon", "debt", "+", "-"),
    "CouponCancel": ("Kupon İptal", "credit", "-", "+"),
    "ProvisionPositive": ("Provizyon +", "credit", "-", "+"),
    "ProvisionNegative": ("Provizyon -", "debt", "+", "-"),
    "ManualRefund": ("Kısmi İade", "debt", "+", "-"),
    "ManualRefundCancel": ("Kısmi İade İptal", "credit", "-", "+"),
    "TyDiscount": ("Kurumsal Fatura - TY Promosyon", "debt", "+", "-"),
    "TyDiscountCancel": ("Kurumsal Fatura - TY Promosyon İptali", "credit", "-", "+"),
    "TyCoupon": ("Kurumsal Fatura - TY Kupon", "debt", "+", "-"),
    "TyCouponCancel": ("Kurumsal Fatura - TY Kupon İptali", "credit", "-", "+"),
    "SellerRevenuePositive": ("Hakediş Pozitif Düzeltme", "credit", "0", "+"),
    "SellerRevenueNegative": ("Hakediş Negatif Düzeltme", "debt", "0", "-"),
    "CommissionPositive": ("Komisyon Pozitif Düzeltme", "debt", "+", "0"),
    "CommissionNegative": ("Komisyon Negatif Düzeltme", "credit", "-", "0"),
    "SellerRevenuePositiveCancel": ("Hakediş Pozitif Düzeltme İptal", "debt", "0", "-"),
    "SellerRevenueNegativeCancel": ("Hakediş Negatif Düzeltme İptal", "credit", "0", "+"),
    "CommissionPositiveCancel": ("Komisyon Pozitif Düzeltme İptal", "credit", "-", "0"),
    "CommissionNegativeCancel": ("Komisyon Negatif Düzeltme İptal", "debt", "+", "0"),
    "DeliveryFee": ("Teslimat Ücreti", "credit", "-", "+"),
    "DeliveryFeeCancel": ("Teslimat Ücreti İptal", "debt", "+", "-"),
    "PayByLink": ("Satış", "credit", "-", "+"),
}
SIGNS = {-1: "-", 0: "0", 1: "+"}
ACCOUNTS = {"int": (2748, "RO", INT), "tr": (2738, "TR", TR)}
# What a Wednesday brings, or one that is near.
BY_THE_CLOCK = {"payment_order", "cash_advance"}
# Rows that are labelled by what they charge, and may give a charge back.
WITH_REFUNDS = {"deduction_invoices", "stoppage"}
# What has to have happened before some days ago, so that something is due, or was owed on a Wednesday.
BEFORE = {"wire_transfer": [("sale", 31)], "incoming_transfer": [("sale", 9), ("stoppage", 8)]}
# What a sale has to have had before a row can take it back.
FIRST = {taker: giver for giver, taker in UNDONE_BY.items() if taker != "return"}


def test_table_of_types_is_the_printed_one() -> None:
    table = {
        word: (label, TYPES[name].side, SIGNS[TYPES[name].commission], SIGNS[TYPES[name].revenue])
        for word, (name, label) in SETTLEMENTS.items()
    }
    assert table == PRINTED_TABLE


def test_every_type_has_an_event_and_every_event_a_type() -> None:
    assert {kind.event for kind in TYPES.values()} == EVENTS.keys()
    assert LABELS.keys() == TYPES.keys()


@pytest.mark.parametrize("edition", ACCOUNTS)
def test_explanation_says_what_each_type_is_booked_for(ask: Ask, edition: str) -> None:
    for operation, table in (("getSettlements", SETTLEMENTS), ("getOtherFinancials", OTHERS)):
        views = ask.control("GET", f"/operations/{operation}")["editions"]
        (view,) = [each for each in views if each["edition"] == edition]
        assert {word: event["when"] for event in view["events"] for word in event["types"]} == {
            word: EVENTS[TYPES[name].event]
            for word, (name, _) in table.items()
            if edition in TYPES[name].editions
        }


def test_page_about_the_account_has_the_table_of_types() -> None:
    page = (Path(__file__).parents[4] / "docs" / "finance.md").read_text(encoding="utf-8")
    for word, (name, label) in {**SETTLEMENTS, **OTHERS}.items():
        kind = TYPES[name]
        is_settlement = kind.ledger == "settlement"
        signs = [SIGNS[each] if is_settlement else "" for each in (kind.commission, kind.revenue)]
        cells = (f"`{word}`", label, ", ".join(kind.editions), kind.side, *signs, EVENTS[kind.event])
        assert f"| {' | '.join(cells)} |" in page


@pytest.mark.parametrize("edition", ACCOUNTS)
def test_every_documented_type_is_booked_by_an_event_of_a_world(open_world: Opener, edition: str) -> None:
    seller, storefront, headers = ACCOUNTS[edition]
    ask = open_world(recipe=small(seller, storefront, money=[], orders=[]))
    ask.control("POST", "/clock/freeze", {"at_ms": NOW_MS})
    for service, table in (("settlements", SETTLEMENTS), ("otherfinancials", OTHERS)):
        for word, (name, _) in table.items():
            if edition in TYPES[name].editions and name not in BY_THE_CLOCK:
                happen(ask, seller, name)
                assert is_listed(ask, f"{AREA}/{seller}/{service}", headers, word), word


def happen(ask: Ask, seller: int, name: str) -> None:
    """Let something happen of which a row of a type is booked."""
    if name in FIRST:
        move(ask, "entry-booked", seller, type=FIRST[name])
    elif name == "return":
        move(ask, "entry-booked", seller)
    for each, days in BEFORE.get(name, ()):
        move(ask, "entry-booked", seller, type=each, ago_ms=days * DAY_MS)
    move(ask, "entry-booked", seller, type=name)


def test_advance_is_of_what_the_next_payment_order_pays(open_world: Opener) -> None:
    ask = open_world(recipe=small(money=[], orders=[]))
    ask.control("POST", "/clock/freeze", {"at_ms": NOW_MS})
    move(ask, "entry-booked")
    body = {"what": "entry-booked", "seller": 2738, "type": "cash_advance"}
    assert refusal(ask, "POST", "/moves", body) == (409, "move-impossible")
    while ask.send("POST", "/_emulator/moves", json=body).status_code == 409:
        ask.control("POST", "/clock/advance", {"ms": DAY_MS})
    ask.control("POST", "/clock/advance", {"ms": 7 * DAY_MS})
    (order,) = rows(ask, f"{AREA}/2738/payment-order", TR)
    of_order = {"paymentOrderId": order["id"]}
    (sale,) = rows(ask, f"{AREA}/2738/settlements", TR, transactionTypes="Sale,PayByLink", **of_order)
    (advance,) = rows(ask, f"{AREA}/2738/otherfinancials", TR, transactionType="CashAdvance", **of_order)
    assert advance["debt"] == pytest.approx(sale["sellerRevenue"] / 4, abs=0.01)
    assert order["amount"] == pytest.approx(sale["sellerRevenue"] - advance["debt"], abs=0.01)


def is_listed(ask: Ask, path: str, headers: Mapping[str, str], word: str) -> bool:
    """Whether the service lists rows of a type, each with its label and on its side."""
    name, label = {**SETTLEMENTS, **OTHERS}[word]
    entries = rows(ask, path, dict(headers), transactionType=word, **WINDOW)
    if name not in WITH_REFUNDS:
        assert {row["transactionType"] for row in entries} <= {label}
        assert all((row["credit"] > 0) == (TYPES[name].side == "credit") for row in entries)
    return bool(entries)


@pytest.fixture(params=["unit", "line"])
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    decisions = load_contract().decide({"sale-rows": request.param})
    small_world = opened(tmp_path, recipe=small(money=[], orders=[]), decisions=decisions)
    yield small_world
    small_world.close()


def net_by_package(world: World) -> dict[int, int]:
    return dict(
        world.store.rows(
            "SELECT shipment_package_id, SUM(net_e4) FROM ledger_entry WHERE ledger = 'settlement'"
            " GROUP BY shipment_package_id"
        )
    )


def with_history(world: World) -> list[Package]:
    """Packages of each way to buy, to whose units everything has happened that may happen."""
    for name in ("sale", "discount", "coupon", "ty_discount", "ty_coupon", "pay_by_link", "delivery_fee"):
        perform(world, {"what": "entry-booked", "seller": 2738, "type": name})
    number = place_many(world)
    for event in AFTER_SALE["tr"]:
        for pick in range(8):
            for name in event.types[:1]:
                perform(world, {"what": "entry-booked", "seller": 2738, "type": name, "pick": pick})
    perform(world, {"what": "entry-booked", "seller": 2738, "type": "commission_negative_cancel"})
    perform(world, {"what": "statements-corrected", "seller": 2738})
    packages = packages_where(world, "p.status = ? ORDER BY p.id", ("delivered",))
    assert number in {package.order.order_number for package in packages}
    return packages


def place_many(world: World) -> str:
    """Let a customer order three units of one thing, and bring them; give the number of the order."""
    perform(world, {"what": "stock-changed", "seller": 2738, "quantity": 50})
    summary = perform(world, {"what": "order-placed", "seller": 2738, "quantity": 3})
    for status in ("picking", "invoiced", "shipped", "delivered"):
        perform(world, {"what": "order-moved", "seller": 2738, "status": status})
    return summary.split()[1]


def test_full_return_undoes_its_sale_to_the_last_digit(world: World) -> None:
    packages = with_history(world)
    before = net_by_package(world)
    assert all(before[package.id] > 0 for package in packages)
    for package in packages:
        places = [UnitPlace(line.id, unit) for line in package.lines for unit in range(line.quantity)]
        for place in places:
            assert book_return(world, sold_package(package), [place], NOW_MS)
        assert book_return(world, sold_package(package), places, NOW_MS) == []
    assert set(net_by_package(world).values()) == {0}


def test_return_of_all_units_at_once_is_the_same(world: World) -> None:
    for package in with_history(world):
        places = [UnitPlace(line.id, unit) for line in package.lines for unit in range(line.quantity)]
        book_return(world, sold_package(package), places, NOW_MS)
    assert set(net_by_package(world).values()) == {0}


def test_return_of_one_unit_leaves_the_others(world: World) -> None:
    number = place_many(world)
    (package,) = packages_where(world, "o.order_number = ?", (number,))
    before = net_by_package(world)[package.id]
    return_rows = book_return(world, sold_package(package), [UnitPlace(package.lines[0].id, 1)], NOW_MS)
    assert [row.type for row in return_rows] == ["return"]
    left = net_by_package(world)[package.id]
    assert abs(left * 3 - before * 2) <= 3


def test_nothing_happens_to_a_unit_that_has_come_back(tmp_path: Path) -> None:
    claims = [{"seller": 2738, "storefront": "TR", "count": 400, "days": 50}]
    account = {**HISTORY, "rows": 900}
    with_events = opened(tmp_path, recipe=small(orders=[], money=[account], claims=claims, return_share=0.01))
    count = 0
    for package_rows in rows_by_package(with_events, Listing(2738, "TR")).values():
        moments = {
            (row.sale.barcode, row.sale.unit): row.at_ms for row in package_rows if row.type == "return"
        }
        count += len(moments)
        for row in package_rows:
            at_ms = moments.get((row.sale.barcode, row.sale.unit), row.at_ms)
            assert row.at_ms <= at_ms
    with_events.close()
    assert count > 100


def test_tax_is_a_hundredth_of_the_sales_it_looks_back_on(tmp_path: Path) -> None:
    world = opened(tmp_path, recipe=small(orders=[], money=[{**HISTORY, "rows": 900, "ahead": 20}]))
    world.advance(20 * DAY_MS)
    charges = "ledger = 'other' AND type = 'stoppage' AND sub_type IS NULL"
    ((tax_e4, rows, last_ms),) = world.store.rows(
        f"SELECT SUM(debt_e4), COUNT(*), MAX(transaction_at_ms) FROM ledger_entry WHERE {charges}"
    )
    ((sales_e4,),) = world.store.rows(
        "SELECT SUM(credit_e4) FROM ledger_entry WHERE type IN ('sale', 'pay_by_link')"
        " AND transaction_at_ms <= ?",
        (last_ms,),
    )
    world.close()
    assert rows > 25
    assert abs(tax_e4 * 100 - sales_e4) < sales_e4 // 10


def test_seller_is_repaid_what_the_marketplace_pays_of_companies_prices(tmp_path: Path) -> None:
    world = opened(tmp_path, recipe=small(orders=[], money=[]))
    for name in ("ty_discount", "ty_coupon", "ty_coupon", "sale"):
        perform(world, {"what": "entry-booked", "seller": 2738, "type": name})
    perform(world, {"what": "entry-booked", "seller": 2738, "type": "ty_coupon_cancel"})
    perform(world, {"what": "entry-booked", "seller": 2738, "type": "return_invoice"})
    ((repaid_e4, paid_e4),) = world.store.rows(
        "SELECT SUM(CASE WHEN type = 'return_invoice' THEN credit_e4 ELSE 0 END),"
        " SUM(CASE WHEN type LIKE 'ty_%' THEN debt_e4 - credit_e4 ELSE 0 END) FROM ledger_entry"
    )
    world.close()
    assert repaid_e4 == paid_e4 > 0


@pytest.mark.parametrize(
    ("name", "statuses", "percent"),
    [("late_dispatch", ("picking", "invoiced", "shipped"), 2), ("unsupplied", ("picking", "unsupplied"), 5)],
)
def test_penalty_follows_from_a_package(
    tmp_path: Path, name: str, statuses: Sequence[str], percent: int
) -> None:
    world = opened(tmp_path, recipe=small(orders=[], money=[]))
    world.advance(40 * DAY_MS)
    turn = {"seller": 2738, "storefront": "TR", "type": "deduction_invoices", "sub_type": name}
    book_due(returned_parcels)(world, world.clock.now_ms(), turn)
    assert penalties_in(world) == []
    perform(world, {"what": "stock-changed", "seller": 2738, "quantity": 50})
    perform(world, {"what": "order-placed", "seller": 2738, "ago_ms": 3 * DAY_MS})
    for status in statuses:
        perform(world, {"what": "order-moved", "seller": 2738, "status": status})
    for later_ms in (1, 2):
        book_due(returned_parcels)(world, world.clock.now_ms() + later_ms, turn)
    (package,) = packages_where(world, "p.status = ?", (statuses[-1],))
    assert penalties_in(world) == [(name, percent_of(package.total_e4, percent))]
    world.close()


def penalties_in(world: World) -> list[tuple[str, int]]:
    return world.store.rows("SELECT sub_type, debt_e4 FROM ledger_entry WHERE ledger = 'other'")


def test_penalty_is_of_the_units_alone_that_were_given_up(tmp_path: Path) -> None:
    world = opened(tmp_path, recipe=small(orders=[], money=[]))
    perform(world, {"what": "stock-changed", "seller": 2738, "quantity": 50})
    perform(world, {"what": "order-placed", "seller": 2738, "quantity": 3})
    (package,) = packages_where(world, "p.status = ?", ("created",))
    cancel_units(world, package, {package.lines[0].id: 1}, Cancellation("seller", 500, "unsupplied"))
    perform(world, {"what": "entry-booked", "seller": 2738, "type": "unsupplied"})
    price_e4 = package.lines[0].units[0].price_e4
    assert penalties_in(world) == [("unsupplied", percent_of(price_e4, 5))]
    world.close()


HISTORY = {"seller": 2738, "storefront": "TR", "days": 75}


def test_commission_is_that_of_the_product_on_every_list(ask: Ask) -> None:
    answer = ask("/integration/product/sellers/2738/products/approved", TR, size=100).json
    rates = {
        variant["barcode"]: variant["commission"]
        for content in answer["content"]
        for variant in content["variants"]
    }
    entries = rows(ask, f"{AREA}/2738/settlements", TR, transactionType="Sale", **WINDOW)
    orders = ask("/integration/order/sellers/2738/v2/orders", TR, size=200).json["content"]
    lines = [line for package in orders for line in package["lines"]]
    rates_of_sales = [(row["barcode"], row["commissionRate"]) for row in entries if row["barcode"] in rates]
    rates_of_lines = [(line["barcode"], line["commission"]) for line in lines if line["barcode"] in rates]
    assert len(rates_of_sales) > 20
    assert len(rates_of_lines) > 20
    assert all(rates[barcode] == rate for barcode, rate in (*rates_of_sales, *rates_of_lines))
