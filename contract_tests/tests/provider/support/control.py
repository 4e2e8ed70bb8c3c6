"""What the tests of the control API share: two vendor paths to ask for, and how a refusal is read."""

from __future__ import annotations

from typing import Any

from contract_tests.tests.provider.conftest import NOW_MS, Ask

DAY_MS = 86_400_000
PRODUCTS = "/integration/product/sellers/2748/products/approved"
SETTLEMENTS = "/integration/finance/che/sellers/2748/settlements"
SALES: dict[str, Any] = {"transactionType": "Sale", "startDate": NOW_MS - DAY_MS, "endDate": NOW_MS}


def refusal(ask: Ask, method: str, path: str, body: Any = None, **query: Any) -> tuple[int, str]:
    """Send a control request that is refused; give the status and the error."""
    answer = ask.send(method, f"/_emulator{path}", json=body, query_string=query)
    told = answer.get_json()
    assert set(told) == {"error", "message"}
    return answer.status_code, told["error"]
