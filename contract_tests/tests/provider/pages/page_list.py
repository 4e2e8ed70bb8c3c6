"""Every page of the dashboard, and a world that has something to show on each."""

from __future__ import annotations

from contract_tests.tests.provider.conftest import INT, TR, Ask

UI = "/_emulator/ui"
PRODUCTS = "/integration/product/sellers/2748/products/approved"
SCRIPT_TEXT = "<script>alert(1)</script>"
MARKET = ("orders", "products", "claims", "questions", "ledger", "payouts")
PAGES = (
    "/_emulator/",
    f"{UI}/worlds",
    f"{UI}/traffic",
    f"{UI}/traffic?status=4",
    f"{UI}/traffic/1",
    f"{UI}/traffic/2",
    f"{UI}/traffic/3",
    f"{UI}/traffic/compare",
    f"{UI}/traffic/compare?id=1&id=3",
    f"{UI}/findings",
    f"{UI}/findings?judge=1",
    *(f"{UI}/market?view={view}" for view in MARKET),
    f"{UI}/faults",
    f"{UI}/webhooks",
    f"{UI}/rules",
    f"{UI}/rules?q=token",
    f"{UI}/rules/TY-CAT-004",
    f"{UI}/operations",
    f"{UI}/operations/getSettlements",
    f"{UI}/scenarios",
)


def fill(ask: Ask) -> None:
    """Have a world meet requests, among them one with text that would be script, a fault and a webhook."""
    ask(PRODUCTS, headers=INT, size=20)
    ask(PRODUCTS, headers={**INT, "User-Agent": SCRIPT_TEXT}, size=9999, x=SCRIPT_TEXT)
    ask.control("POST", "/faults", {"operation": "*", "status": 503, "body": SCRIPT_TEXT})
    ask("/integration/order/sellers/2738/v2/orders", headers=TR)
    ask.control("POST", "/faults", {"operation": "getSettlements", "at": 2, "cut": "truncated"})
    hook = {
        "url": "http://127.0.0.1:9/hook",
        "username": "u",
        "password": "p",
        "authenticationType": "BASIC_AUTHENTICATION",
        "subscribedStatuses": ["CREATED"],
    }
    ask.send("POST", "/integration/webhook/sellers/2738/webhooks", headers=TR, json=hook)
