"""What the tests of the buyer gateway share: who asks, where, and the verbs of a purchase."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from contract_tests.tests.provider.conftest import Ask, basic
from emulator.contract.contract import load_contract

BUYER = {"Authorization": basic("DEMO-BUYER", "demo-buyer-secret")}
RIVAL = {"Authorization": basic("RIVAL", "rival-secret")}
TWO_BUYERS = [
    {"code": "DEMO-BUYER", "password": "demo-buyer-secret", "seller": 2738, "storefront": "TR"},
    {"code": "RIVAL", "user": "RIVAL", "password": "rival-secret", "seller": 2748, "storefront": "RO"},
]
OFFERS = "/v1_1/offers"
STOCK = "/v2/offers/DEMO-BUYER/stock-status"
ITEMS = "/v2/offers/DEMO-BUYER/items"
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.headers.get("X-Emulator-Rule", "")


def offers(ask: Ask, **query: Any) -> list[dict[str, Any]]:
    """Read a page of offers."""
    found: list[dict[str, Any]] = ask(OFFERS, BUYER, **query).json
    return found


def in_stock(ask: Ask, least: int = 5) -> str:
    """Find a barcode of which there are some."""
    rows = ask(STOCK, BUYER).json
    return str(next(row["barcode"] for row in rows if row["availableQuantity"] >= least))


def stock_of(ask: Ask, barcode: str) -> int:
    """Ask how many there are now."""
    (row,) = ask(STOCK, BUYER, barcodeList=barcode).json
    return int(row["availableQuantity"])


def buy(ask: Ask, *wanted: tuple[str, int], **query: Any) -> Any:
    """Ask for items."""
    body = [{"barcode": barcode, "requestedQuantity": quantity} for barcode, quantity in wanted]
    return ask.send("POST", ITEMS, headers=BUYER, json=body, query_string=query)


def bought(ask: Ask, *wanted: tuple[str, int], **query: Any) -> str:
    """Ask for items and give the request's number."""
    return str(buy(ask, *wanted, **query).json["requestNumber"])


def cancel(ask: Ask, number: str, barcode: str, quantity: int) -> Any:
    """Give items back."""
    body = {"barcode": barcode, "quantity": quantity}
    return ask.send("POST", f"/v2/offers/{number}/cancel-items", headers=BUYER, json=body)


def packages(ask: Ask, number: str) -> list[dict[str, Any]]:
    """Ask what a request was packed into."""
    found: list[dict[str, Any]] = ask(f"/v2/offers/{number}/B2Bs", BUYER).json
    return found


def advance(ask: Ask, ms: int) -> None:
    """Move the world's time on."""
    ask.control("POST", "/clock/advance", {"ms": ms})


def truth(ask: Ask) -> list[dict[str, Any]]:
    """Ask what became of every purchase."""
    rows: list[dict[str, Any]] = ask.control("GET", "/truth/purchases", seller=2738)["rows"]
    return rows


def states(ask: Ask) -> list[str]:
    return [row["state"] for row in truth(ask)]


def recipe(directory: Path, **parts: Any) -> str:
    """Write a recipe like demo's with some parts put in or replaced, and give its path."""
    place = directory / "b2b.json"
    made = {**load_contract().worlds["demo"], "name": "b2b", "money": [], **parts}
    place.write_text(json.dumps(made), encoding="utf-8")
    return str(place)
