"""What happens to a package is told to who subscribed: in order, with credentials, as the lists have it."""

from __future__ import annotations

import base64
from typing import Any

import orjson
import pytest
from openapi_core.contrib.werkzeug import WerkzeugOpenAPIRequest, WerkzeugOpenAPIResponse
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from contract_tests.tests.patience import wait_until
from contract_tests.tests.provider.conftest import TR, Ask, Opener
from contract_tests.tests.provider.support.moves import move
from contract_tests.tests.provider.support.receivers import Receiver
from contract_tests.tests.provider.support.second_reader import reader_of
from contract_tests.tests.provider.support.webhooks import (
    BASIC,
    EDITIONS,
    SELLERS,
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

PACKAGES = "/integration/order/sellers/2738/shipment-packages"


def test_new_order_arrives_as_the_order_list_has_it(market: Ask, receiver: Receiver) -> None:
    subscribe(market, url=receiver.url)
    row = new_package(market)
    settle(market)
    (body,), (headers,) = receiver.bodies, receiver.headers
    envelope = {"totalElements": 1, "totalPages": 1, "page": 0, "size": 1, "content": [row]}
    assert body == envelope
    assert headers["x-api-key"] == "hook-key"
    assert headers["content-type"].startswith("application/json")
    assert "authorization" not in headers
    assert receiver.paths == ["/hook?shop=1"]


@pytest.mark.parametrize("edition", EDITIONS)
def test_second_reader_takes_each_call_as_a_page_of_the_order_list(
    market: Ask, receiver: Receiver, edition: str
) -> None:
    seller, headers = SELLERS[edition]
    subscribe(market, edition, url=receiver.url)
    lead(market, new_package(market), "Shipped", "Delivered")
    move(market, "order-placed", seller)
    settle(market)
    page = EnvironBuilder(f"/integration/order/sellers/{seller}/v2/orders", headers=[*headers.items()])
    request = WerkzeugOpenAPIRequest(Request(page.get_environ()))
    reader = reader_of(f"trendyol/orders/{edition}")
    assert receiver.bodies
    for body in receiver.bodies:
        answer = Response(orjson.dumps(body), 200, content_type="application/json")
        assert [*reader.iter_response_errors(request, WerkzeugOpenAPIResponse(answer))] == []
    answer = Response(orjson.dumps({"content": [{"status": 7}]}), 200, content_type="application/json")
    assert [*reader.iter_response_errors(request, WerkzeugOpenAPIResponse(answer))]


def test_basic_credentials_and_the_bare_package_by_decision(open_market: Opener, receiver: Receiver) -> None:
    ask = open_market(decisions={"webhook-body": "bare"})
    send(ask, "POST", body={**BASIC, "url": receiver.url})
    package = new_package(ask)
    settle(ask)
    (headers,) = receiver.headers
    assert receiver.bodies == [package]
    assert headers["authorization"] == "Basic " + base64.b64encode(b"shop:hook-secret").decode()
    assert "x-api-key" not in headers


def test_statuses_of_a_package_come_in_order_whatever_it_takes(market: Ask, receiver: Receiver) -> None:
    subscribe(market, url=receiver.url)
    packages = [new_package(market) for _ in range(3)]
    for status in ("Shipped", "UnDelivered", "Returned"):
        for package in packages:
            lead(market, package, status)
    settle(market)
    for package in packages:
        number = package["shipmentPackageId"]
        own = [each["status"] for each in receiver.packages if each["shipmentPackageId"] == number]
        assert own == ["Created", "Shipped", "UnDelivered", "Returned"]


def test_only_what_was_subscribed_is_told_and_each_webhook_of_the_seller_hears_it(
    market: Ask, receiver: Receiver
) -> None:
    subscribe(market, url=receiver.url, subscribedStatuses=["SHIPPED", "DELIVERED"])
    subscribe(market, url=receiver.url + "2", subscribedStatuses=["SHIPPED"])
    subscribe(market, "int", url=receiver.url)
    lead(market, new_package(market), "Shipped", "Delivered")
    settle(market)
    assert sorted(receiver.statuses) == ["Delivered", "Shipped", "Shipped"]
    assert sorted(receiver.paths) == ["/hook?shop=1", "/hook?shop=1", "/hook?shop=12"]


def test_split_tells_of_the_old_package_and_of_the_new_ones(market: Ask, receiver: Receiver) -> None:
    package = new_package(market)
    subscribe(market, url=receiver.url)
    number, line = package["shipmentPackageId"], package["lines"][0]["lineId"]
    body = {"quantitySplit": [{"orderLineId": line, "quantities": [1]}]}
    answer = market.send("POST", f"{PACKAGES}/{number}/quantity-split", headers=TR, json=body)
    assert answer.status_code == 200, answer.text
    market.control("POST", "/clock/advance", {"ms": 3_000})
    rows = sorted((each["status"], each["createdBy"]) for each in receiver.packages)
    assert rows == [("Created", "split"), ("Created", "split"), ("UnPacked", "order-creation")]


def test_cancelled_items_tell_of_both_packages(market: Ask, receiver: Receiver) -> None:
    package = new_package(market)
    subscribe(market, url=receiver.url, subscribedStatuses=["CANCELLED", "CREATED"])
    body = {"lines": [{"lineId": package["lines"][0]["lineId"], "quantity": 1}], "reasonId": 500}
    target = f"{PACKAGES}/{package['shipmentPackageId']}/items/unsupplied"
    assert market.send("PUT", target, headers=TR, json=body).status_code == 200
    settle(market)
    assert sorted(receiver.statuses) == ["Cancelled", "Created"]


def test_countries_of_a_webhook_are_the_storefronts_it_hears_of(market: Ask, receiver: Receiver) -> None:
    subscribe(market, "int", url=receiver.url, countryCodes=["SA"])
    new_package(market, "eu")
    new_package(market, "local-gulf")
    settle(market)
    assert [package["currencyCode"] for package in receiver.packages] == ["SAR"]


def test_refused_order_is_told_to_nobody(market: Ask, receiver: Receiver) -> None:
    subscribe(market, url=receiver.url)
    package = new_package(market)
    number = package["shipmentPackageId"]
    body = {"lines": [{"lineId": 1, "quantity": 1}], "status": "Picking"}
    assert market.send("PUT", f"{PACKAGES}/{number}", headers=TR, json=body).status_code == 400
    settle(market)
    assert receiver.statuses == ["Created"]


def test_redirect_is_a_failure_and_is_not_followed(market: Ask, receiver: Receiver) -> None:
    receiver.answer = lambda number: 302
    subscribe(market, url=receiver.url)
    new_package(market)
    settle(market)
    assert receiver.paths == ["/hook?shop=1"]
    (row,) = attempts(market)
    assert (row["outcome"], row["http_status"]) == ("refused", 302)


@pytest.mark.parametrize("host", ["192.0.2.1", "example.com", "0.0.0.0", "[::ffff:127.0.0.1]", "10.0.0.1"])
def test_host_that_nobody_allowed_is_not_called(market: Ask, host: str) -> None:
    subscribe(market, url=f"http://{host}:9/hook")
    new_package(market)
    settle(market)
    (row,) = attempts(market)
    assert row["outcome"] == "not_allowed"
    assert f"--webhook-allow {host.strip('[]')}" in row["note"]


def test_nobody_who_listens_is_a_failure(market: Ask) -> None:
    subscribe(market)
    new_package(market)
    settle(market)
    assert outcomes(market) == ["unreachable"]
    assert attempts(market)[0]["note"].startswith("nobody listens at 127.0.0.1:")


def test_control_api_shows_webhooks_without_secrets(market: Ask) -> None:
    webhook_id = subscribe(market, url="http://user:pass@127.0.0.1:9/hook?secret=xyz")
    answer = subscriptions(market)
    assert "xyz" not in str(answer)
    assert "hook-key" not in str(answer)
    assert (answer["webhooks"][0]["id"], answer["webhooks"][0]["seller"]) == (webhook_id, 2738)
    assert (answer["paused"], answer["waiting"]) == (False, 0)


def test_paused_calls_wait_and_go_on(market: Ask, receiver: Receiver) -> None:
    subscribe(market, url=receiver.url)
    assert market.control("POST", "/webhooks/pause") == {"paused": True, "waiting": 0}
    lead(market, new_package(market), "Shipped")
    settle(market)
    assert receiver.bodies == []
    assert subscriptions(market)["webhooks"][0]["waiting"] == 2
    wait_until(lambda: market.control("GET", "/health")["webhooks"] == {"waiting": 2})
    market.control("POST", "/webhooks/resume")
    settle(market)
    assert receiver.statuses == ["Created", "Shipped"]
    wait_until(lambda: market.control("GET", "/health")["webhooks"] == {"waiting": 0})


def test_call_is_made_once_more_as_the_package_stood(market: Ask, receiver: Receiver) -> None:
    subscribe(market, url=receiver.url)
    lead(market, new_package(market), "Shipped")
    settle(market)
    first = attempts(market)[0]
    market.control("POST", f"/webhooks/deliveries/{first['delivery']}/redeliver")
    settle(market)
    assert receiver.statuses == ["Created", "Shipped", "Created"]
    assert receiver.bodies[2] == receiver.bodies[0]
    assert [row["status"] for row in attempts(market, since=first["id"])] == ["shipped", "created"]


def test_unknown_call_is_not_made_again(market: Ask, receiver: Receiver) -> None:
    webhook_id = subscribe(market, url=receiver.url)
    new_package(market)
    settle(market)
    number = attempts(market)[0]["delivery"]
    send(market, "DELETE", f"/{webhook_id}")
    for unknown in (number, 999):
        answer = market.send("POST", f"/_emulator/webhooks/deliveries/{unknown}/redeliver")
        assert (answer.status_code, answer.json["error"]) == (404, "delivery-unknown")


def test_reset_forgets_webhooks_and_calls(market: Ask, receiver: Receiver) -> None:
    subscribe(market, url=receiver.url)
    market.control("POST", "/webhooks/pause")
    new_package(market)
    market.control("POST", "/reset")
    assert subscriptions(market) == {"paused": False, "waiting": 0, "webhooks": []}
    assert webhooks(market) == []
    assert receiver.bodies == []


def log_of(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(row["outcome"], row["status"], row["http_status"]) for row in rows]


def test_log_names_webhook_package_and_answer(market: Ask, receiver: Receiver) -> None:
    first, second = subscribe(market, url=receiver.url), subscribe(market)
    package = new_package(market)
    settle(market)
    assert log_of(attempts(market, webhook=first)) == [("delivered", "created", 200)]
    assert log_of(attempts(market, webhook=second)) == [("unreachable", "created", None)]
    assert {row["package"] for row in attempts(market)} == {package["shipmentPackageId"]}
