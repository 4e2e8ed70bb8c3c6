"""What the tests of customer questions share: who asks, where, and the answers that come back."""

from __future__ import annotations

from typing import Any

from contract_tests.tests.provider.conftest import Ask
from contract_tests.tests.provider.support.packages import SELLERS

TEXT = "Merhaba, aynı gün kargoya verilir."
FORBIDDEN = "Merhaba, bize WhatsApp ile yazın."
DAY_MS = 86_400_000
CHECK_MS = 600_000


def send(ask: Ask, method: str, path: str = "", body: Any = None, edition: str = "tr", **query: Any) -> Any:
    """Send a request to the questions of the edition's seller."""
    seller, _, headers = SELLERS[edition]
    target = f"/integration/qna/sellers/{seller}/questions{path}"
    return ask.send(method, target, json=body, headers=headers, query_string=query)


def rows_of(ask: Ask, edition: str = "tr", **query: Any) -> list[dict[str, Any]]:
    """The questions on one page."""
    answer = send(ask, "GET", "/filter", edition=edition, **query)
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json["content"]
    return rows


def first(ask: Ask, status: str, edition: str = "tr") -> int:
    """The number of the newest question in a status."""
    number: int = rows_of(ask, edition, status=status)[0]["id"]
    return number


def answer(ask: Ask, number: int, text: str = TEXT, edition: str = "tr") -> Any:
    return send(ask, "POST", f"/{number}/answers", {"text": text}, edition)


def one(ask: Ask, number: int) -> dict[str, Any]:
    """A question of the Turkish seller by its number."""
    row: dict[str, Any] = send(ask, "GET", f"/{number}").json
    return row


def wait(ask: Ask, ms: int) -> None:
    """Move the clock on."""
    ask.control("POST", "/clock/advance", {"ms": ms})
