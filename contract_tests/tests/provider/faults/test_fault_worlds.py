"""Trouble in the world around a request: moves, time, stale answers, expired tokens."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from contract_tests.tests.provider.conftest import NOW_MS, Ask
from contract_tests.tests.provider.support.control import DAY_MS, PRODUCTS, SETTLEMENTS
from contract_tests.tests.provider.support.fault_requests import effects, fault_events, plan
from contract_tests.tests.provider.support.pazarsync import PRODUCTS as ACCOUNT_PRODUCTS
from contract_tests.tests.provider.support.pazarsync import TEMEL, Account, bearer, refused
from contract_tests.tests.provider.support.worlds import opened
from emulator.world import moves
from emulator.world.accounts import access_tokens
from emulator.world.accounts.api_clients import client_by_id
from emulator.world.catalogue.listings import take_out
from emulator.world.core.listing import Listing
from emulator.world.core.world import World

MOVE = {"what": "content-removed", "seller": 2748}


def remove_the_first(world: World, move: Mapping[str, Any]) -> str:
    """A move for these tests: the first content of a listing goes; to pick another one fails."""
    (number,) = world.store.row("SELECT min(content_id) FROM content WHERE seller_id = 2748") or (0,)
    take_out(world, Listing(2748, "RO"), number)
    if "pick" in move:
        raise ValueError("there is nothing to pick")
    return f"{number} was removed"


@pytest.fixture
def movable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moves, "perform", remove_the_first)


@pytest.mark.usefixtures("movable")
@pytest.mark.parametrize(("after", "fewer"), [(False, [0, 1, 1]), (True, [0, 0, 1])])
def test_something_moves_between_two_pages(ask: Ask, *, after: bool, fewer: list[int]) -> None:
    before = ask(PRODUCTS).json["totalElements"]
    plan(ask, at=2, move=MOVE, after=after)
    values = [before - ask(PRODUCTS, page=page, size=5).json["totalElements"] for page in range(3)]
    assert values == fewer
    (moved,) = fault_events(ask)
    assert (moved["request"], moved["fault"]) == (3, 1)
    assert moved["effect"].startswith("moved: ")


@pytest.mark.usefixtures("movable")
def test_move_that_cannot_be_done_is_noted_and_undone(ask: Ask) -> None:
    before = ask(PRODUCTS).json["totalElements"]
    plan(ask, move={**MOVE, "pick": 1})
    answer = ask(PRODUCTS)
    assert (answer.status_code, answer.json["totalElements"]) == (200, before)
    assert effects(ask) == ["could not be done: there is nothing to pick"]


@pytest.mark.usefixtures("movable")
def test_move_happens_under_an_answer_that_the_fault_gives(ask: Ask) -> None:
    before = ask(PRODUCTS).json["totalElements"]
    plan(ask, move=MOVE, status=503)
    assert ask(PRODUCTS).status_code == 503
    assert ask(PRODUCTS).json["totalElements"] == before - 1


@pytest.mark.parametrize(("after", "passed"), [(False, [DAY_MS, DAY_MS]), (True, [0, DAY_MS])])
def test_clock_moves_on_around_a_request(ask: Ask, *, after: bool, passed: list[int]) -> None:
    ask.control("POST", "/clock/freeze", {"at_ms": NOW_MS})
    plan(ask, advance_ms=DAY_MS, after=after)
    for _ in range(2):
        ask(PRODUCTS)
    assert [row["now_ms"] - NOW_MS for row in ask.control("GET", "/requests")["requests"]] == passed
    assert effects(ask) == [f"clock moved on {DAY_MS} ms"]


def test_due_work_on_the_way_is_done_before_the_request(ask: Ask) -> None:
    ask.control("POST", "/clock/freeze", {"at_ms": NOW_MS})
    orders: dict[str, Any] = {
        "transactionType": "PaymentOrder",
        "startDate": NOW_MS,
        "endDate": NOW_MS + 9 * DAY_MS,
    }
    path = SETTLEMENTS.replace("settlements", "otherfinancials")
    assert ask(path, **orders).json["content"] == []
    plan(ask, advance_ms=8 * DAY_MS)
    assert ask(path, **orders).json["content"] != []


@pytest.mark.parametrize("after", [False, True])
def test_move_that_breaks_never_breaks_the_answer(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, *, after: bool
) -> None:
    monkeypatch.setattr(moves, "perform", lambda _, move: move["colour"])
    plan(ask, move=MOVE, after=after)
    assert ask(PRODUCTS).status_code == 200
    assert effects(ask) == ["broke the emulator: KeyError('colour')"]
    assert "broke the emulator" in caplog.text


@pytest.mark.both_stores
def test_stale_answer_is_of_the_world_as_it_stood(ask: Ask) -> None:
    account = Account(ask)
    product = account.products()[0]
    plan(ask, operation="getProduct", stale=True)
    account.set_stock(product["id"], product["stock"] + 7)
    values = [account.product(product["id"])["stock"] - product["stock"] for _ in range(2)]
    assert values == [0, 7]
    assert effects(ask) == ["stale answer"]


def test_write_under_a_stale_fault_is_done(ask: Ask) -> None:
    account = Account(ask)
    product = account.products()[0]
    plan(ask, operation="updateProductStock", stale=True)
    assert account.set_stock(product["id"], 77).json["stock"] == 77
    assert account.product(product["id"])["stock"] == 77
    assert effects(ask) == []


def test_stale_page_is_told_by_the_live_clock_and_taken_back_with_its_copy(ask: Ask, app: Flask) -> None:
    folder = app.extensions["stages"].folder()
    files = set(folder.iterdir())
    fault = plan(ask, stale=True, times=9)
    ask.control("POST", "/clock/freeze", {"at_ms": NOW_MS + DAY_MS})
    ask(PRODUCTS)
    (row,) = ask.control("GET", "/requests")["requests"]
    assert row["now_ms"] == NOW_MS + DAY_MS
    assert len(set(folder.iterdir()) - files) == 1
    ask.control("DELETE", f"/faults/{fault['id']}")
    assert set(folder.iterdir()) == files
    assert ask(PRODUCTS).status_code == 200


@pytest.mark.parametrize(("after", "statuses"), [(False, [401, 401]), (True, [200, 401])])
def test_tokens_given_so_far_expire(ask: Ask, *, after: bool, statuses: list[int]) -> None:
    ask.control("POST", "/clock/freeze", {"at_ms": NOW_MS})
    old = bearer(ask)
    plan(ask, operation="listProducts", expire_tokens=True, after=after)
    answers = [ask(ACCOUNT_PRODUCTS, old) for _ in range(2)]
    assert [answer.status_code for answer in answers] == statuses
    assert refused(answers[1]) == (401, "pazarsync-token-expired")
    assert ask(ACCOUNT_PRODUCTS, bearer(ask)).status_code == 200


def test_expired_tokens_stay_expired_when_a_kept_world_is_opened_again(tmp_path: Path) -> None:
    world = opened(tmp_path, database=tmp_path / "stage.db")
    client = client_by_id(world, TEMEL[0])
    assert client is not None
    old = access_tokens.issue(world, client)
    access_tokens.expire(world)
    new = access_tokens.issue(world, client)
    world.close()
    again = opened(tmp_path, database=tmp_path / "stage.db")
    told = access_tokens.read(again, new)
    assert access_tokens.read(again, old) == "expired"
    assert isinstance(told, access_tokens.Claims)
    again.close()


def test_page_tokens_given_so_far_are_refused(ask: Ask) -> None:
    old = ask(PRODUCTS, size=5).json["nextPageToken"]
    plan(ask, expire_tokens=True)
    assert refused(ask(PRODUCTS, size=5, nextPageToken=old)) == (400, "token-invalid")
    new = ask(PRODUCTS, size=5).json["nextPageToken"]
    assert ask(PRODUCTS, size=5, nextPageToken=new).status_code == 200
    assert refused(ask(PRODUCTS, size=5, nextPageToken=new, stockCode="x")) == (400, "token-filter-changed")


def test_tokens_hold_again_after_a_reset(ask: Ask) -> None:
    old = bearer(ask)
    plan(ask, expire_tokens=True)
    ask(ACCOUNT_PRODUCTS, old)
    ask.control("POST", "/reset")
    assert ask(ACCOUNT_PRODUCTS, old).status_code == 200
