"""The life of a purchase request: reserved, cancelled, cut off, packed, shipped."""

from __future__ import annotations

import contextlib
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.provider.conftest import NOW_MS, Ask, Opener
from contract_tests.tests.provider.support.b2b import (
    BUYER,
    DAY_MS,
    HOUR_MS,
    ITEMS,
    RIVAL,
    STOCK,
    TWO_BUYERS,
    advance,
    bought,
    buy,
    cancel,
    in_stock,
    packages,
    recipe,
    refused,
    states,
    stock_of,
    truth,
)
from contract_tests.tests.provider.support.stage_orders import body_of, place
from contract_tests.tests.provider.support.worlds import opened
from emulator.world.accounts.buyers import all_buyers
from emulator.world.core.world import World
from emulator.world.purchases.offers import find_offers, offers_of
from emulator.world.purchases.purchases import RequestItem, Terms, request_items
from emulator.world.truth import truth as truth_of

TO_CUTOFF_MS = 13 * HOUR_MS
"""From the suite's midnight UTC, 03:00 in Istanbul, to 16:00 there."""


def test_request_reserves_at_once_and_answers_item_by_item(ask: Ask) -> None:
    barcode = in_stock(ask)
    before = stock_of(ask, barcode)
    answer = buy(ask, (barcode, 2), vendorRef="order-1", addressTitle="depot", packageType="multiple")
    assert answer.status_code == 200
    assert answer.json["createDateTime"].startswith("2026-11-22T00:00")
    assert answer.json["items"] == [{"barcode": barcode, "requestedQuantity": 2, "availableQuantity": 2}]
    assert stock_of(ask, barcode) == before - 2
    (row,) = truth(ask)
    assert (row["vendorRef"], row["requestNumber"]) == ("order-1", answer.json["requestNumber"])
    assert (row["reservedQuantity"], row["cancelledQuantity"], row["state"]) == (2, 0, "reserved")


def test_short_item_is_reserved_as_far_as_the_stock_goes(ask: Ask) -> None:
    barcode = in_stock(ask)
    left = stock_of(ask, barcode)
    short, none = (buy(ask, (barcode, left + 7)).json["items"][0] for _ in range(2))
    assert short == {"barcode": barcode, "requestedQuantity": left + 7, "availableQuantity": left}
    assert none["availableQuantity"] == 0
    assert stock_of(ask, barcode) == 0
    assert states(ask) == ["reserved", "unavailable"]


def test_item_named_twice_is_served_from_what_the_first_left(ask: Ask) -> None:
    barcode = in_stock(ask)
    left = stock_of(ask, barcode)
    answer = buy(ask, (barcode, left - 1), (barcode, 3)).json
    assert [item["availableQuantity"] for item in answer["items"]] == [left - 1, 1]
    (row,) = truth(ask)
    assert (row["requestedQuantity"], row["reservedQuantity"]) == (left + 2, left)


def test_unknown_barcode_is_an_item_of_which_none_are_there(ask: Ask) -> None:
    barcode = in_stock(ask)
    items = buy(ask, ("nothing", 1), (barcode, 1)).json["items"]
    assert [item["availableQuantity"] for item in items] == [0, 1]


def test_unknown_barcode_refuses_the_whole_request_by_decision(open_world: Opener) -> None:
    ask = open_world(decisions={"b2b-unknown-barcode": "refuse"})
    barcode = in_stock(ask)
    before = stock_of(ask, barcode)
    assert refused(buy(ask, (barcode, 1), ("nothing", 1))) == (400, "b2b-barcode-unknown")
    assert stock_of(ask, barcode) == before
    assert truth(ask) == []


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        [{"barcode": "a"}],
        [{"barcode": "a", "requestedQuantity": 0}],
        [{"barcode": "a", "requestedQuantity": -1}],
        [{"barcode": "a", "requestedQuantity": 1.5}],
        [{"barcode": "a", "requestedQuantity": "1"}],
        [{"barcode": 7, "requestedQuantity": 1}],
        [{"barcode": "a", "requestedQuantity": 2**31}],
        [{"barcode": "a", "requestedQuantity": 1}] * 1001,
    ],
)
def test_list_that_cannot_be_meant_is_refused(ask: Ask, body: Any) -> None:
    answer = ask.send("POST", ITEMS, headers=BUYER, json=body)
    assert refused(answer) == (400, "b2b-items-invalid")
    assert answer.json["hasError"] is True


def test_bodies_that_are_no_json_are_refused_in_the_operations_own_shape(ask: Ask) -> None:
    number = bought(ask, (in_stock(ask), 1))
    for path, shape in ((ITEMS, dict), (f"/v2/offers/{number}/cancel-items", list)):
        text = ask.send("POST", path, headers=BUYER, data=b"x", content_type="text/plain")
        broken = ask.send("POST", path, headers=BUYER, data=b"{", content_type="application/json")
        huge = ask.send("POST", path, headers=BUYER, data=b" " * 11_000_000, content_type="application/json")
        assert [refused(answer) for answer in (text, broken, huge)] == [
            (415, "media-type-unsupported"),
            (400, "body-malformed"),
            (413, "body-too-large"),
        ]
        assert all(isinstance(answer.json, shape) for answer in (text, broken, huge))


def test_package_type_is_one_of_two(ask: Ask) -> None:
    assert refused(buy(ask, (in_stock(ask), 1), packageType="crate")) == (400, "parameter-invalid")


def test_repeated_request_buys_again(ask: Ask) -> None:
    barcode = in_stock(ask)
    before = stock_of(ask, barcode)
    assert bought(ask, (barcode, 1), vendorRef="same") != bought(ask, (barcode, 1), vendorRef="same")
    assert stock_of(ask, barcode) == before - 2


def test_cancelling_gives_the_stock_back_piece_by_piece(ask: Ask) -> None:
    barcode = in_stock(ask)
    before = stock_of(ask, barcode)
    number = bought(ask, (barcode, 3))
    first = cancel(ask, number, barcode, 1)
    assert first.json == {"requestedQuantity": 1, "cancelledQuantity": 1, "hasError": False, "messages": []}
    assert (stock_of(ask, barcode), states(ask)) == (before - 2, ["partly-cancelled"])
    cancel(ask, number, barcode, 2)
    assert (stock_of(ask, barcode), states(ask)) == (before, ["cancelled"])


def test_cancelling_more_than_is_reserved_is_an_error_within_the_200(ask: Ask) -> None:
    barcode = in_stock(ask)
    number = bought(ask, (barcode, 2))
    for asked, cancelled in ((5, 2), (1, 0)):
        answer = cancel(ask, number, barcode, asked)
        assert answer.status_code == 200
        assert (answer.json["requestedQuantity"], answer.json["cancelledQuantity"]) == (asked, cancelled)
        assert answer.json["hasError"] is True
        assert answer.json["messages"][0]["type"] == "error"


@pytest.mark.parametrize("body", [[], {}, {"barcode": "a"}, {"barcode": "a", "quantity": 0}])
def test_cancellation_that_cannot_be_meant_is_a_bare_array(ask: Ask, body: Any) -> None:
    number = bought(ask, (in_stock(ask), 1))
    answer = ask.send("POST", f"/v2/offers/{number}/cancel-items", headers=BUYER, json=body)
    assert refused(answer) == (400, "b2b-cancel-invalid")
    assert answer.json[0]["type"] == "error"


def test_barcode_the_request_never_had_cannot_be_cancelled(ask: Ask) -> None:
    number = bought(ask, (in_stock(ask), 1))
    assert refused(cancel(ask, number, "nothing", 1)) == (400, "b2b-item-unknown")


def test_another_buyers_request_is_answered_like_one_nobody_made(open_world: Opener, tmp_path: Path) -> None:
    ask = open_world(recipe(tmp_path, buyers=TWO_BUYERS))
    barcode = in_stock(ask)
    number = bought(ask, (barcode, 1))
    body = {"barcode": barcode, "quantity": 1}
    for asked in (number, "404"):
        listed = ask(f"/v2/offers/{asked}/B2Bs", RIVAL)
        given_back = ask.send("POST", f"/v2/offers/{asked}/cancel-items", headers=RIVAL, json=body)
        assert refused(listed) == refused(given_back) == (400, "b2b-request-unknown")
        assert listed.json["messages"] == given_back.json
    assert states(ask) == ["reserved"]


def test_request_is_packed_at_the_cut_off_and_ships_19_hours_later(ask: Ask) -> None:
    ask.control("POST", "/clock/freeze", {"at_ms": NOW_MS})
    number = bought(ask, (in_stock(ask), 1))
    advance(ask, TO_CUTOFF_MS - 1)
    assert (packages(ask, number), states(ask)) == ([], ["reserved"])
    advance(ask, 1)
    (package,) = packages(ask, number)
    assert package["createDate"] == "2026-11-22T13:00:00.000Z"
    assert package["warehouseName"]
    assert states(ask) == ["consolidated"]
    advance(ask, 19 * HOUR_MS - 1)
    assert states(ask) == ["consolidated"]
    advance(ask, 1)
    assert states(ask) == ["shipped"]


def test_request_after_the_cut_off_waits_for_the_next_one(ask: Ask) -> None:
    barcode = in_stock(ask)
    early = bought(ask, (barcode, 1))
    advance(ask, TO_CUTOFF_MS)
    late = bought(ask, (barcode, 1))
    assert (len(packages(ask, early)), packages(ask, late)) == (1, [])
    advance(ask, DAY_MS)
    assert packages(ask, late)[0]["b2BId"] > packages(ask, early)[0]["b2BId"]


def test_time_of_the_cut_off_is_the_recipes(open_world: Opener, tmp_path: Path) -> None:
    ask = open_world(recipe(tmp_path, b2b={"cutoff": "03:30"}))
    number = bought(ask, (in_stock(ask), 1))
    advance(ask, HOUR_MS)
    assert packages(ask, number)[0]["createDate"] == "2026-11-22T00:30:00.000Z"


def test_batch_is_cut_off_when_it_holds_the_agreed_quantity(open_world: Opener, tmp_path: Path) -> None:
    ask = open_world(recipe(tmp_path, b2b={"cutoff_quantity": 4}))
    barcode = in_stock(ask)
    first = bought(ask, (barcode, 3))
    cancel(ask, first, barcode, 1)
    second = bought(ask, (barcode, 1))
    assert states(ask) == ["partly-cancelled", "reserved"]
    third = bought(ask, (barcode, 1))
    assert states(ask) == ["consolidated"] * 3
    together = [packages(ask, number) for number in (first, second, third)]
    assert together[0] == together[1] == together[2] != []
    advance(ask, TO_CUTOFF_MS)
    assert packages(ask, first) == together[0]


def test_single_package_keeps_a_request_together(ask: Ask) -> None:
    rows = [row for row in ask(STOCK, BUYER).json if row["availableQuantity"]]
    wanted = [(row["barcode"], 1) for row in rows[:12]]
    spread, single = bought(ask, *wanted), bought(ask, *wanted, packageType="single")
    advance(ask, TO_CUTOFF_MS)
    assert len(packages(ask, spread)) == 3
    assert len(packages(ask, single)) == 1
    assert packages(ask, single)[0] in packages(ask, spread)


def test_request_that_was_cancelled_whole_is_never_packed(ask: Ask) -> None:
    barcode = in_stock(ask)
    number = bought(ask, (barcode, 1))
    cancel(ask, number, barcode, 1)
    advance(ask, 2 * DAY_MS)
    assert (packages(ask, number), states(ask)) == ([], ["cancelled"])


def test_cancelling_after_the_cut_off_fails_within_the_200(ask: Ask) -> None:
    barcode = in_stock(ask)
    number = bought(ask, (barcode, 2))
    left = stock_of(ask, barcode)
    advance(ask, TO_CUTOFF_MS)
    answer = cancel(ask, number, barcode, 1)
    assert answer.status_code == 200
    assert (answer.json["cancelledQuantity"], answer.json["hasError"]) == (0, True)
    assert "cut-off" in answer.json["messages"][0]["content"]
    assert stock_of(ask, barcode) == left


def test_cancelling_after_the_cut_off_is_400_by_decision(open_world: Opener) -> None:
    ask = open_world(decisions={"b2b-cancel-after-cutoff": "bad-request"})
    barcode = in_stock(ask)
    number = bought(ask, (barcode, 2))
    advance(ask, TO_CUTOFF_MS)
    answer = cancel(ask, number, barcode, 1)
    assert refused(answer) == (400, "b2b-cutoff-passed")
    assert answer.json[0]["type"] == "error"


def test_reset_forgets_purchases_and_gives_the_stock_back(ask: Ask) -> None:
    barcode = in_stock(ask)
    before = stock_of(ask, barcode)
    number = bought(ask, (barcode, 2))
    ask.control("POST", "/reset")
    assert (stock_of(ask, barcode), truth(ask)) == (before, [])
    assert refused(ask(f"/v2/offers/{number}/B2Bs", BUYER)) == (400, "b2b-request-unknown")


def test_same_seed_gives_the_same_request_numbers(open_world: Opener) -> None:
    one, other = open_world(seed=5), open_world(seed=5)
    assert [bought(one, (in_stock(one), 1)) for _ in range(3)] == [
        bought(other, (in_stock(other), 1)) for _ in range(3)
    ]


def test_stock_never_falls_below_zero_under_concurrent_requests(ask: Ask) -> None:
    barcode = in_stock(ask, least=20)
    left = stock_of(ask, barcode)

    def grab(_: int) -> int:
        own = Ask(ask.client.application, ask.prefix)
        return int(buy(own, (barcode, 7)).json["items"][0]["availableQuantity"])

    with ThreadPoolExecutor(16) as threads:
        taken = list(threads.map(grab, range(left // 7 + 20)))
    assert sum(taken) == left
    assert stock_of(ask, barcode) == 0
    assert sum(row["reservedQuantity"] for row in truth(ask)) == left


def test_purchases_and_orders_at_one_time_never_sell_the_same_unit(ask: Ask) -> None:
    barcode = in_stock(ask, least=20)
    left = stock_of(ask, barcode)

    def sell(turn: int) -> int:
        own = Ask(ask.client.application, ask.prefix)
        if turn % 2:
            return int(buy(own, (barcode, 7)).json["items"][0]["availableQuantity"])
        answer = place(own, "core", body_of("core", barcode, 3))
        assert answer.status_code in (200, 400)
        return 3 if answer.status_code == 200 else 0

    with ThreadPoolExecutor(16) as threads:
        counts = list(threads.map(sell, range(left // 5 + 20)))
    to_buyers = sum(row["reservedQuantity"] for row in truth(ask))
    assert (sum(counts), stock_of(ask, barcode)) == (left, 0)
    assert 0 < to_buyers == sum(counts[1::2]) < left


def test_workers_that_share_a_durable_world_share_its_stock(tmp_path: Path) -> None:
    with contextlib.ExitStack() as stack:
        worlds = [opened(tmp_path, database=tmp_path / "stage.db") for _ in range(2)]
        for world in worlds:
            stack.callback(world.close)
        (buyer,) = all_buyers(worlds[0])
        offer = next(each for each in find_offers(worlds[0], offers_of(buyer)) if each.variant.quantity > 40)

        times = offer.variant.quantity // 7

        def grab(world: World) -> int:
            wanted = [RequestItem(offer.variant.barcode, 7)]
            served = [request_items(world, buyer, wanted, Terms()) for _ in range(times)]
            return sum(item.reserved_count for _, items in served for item in items)

        with ThreadPoolExecutor(2) as threads:
            assert sum(threads.map(grab, worlds)) == offer.variant.quantity
        rows = truth_of(worlds[1], "purchases", buyer.listing, None, None)
        assert len({row["request_number"] for row in rows}) == 2 * times


def test_cut_off_comes_by_itself_while_the_clock_runs(ask: Ask) -> None:
    number = bought(ask, (in_stock(ask), 1))
    ask.control("POST", "/clock/freeze", {"at_ms": NOW_MS + TO_CUTOFF_MS - 100})
    assert states(ask) == ["reserved"]
    ask.control("POST", "/clock/run")
    time.sleep(0.15)
    assert states(ask) == ["consolidated"]
    assert len(packages(ask, number)) == 1
