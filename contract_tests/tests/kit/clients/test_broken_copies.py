"""Faults that only data shows which moves, grows or is odd, and a reference that reads it right."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from contract_tests.clients.client import Client, export, sync
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.problems import Problem
from contract_tests.profiles.every import broken_client, reference_client
from contract_tests.tests.kit.support.market import ENVIRONMENT, Market, contents, entries

BEYOND = 2**33
Rows = list[dict[str, Any]]


def client_of(name: str, profile: str) -> Client:
    client = reference_client(profile) if name == "reference" else broken_client(name).client
    assert client
    return client


def held_by(name: str, market: Market, between: Callable[[Rows], Any] | None = None) -> list[str]:
    """What a client holds of the catalogue, after a second run when something happens between two."""
    copy, client = LocalCopy(), client_of(name, "catalog-pull")
    sync(client, ENVIRONMENT, copy, market.session, market.clock)
    if between:
        between(market.rows)
        sync(client, ENVIRONMENT, copy, market.session, market.clock)
    rows = export(client, "products", copy)
    return sorted(f"{row['barcode']} {row['contentId']} {row['title']}" for row in rows)


def listed(*numbers: int, title: str = "T") -> list[str]:
    return sorted(f"B{number} {number} {title}" for number in numbers)


def retitle(rows: Rows) -> None:
    rows[0]["title"] = "U"


@pytest.mark.parametrize(
    ("name", "copy"),
    [
        ("reference", listed(1, 2)),
        ("keeps_what_is_gone", listed(0, 1, 2)),
        ("known_by_place", listed(1, 2, 2)),
    ],
)
def test_copy_after_a_content_left(name: str, copy: list[str]) -> None:
    assert held_by(name, Market(contents(3)), lambda rows: rows.pop(0)) == copy


@pytest.mark.parametrize(("name", "title"), [("reference", "U"), ("never_updates", "T")])
def test_copy_after_a_title_changed(name: str, title: str) -> None:
    assert held_by(name, Market(contents(1)), retitle) == listed(0, title=title)


@pytest.mark.parametrize(
    ("name", "tokens", "missing"),
    [("reference", "until-last", 0), ("reference", "none", 0), ("never_reads_again", "none", 1)],
)
def test_copy_when_one_content_left_and_one_came_while_the_page_was_turned(
    name: str, tokens: str, missing: int
) -> None:
    market = Market(contents(250), tokens=tokens)

    def move(number: int) -> None:
        if number == 2:
            market.rows.pop(0)
            market.rows.append(contents(251)[-1])

    market.trouble = move
    assert len(set(listed(*range(1, 251))) - set(held_by(name, market))) == missing


@pytest.mark.parametrize(("name", "wrong"), [("reference", False), ("narrow_ids", True)])
def test_copy_of_long_ids(name: str, *, wrong: bool) -> None:
    rows = contents(2)
    for row in rows:
        row["contentId"] += BEYOND
    ids = {line.split()[1] for line in held_by(name, Market(rows))}
    assert (ids != {str(BEYOND), str(BEYOND + 1)}) is wrong


@pytest.mark.parametrize(("name", "whole"), [("reference", True), ("stops_at_a_short_page", False)])
def test_copy_when_a_page_in_the_middle_is_short(name: str, *, whole: bool) -> None:
    assert (len(held_by(name, Market(contents(350), short=2))) == 350) is whole


ODD: dict[str, Callable[[dict[str, Any]], Any]] = {
    "no pictures": lambda row: row.update(images=[]),
    "null for text": lambda row: row.update(description=None),
    "text absent": lambda row: row.pop("lastModifiedBy"),
    "a new field": lambda row: row.update(yeniAlan={"a": 1}),
}


def full(row: dict[str, Any]) -> dict[str, Any]:
    """A content with everything the printed sample has."""
    texts = {"description": "D", "lastModifiedBy": "L", "brand": {}, "attributes": []}
    return row | texts | {"images": [{"url": "U"}], "category": {"name": "C"}}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("name", ["reference", "fails_without_optional_fields", "fails_on_new_fields"])
def test_copy_of_odd_contents(name: str, odd: str) -> None:
    rows = [full(row) for row in contents(2)]
    assert held_by(name, Market(rows)) == listed(0, 1)
    ODD[odd](rows[1])
    fails = name == ("fails_on_new_fields" if odd == "a new field" else "fails_without_optional_fields")
    read = partial(held_by, name, Market(rows))
    if fails:
        with pytest.raises(Problem):
            read()
    else:
        assert read() == listed(0, 1)


def settlements(name: str, rows: Rows) -> list[dict[str, Any]]:
    copy, market, client = LocalCopy(), Market(rows), client_of(name, "finance")
    sync(client, ENVIRONMENT, copy, market.session, market.clock)
    return export(client, "settlements", copy)


@pytest.mark.parametrize(("name", "rows"), [("reference", 1_500), ("settlements_first_page", 1_000)])
def test_copy_of_a_window_of_two_pages(name: str, rows: int) -> None:
    assert len(settlements(name, entries(1_500))) == rows


@pytest.mark.parametrize(("name", "order"), [("reference", BEYOND + 7), ("narrow_payment_orders", 7)])
def test_copy_of_long_payment_orders(name: str, order: int) -> None:
    (row,) = settlements(name, [entries(1)[0] | {"paymentOrderId": BEYOND + 7}])
    assert row["paymentOrderId"] == order
