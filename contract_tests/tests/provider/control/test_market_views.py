"""Packages with their life and payouts with what they are made of, over the control API."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from flask import Flask

from contract_tests.tests.provider.conftest import NOW_MS, Ask
from contract_tests.tests.provider.support.control import SALES, SETTLEMENTS
from emulator.stage.stages import Stages


@pytest.fixture(scope="module")
def market(app: Flask) -> Iterator[Ask]:
    stages: Stages = app.extensions["stages"]
    stages.open("market-views", "demo").world.clock.freeze(NOW_MS)
    yield Ask(app, "/w/market-views")
    stages.close("market-views")


def test_each_payout_adds_up(market: Ask) -> None:
    body = market.control("GET", "/payouts", seller=2738)
    assert body["currency"] == "TRY"
    assert len(body["payouts"]) == 10
    for payout in body["payouts"]:
        nets = sum(Decimal(part["net"]) for part in payout["parts"])
        assert nets + Decimal(payout["rounding"]) == Decimal(payout["amount"])
        assert abs(Decimal(payout["rounding"])) <= Decimal("0.005")
    moments = [payout["at_ms"] for payout in body["payouts"]]
    assert moments == sorted(moments, reverse=True)


def test_package_has_its_life_to_its_status(market: Ask) -> None:
    packages = market.control("GET", "/packages", seller=2738, limit=100)["packages"]
    for package in packages:
        assert package["history"][-1]["status"] == package["status"]
        moments = [step["at_ms"] for step in package["history"]]
        assert moments == sorted(moments)
    changes = [package["updated_ms"] for package in packages]
    assert changes == sorted(changes, reverse=True)


def test_packages_are_found_by_status_and_number(market: Ask) -> None:
    page = market.control("GET", "/packages", seller=2738, status="delivered", limit=2, offset=1)
    assert page["count"] > 2
    package = page["packages"][0]
    for text in (package["order_number"], package["id"]):
        matches = market.control("GET", "/packages", seller=2738, text=text)["packages"]
        assert package["id"] in [each["id"] for each in matches]
    assert market.control("GET", "/packages", seller=2738, text="none such")["count"] == 0


def test_unknown_seller_has_no_market(market: Ask) -> None:
    for path in ("packages", "payouts"):
        assert market.send("GET", f"/_emulator/{path}?seller=1").json["error"] == "seller-unknown"


def test_place_where_nobody_sells_was_never_paid(market: Ask) -> None:
    body = market.control("GET", "/payouts", seller=2738, storefront="AB")
    assert body == {"currency": "", "payouts": []}


def test_journal_finds_what_mentions_a_text_names_a_key_or_has_a_kind_of_status(ask: Ask) -> None:
    ask(SETTLEMENTS, **SALES)
    ask(SETTLEMENTS, headers={})
    ask("/integration/nowhere/needle-17", headers={})

    def ids(**query: object) -> list[int]:
        return [row["id"] for row in ask.control("GET", "/requests", **query)["requests"]]

    assert (ids(mentions="needle-17"), ids(mentions="needle-18")) == ([3], [])
    assert (ids(key="demo-int-key"), ids(key="nobody")) == ([1], [])
    assert (ids(client="SELFintegration"), ids(client="Mozilla")) == ([1], [])
    assert (ids(status=2), ids(status=4), ids(before=2)) == ([1], [2, 3], [1])


def test_every_operation_is_listed_with_whether_it_is_emulated(ask: Ask) -> None:
    rows = ask.control("GET", "/operations")["operations"]
    assert {row["document"] for row in rows if row["operation"] == "getSettlements"} == {
        "trendyol/finance/int",
        "trendyol/finance/tr",
    }
    assert not any(row["document"].startswith("control") for row in rows)
    assert "demo" in ask.control("GET", "/worlds")["recipes"]
