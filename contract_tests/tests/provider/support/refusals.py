"""What tests of the platform's rules ask for, and how they read a refusal."""

from __future__ import annotations

from typing import Any

from contract_tests.tests.provider.conftest import NOW_MS

APPROVED = "/integration/product/sellers/2748/products/approved"
SETTLEMENTS = "/integration/finance/che/sellers/2748/settlements"
OTHERS = "/integration/finance/che/sellers/2748/otherfinancials"
DAY_MS = 86_400_000
SALES: dict[str, Any] = {"transactionType": "Sale", "startDate": NOW_MS - DAY_MS, "endDate": NOW_MS}


def first_error(answer: Any) -> Any:
    return answer.json["errors"][0]


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.headers.get("X-Emulator-Rule", "")
