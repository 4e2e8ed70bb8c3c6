"""People decide about products by hand: moves, and where the truth says that each product stands."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.conftest import NOW_MS, Ask, Opener
from contract_tests.tests.provider.support.new_products import (
    DAY_MS,
    SELLERS,
    approve,
    approved_contents,
    finish,
    item,
    read,
    recipe,
    unapproved_rows,
)


def move(ask: Ask, what: str, edition: str = "tr", **rest: Any) -> str:
    summary: str = ask.control("POST", "/moves", {"what": what, "seller": SELLERS[edition][0], **rest})[
        "summary"
    ]
    return summary


def states(ask: Ask, edition: str = "tr") -> dict[str, str]:
    rows = ask.control("GET", "/truth/product-states", seller=SELLERS[edition][0])["rows"]
    return {row["barcode"]: row["state"] for row in rows}


def test_waiting_product_is_approved_or_rejected_by_hand(open_world: Opener) -> None:
    ask = open_world(recipe=recipe(delay_ms=DAY_MS))
    finish(ask, "create", [item(barcode="a"), item(barcode="b", productMainId="b"), item(barcode="c")])
    assert "barcode b on" in move(ask, "product-approved", pick=1)
    assert "barcode a on" in move(ask, "product-rejected")
    assert states(ask) == {"a": "rejected", "b": "approved", "c": "pending"}
    assert [row["barcode"] for row in unapproved_rows(ask, status="rejected")] == ["a"]
    assert [content["productMainId"] for content in approved_contents(ask)] == ["b"]


@pytest.mark.parametrize("edition", SELLERS)
@pytest.mark.parametrize(
    ("what", "state", "field"),
    [
        ("product-locked", "locked", "locked"),
        ("product-blacklisted", "blacklisted", "blacklisted"),
        ("product-archived", "archived", "archived"),
    ],
)
def test_approved_product_is_moved_by_hand(
    open_world: Opener, what: str, state: str, field: str, edition: str
) -> None:
    ask = open_world("empty")
    approve(ask, [item(edition)], edition)
    move(ask, what, edition)
    assert states(ask, edition) == {"smoketest-1": state}
    (variant,) = approved_contents(ask, edition)[0]["variants"]
    assert (variant[field], variant["onSale"]) == (True, False)


@pytest.mark.parametrize(
    ("what", "status", "title"),
    [("content-change-accepted", "SUCCESS", "Yeni"), ("content-change-refused", "FAIL", "Pamuklu Tişört")],
)
def test_change_of_a_content_is_decided_by_hand(
    open_world: Opener, what: str, status: str, title: str
) -> None:
    ask = open_world("empty")
    (content,) = approve(ask, [item()])
    finish(ask, "content", [{"contentId": content["contentId"], "title": "Yeni"}])
    move(ask, what)
    assert approved_contents(ask)[0]["title"] == title
    (audit,) = read(ask, f"products/{content['contentId']}/update-audits")["content"]
    assert audit["updates"][0]["status"] == status


def test_nothing_to_decide_is_said(open_world: Opener) -> None:
    answer = open_world("empty").send(
        "POST", "/_emulator/moves", json={"what": "product-approved", "seller": 2738}
    )
    assert answer.status_code == 409


def test_equal_decisions_give_equal_worlds(open_world: Opener) -> None:
    shops = [open_world(recipe=recipe(delay_ms=DAY_MS)) for _ in range(2)]
    for ask in shops:
        ask.control("POST", "/clock/freeze", {"at_ms": NOW_MS})
        finish(ask, "create", [item(barcode=code, productMainId=code) for code in "abc"])
    histories = [
        [move(ask, what) for what in ("product-rejected", "product-approved", "product-blacklisted")]
        for ask in shops
    ]
    assert histories[0] == histories[1]
    assert unapproved_rows(shops[0]) == unapproved_rows(shops[1])
    assert approved_contents(shops[0]) == approved_contents(shops[1])
