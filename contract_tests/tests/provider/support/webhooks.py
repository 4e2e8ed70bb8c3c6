"""What the tests of webhooks share: who asks, where, and what a webhook is made of."""

from __future__ import annotations

from typing import Any

from contract_tests.tests.provider.conftest import INT, TR, Ask
from contract_tests.tests.provider.support import stage_orders

SELLERS = {"tr": (2738, TR), "int": (2748, INT)}
EDITIONS = tuple(SELLERS)
KEY = {"url": "http://127.0.0.1:9/hook", "authenticationType": "API_KEY", "apiKey": "hook-key"}
BASIC = {**KEY, "authenticationType": "BASIC_AUTHENTICATION", "username": "shop", "password": "hook-secret"}


def send(ask: Ask, method: str, path: str = "", body: Any = None, edition: str = "tr") -> Any:
    """Send a request to the webhooks of the edition's seller."""
    seller, headers = SELLERS[edition]
    target = f"/integration/webhook/sellers/{seller}/webhooks{path}"
    return ask.send(method, target, json=body, headers=headers)


def subscribe(ask: Ask, edition: str = "tr", **members: Any) -> str:
    """Make a webhook and give its id."""
    answer = send(ask, "POST", body={**KEY, **members}, edition=edition)
    assert answer.status_code == 200, answer.text
    webhook_id: str = answer.json["id"]
    return webhook_id


def webhooks(ask: Ask, edition: str = "tr") -> list[dict[str, Any]]:
    """List the webhooks."""
    rows: list[dict[str, Any]] = send(ask, "GET", edition=edition).json
    return rows


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.headers["X-Emulator-Rule"]


def settle(ask: Ask) -> None:
    """Have every call that is due made."""
    advance(ask, 0)


def advance(ask: Ask, ms: int) -> None:
    """Move the clock on, each call made at its moment."""
    ask.control("POST", "/clock/advance", {"ms": ms})


def new_package(ask: Ask, service: str = "core") -> dict[str, Any]:
    """Place a test order; the package that has come of it."""
    return stage_orders.order_package(ask, service)


def lead(ask: Ask, package: dict[str, Any], *statuses: str) -> None:
    """Lead a package of a test order through some statuses."""
    for status in statuses:
        answer = stage_orders.advance(ask, "core", package, status)
        assert answer.status_code == 200, answer.text


def attempts(ask: Ask, **query: Any) -> list[dict[str, Any]]:
    """The log of attempts."""
    rows: list[dict[str, Any]] = ask.control("GET", "/webhooks/attempts", **query)["attempts"]
    return rows


def outcomes(ask: Ask, **query: Any) -> list[str]:
    return [row["outcome"] for row in attempts(ask, **query)]


def subscriptions(ask: Ask) -> Any:
    """The webhooks as the control API shows them, and how many calls wait."""
    return ask.control("GET", "/webhooks")
