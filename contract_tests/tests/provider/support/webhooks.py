"""What the tests of webhooks share: who asks, where, and what a webhook is made of."""

from __future__ import annotations

from typing import Any

from contract_tests.tests.provider.conftest import INT, TR, Ask

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
