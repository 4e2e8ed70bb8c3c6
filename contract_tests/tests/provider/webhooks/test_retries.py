"""A call that fails is made again every five minutes of the world's clock, then the webhook is off."""

from __future__ import annotations

import pytest

from contract_tests.tests.patience import wait_until
from contract_tests.tests.provider.conftest import TR, Ask, Opener
from contract_tests.tests.provider.support import stage_orders
from contract_tests.tests.provider.support.receivers import Receiver
from contract_tests.tests.provider.support.webhooks import (
    advance,
    attempts,
    lead,
    new_package,
    outcomes,
    send,
    settle,
    subscribe,
    subscriptions,
    webhooks,
)
from emulator.world.orders import due

MINUTE_MS = 60_000
RETRY_MS = 5 * MINUTE_MS
DAY_MS = 24 * 60 * MINUTE_MS


def test_day_gives_thirteen_attempts_a_warning_a_notice_and_a_passive_webhook(
    market: Ask, receiver: Receiver
) -> None:
    receiver.answer = lambda number: 500
    webhook_id = subscribe(market, url=receiver.url)
    new_package(market)
    start_ms = market.control("GET", "/clock")["now_ms"]
    advance(market, DAY_MS)
    assert len(receiver.bodies) == 13
    assert outcomes(market) == ["refused"] * 7 + ["warning"] + ["refused"] * 6 + ["passive", "dropped"]
    moments = [row["at_ms"] - start_ms for row in attempts(market) if row["outcome"] == "refused"]
    assert moments == [number * RETRY_MS for number in range(13)]
    (row,) = webhooks(market)
    assert (row["id"], row["status"]) == (webhook_id, "PASSIVE")
    assert market.control("GET", "/clock")["now_ms"] == start_ms + DAY_MS


def test_call_that_succeeds_at_last_lets_the_next_ones_go(market: Ask, receiver: Receiver) -> None:
    receiver.answer = lambda number: 503 if number <= 2 else 204
    subscribe(market, url=receiver.url)
    lead(market, new_package(market), "Shipped", "Delivered")
    settle(market)
    assert receiver.statuses == ["Created"]
    advance(market, RETRY_MS - 1)
    assert receiver.statuses == ["Created"]
    advance(market, 1)
    assert receiver.statuses == ["Created", "Created"]
    advance(market, RETRY_MS)
    assert receiver.statuses == ["Created", "Created", "Created", "Shipped", "Delivered"]
    assert webhooks(market)[0]["status"] == "ACTIVE"


def test_other_packages_and_webhooks_do_not_wait_for_one_that_fails(market: Ask, receiver: Receiver) -> None:
    receiver.answer = lambda number: 500 if number == 1 else 200
    subscribe(market, url=receiver.url)
    new_package(market)
    settle(market)
    second = new_package(market)
    settle(market)
    assert receiver.packages[1]["shipmentPackageId"] == second["shipmentPackageId"]
    assert outcomes(market) == ["refused", "delivered"]


def test_what_happens_while_passive_is_lost(market: Ask, receiver: Receiver) -> None:
    webhook_id = subscribe(market, url=receiver.url)
    market.control("POST", "/webhooks/pause")
    package = new_package(market)
    send(market, "PUT", f"/{webhook_id}/deactivate")
    market.control("POST", "/webhooks/resume")
    lead(market, package, "Shipped")
    send(market, "PUT", f"/{webhook_id}/activate")
    lead(market, package, "Delivered")
    settle(market)
    assert receiver.statuses == ["Delivered"]
    assert outcomes(market) == ["dropped", "delivered"]


def test_what_happens_while_passive_is_told_later_by_decision(
    open_market: Opener, receiver: Receiver
) -> None:
    ask = open_market(decisions={"webhook-passive": "kept"})
    receiver.answer = lambda number: 500 if number <= 13 else 200
    webhook_id = subscribe(ask, url=receiver.url)
    package = new_package(ask)
    advance(ask, DAY_MS)
    assert webhooks(ask)[0]["status"] == "PASSIVE"
    lead(ask, package, "Shipped")
    advance(ask, DAY_MS)
    assert (len(receiver.bodies), subscriptions(ask)["waiting"]) == (13, 2)
    send(ask, "PUT", f"/{webhook_id}/activate")
    settle(ask)
    assert receiver.statuses[13:] == ["Created", "Shipped"]


def test_deleted_webhook_is_called_no_more(market: Ask, receiver: Receiver) -> None:
    receiver.answer = lambda number: 500
    webhook_id = subscribe(market, url=receiver.url)
    new_package(market)
    settle(market)
    send(market, "DELETE", f"/{webhook_id}")
    advance(market, DAY_MS)
    assert len(receiver.bodies) == 1


def test_calendar_and_calls_take_turns_while_a_clock_is_advanced(market: Ask, receiver: Receiver) -> None:
    receiver.answer = lambda number: 500 if number == 1 else 200
    subscribe(market, url=receiver.url)
    package = new_package(market)
    number, line = package["shipmentPackageId"], package["lines"][0]["lineId"]
    body = {"quantitySplit": [{"orderLineId": line, "quantities": [1]}]}
    path = f"/integration/order/sellers/2738/shipment-packages/{number}/quantity-split"
    settle(market)
    market.send("POST", path, headers=TR, json=body)
    advance(market, DAY_MS)
    by_time = [(row["at_ms"] - attempts(market)[0]["at_ms"], row["status"]) for row in attempts(market)]
    assert by_time == [
        (0, "created"), (3_000, "created"), (3_000, "created"), (RETRY_MS, "created"), (RETRY_MS, "unpacked"),
    ]  # fmt: skip


def test_slow_subscriber_holds_back_no_request(market: Ask, receiver: Receiver) -> None:
    receiver.pause_s = 2.0
    subscribe(market, url=receiver.url)
    new_package(market)
    wait_until(lambda: receiver.bodies)
    assert webhooks(market)[0]["status"] == "ACTIVE"
    assert market.control("GET", "/health")["webhooks"] == {"waiting": 1}
    settle(market)
    assert outcomes(market) == ["delivered"]


def test_what_the_calendar_brings_is_told_though_nobody_asks(
    open_world: Opener, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due, "SPLIT_MS", 100)
    ask = open_world(recipe=stage_orders.recipe(), clock_runs=True)
    package = new_package(ask)
    subscribe(ask, url=receiver.url, subscribedStatuses=["UNPACKED"])
    number, line = package["shipmentPackageId"], package["lines"][0]["lineId"]
    body = {"quantitySplit": [{"orderLineId": line, "quantities": [1]}]}
    path = f"/integration/order/sellers/2738/shipment-packages/{number}/quantity-split"
    assert ask.send("POST", path, headers=TR, json=body).status_code == 200
    wait_until(lambda: receiver.bodies)
    assert receiver.statuses == ["UnPacked"]


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_any_2xx_is_a_success(market: Ask, receiver: Receiver, status: int) -> None:
    receiver.answer = lambda number: status
    subscribe(market, url=receiver.url)
    new_package(market)
    settle(market)
    assert outcomes(market) == ["delivered"]
