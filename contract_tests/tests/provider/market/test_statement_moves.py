"""Statements that change after they were read: new numbers for old rows, corrected commissions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from contract_tests.tests.provider.conftest import NOW_MS, Ask, Opener
from contract_tests.tests.provider.support.finance import AREA, DAY_MS, rows, windows
from contract_tests.tests.provider.support.recipes import small

SAME = ("transactionType", "transactionDate", "debt", "credit", "orderNumber", "barcode", "paymentDate")


@pytest.fixture
def shop(open_world: Opener) -> Ask:
    """Ask a small world of the international seller, its clock standing."""
    ask = open_world(recipe=small(2748, "RO"))
    ask.control("POST", "/clock/freeze", {"at_ms": NOW_MS})
    return ask


def move(ask: Ask, what: str, seller: int = 2748, **rest: Any) -> str:
    return str(ask.control("POST", "/moves", {"what": what, "seller": seller, **rest})["summary"])


def truth(ask: Ask, kind: str, seller: int = 2748) -> list[dict[str, Any]]:
    return list(ask.control("GET", f"/truth/{kind}", seller=seller)["rows"])


@pytest.mark.parametrize("kind", ["settlements", "otherfinancials"])
def test_rekeyed_rows_are_the_same_under_other_numbers(shop: Ask, kind: str) -> None:
    before = truth(shop, kind)
    move(shop, "statements-rekeyed")
    after = truth(shop, kind)
    assert [[row[name] for name in SAME] for row in before] == [[row[name] for name in SAME] for row in after]
    numbers = [(one["id"], other["id"]) for one, other in zip(before, after, strict=True)]
    assert all((old == new) == old[:1].isalpha() for old, new in numbers)
    assert {len(new) for _, new in numbers if new.isdecimal()} == {11}


def test_old_numbers_match_nothing_any_more(shop: Ask) -> None:
    orders = {row["paymentOrderId"] for row in truth(shop, "settlements")} - {None}
    ids = {row["id"] for row in truth(shop, "settlements")}
    move(shop, "statements-rekeyed")
    read_again = [
        row
        for name in ("Sale", "Return")
        for window in windows(75)
        for row in rows(shop, f"{AREA}/2748/settlements", transactionType=name, **window)
    ]
    assert len({row["id"] for row in read_again}) == len(ids)
    assert not ids & {row["id"] for row in read_again}
    assert orders
    assert not orders & {row["paymentOrderId"] for row in read_again}


def test_rekeyed_payouts_still_are_the_sum_of_their_rows(shop: Ask) -> None:
    nets = sorted(Decimal(row["net"]) for row in truth(shop, "totals"))
    move(shop, "statements-rekeyed")
    move(shop, "statements-rekeyed")
    assert sorted(Decimal(row["net"]) for row in truth(shop, "totals")) == nets
    payouts = [row for row in truth(shop, "otherfinancials") if row["transactionType"] == "Ödeme"]
    assert {row["paymentOrderId"] for row in payouts} == {
        row["paymentOrderId"] for row in truth(shop, "totals")
    } - {None}


def test_turkish_rows_keep_their_numbers(open_world: Opener) -> None:
    ask = open_world(recipe=small())
    answer = ask.send("POST", "/_emulator/moves", json={"what": "statements-rekeyed", "seller": 2738})
    assert answer.status_code == 409
    assert "only international" in answer.text


def test_correction_changes_unpaid_rows_of_whole_packages(shop: Ask) -> None:
    before = {row["id"]: row for row in truth(shop, "settlements")}
    summary = move(shop, "statements-corrected", pick=1)
    after = {row["id"]: row for row in truth(shop, "settlements")}
    changes = [(before[number], after[number]) for number in before if before[number] != after[number]]
    assert before.keys() == after.keys()
    assert 0 < len(changes) < len(before) / 2
    assert f"of {len(changes)} rows" in summary
    for old, new in changes:
        assert (old["paymentOrderId"], new["credit"], new["debt"]) == (None, old["credit"], old["debt"])
        assert NOW_MS - 22 * DAY_MS <= new["transactionDate"] <= NOW_MS
        assert Decimal(new["commissionAmount"]) > Decimal(old["commissionAmount"])
        amount = Decimal(new["credit"]) + Decimal(new["debt"])
        assert Decimal(new["commissionAmount"]) + Decimal(new["sellerRevenue"]) == amount


def test_corrected_rows_are_paid_as_they_are_now(shop: Ask) -> None:
    move(shop, "statements-corrected")
    shop.control("POST", "/clock/advance", {"ms": 60 * DAY_MS})
    entries = truth(shop, "settlements")
    for total in truth(shop, "totals"):
        net = sum(
            (Decimal(row["sellerRevenue"]) * (1 if Decimal(row["credit"]) else -1))
            for row in entries
            if row["paymentOrderId"] == total["paymentOrderId"]
        )
        assert net == Decimal(total["net"])


def test_correction_reaches_as_far_back_as_it_says(shop: Ask) -> None:
    before = truth(shop, "settlements")
    move(shop, "statements-corrected", ago_ms=8 * DAY_MS)
    changes = [row for row in truth(shop, "settlements") if row not in before]
    assert changes
    assert min(row["transactionDate"] for row in changes) >= NOW_MS - 8 * DAY_MS


def test_follow_ups_come_after_a_correction_too(open_world: Opener) -> None:
    past = [{"seller": 2748, "storefront": "RO", "days": 30, "rows": 600}]
    shop = open_world(recipe={"name": "past", "like": "empty", "money": past})
    for pick in range(3):
        move(shop, "statements-corrected", pick=pick)
    sales = {row["orderNumber"]: row for row in truth(shop, "settlements")}
    shop.control("POST", "/clock/advance", {"ms": 30 * DAY_MS})
    later = [row for row in truth(shop, "settlements") if row["transactionDate"] > NOW_MS]
    assert {row["transactionType"] for row in later} == {"İade"}
    assert {row["orderNumber"] for row in later} <= sales.keys()
