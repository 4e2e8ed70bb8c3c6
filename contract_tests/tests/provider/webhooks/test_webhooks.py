"""A seller manages webhooks: 15 at most, by rules for their address, and no secret comes back."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.conftest import Ask
from contract_tests.tests.provider.support.webhooks import (
    BASIC,
    EDITIONS,
    KEY,
    SELLERS,
    refusal,
    send,
    subscribe,
    webhooks,
)

UNKNOWN = "/00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize("edition", EDITIONS)
def test_webhook_is_listed_as_it_was_made_but_for_its_secrets(ask: Ask, edition: str) -> None:
    body = {**BASIC, "subscribedStatuses": ["CREATED", "AT_COLLECTION_POINT"]}
    webhook_id = send(ask, "POST", body=body, edition=edition).json["id"]
    answer = send(ask, "GET", edition=edition)
    (row,) = answer.json
    assert "hook-key" not in answer.text
    assert "hook-secret" not in answer.text
    countries = {"countryCodes": None, "storeFrontCode": "RO"} if edition == "int" else {}
    assert row == {
        "id": webhook_id,
        "createdDate": row["createdDate"],
        "lastModifiedDate": None,
        "url": BASIC["url"],
        "username": "shop",
        "authenticationType": "BASIC_AUTHENTICATION",
        "status": "ACTIVE",
        "subscribedStatuses": ["CREATED", "AT_COLLECTION_POINT"],
        **countries,
    }


def test_update_replaces_everything_and_leaves_the_state(ask: Ask) -> None:
    webhook_id = subscribe(ask, subscribedStatuses=["CREATED"])
    send(ask, "PUT", f"/{webhook_id}/deactivate")
    answer = send(ask, "PUT", f"/{webhook_id}", BASIC)
    assert (answer.text, answer.content_type.partition(";")[0]) == ("200 OK", "text/plain")
    (row,) = webhooks(ask)
    assert row["lastModifiedDate"] >= row["createdDate"]
    assert (row["status"], row["username"], row["subscribedStatuses"]) == ("PASSIVE", "shop", None)


def test_webhook_is_switched_off_and_on(ask: Ask) -> None:
    webhook_id = subscribe(ask)
    states = []
    for verb in ("deactivate", "deactivate", "activate"):
        assert send(ask, "PUT", f"/{webhook_id}/{verb}").text == "200 OK"
        states.append(webhooks(ask)[0]["status"])
    assert states == ["PASSIVE", "PASSIVE", "ACTIVE"]


def test_seller_has_fifteen_webhooks_the_passive_ones_included(ask: Ask) -> None:
    first, *_ = [subscribe(ask) for _ in range(15)]
    send(ask, "PUT", f"/{first}/deactivate")
    assert refusal(send(ask, "POST", body=KEY)) == (400, "webhook-limit")
    assert subscribe(ask, "int")
    assert send(ask, "DELETE", f"/{first}").text == "200 OK"
    assert subscribe(ask)
    assert len(webhooks(ask)) == 15


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(
    ("members", "error"),
    [
        ({"url": "https://api.Trendyol.com/x"}, "webhook-url-forbidden"),
        ({"url": "https://example.com/dolap"}, "webhook-url-forbidden"),
        ({"url": "http://LOCALHOST:8080/"}, "webhook-url-forbidden"),
        ({"url": "ftp://example.com/"}, "webhook-url-invalid"),
        ({"url": "example.com/hook"}, "webhook-url-invalid"),
        ({"url": "http://[1/"}, "webhook-url-invalid"),
        ({"url": "http://127.0.0.1:9/a b"}, "webhook-url-invalid"),
        ({"url": ""}, "webhook-body-invalid"),
        ({"url": None}, "webhook-body-invalid"),
        ({"authenticationType": "NONE"}, "webhook-body-invalid"),
        ({"subscribedStatuses": ["Created"]}, "webhook-body-invalid"),
        ({"apiKey": ""}, "webhook-credentials-missing"),
        ({"authenticationType": "BASIC_AUTHENTICATION"}, "webhook-credentials-missing"),
        (
            {"authenticationType": "BASIC_AUTHENTICATION", "username": "a", "password": None},
            "webhook-credentials-missing",
        ),
    ],
)
def test_webhook_is_refused(ask: Ask, edition: str, members: dict[str, Any], error: str) -> None:
    body = {**KEY, **members}
    assert refusal(send(ask, "POST", body=body, edition=edition)) == (400, error)
    webhook_id = subscribe(ask, edition)
    assert refusal(send(ask, "PUT", f"/{webhook_id}", body, edition)) == (400, error)
    assert webhooks(ask, edition)[0]["url"] == KEY["url"]


def test_countries_are_those_of_the_seller_in_the_international_edition(ask: Ask) -> None:
    subscribe(ask, "int", countryCodes=["RO"])
    assert webhooks(ask, "int")[0]["countryCodes"] == ["RO"]
    answer = send(ask, "POST", body={**KEY, "countryCodes": ["SA"]}, edition="int")
    assert refusal(answer) == (400, "webhook-country-invalid")
    assert subscribe(ask, countryCodes=["SA"])
    assert "countryCodes" not in webhooks(ask)[0]


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(
    ("method", "verb", "body"),
    [("PUT", "", KEY), ("DELETE", "", None), ("PUT", "/activate", None), ("PUT", "/deactivate", None)],
)
def test_unknown_webhook_is_not_found(ask: Ask, edition: str, method: str, verb: str, body: Any) -> None:
    assert refusal(send(ask, method, UNKNOWN + verb, body, edition)) == (404, "webhook-unknown")
    (other,) = {*EDITIONS} - {edition}
    foreign = subscribe(ask, other)
    assert refusal(send(ask, method, f"/{foreign}{verb}", body, edition)) == (404, "webhook-unknown")


def test_id_and_seller_of_the_path_are_held_to_their_form(ask: Ask) -> None:
    headers = SELLERS["tr"][1]
    answer = ask.send("GET", "/integration/webhook/sellers/0/webhooks", headers=headers)
    assert answer.status_code in (400, 401)
    assert refusal(send(ask, "DELETE", "/" + "x" * 101)) == (400, "webhook-parameter-invalid")


def test_secrets_stay_out_of_the_journal(ask: Ask) -> None:
    send(ask, "POST", body=BASIC)
    number = ask.control("GET", "/requests")["requests"][-1]["id"]
    exchange = ask.client.get(f"{ask.prefix}/_emulator/requests/{number}").text
    assert "hook-secret" not in exchange
    assert "hook-key" not in exchange
