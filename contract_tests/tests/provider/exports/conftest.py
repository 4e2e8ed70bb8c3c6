"""A small shop that is enrolled at the export centre, and what the tests ask of it."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.conftest import TR, Ask, Opener
from contract_tests.tests.provider.support.recipes import small

CENTRE = "/integration/ecgw"
DONE_MS = 30_000
SHOP: dict[str, Any] = small(
    name="export-shop", money=[], orders=[], exports=[{"seller": 2738, "products": 7, "days": 6}]
)


@pytest.fixture
def shop(open_world: Opener) -> Ask:
    """The shop as it was seeded; its clock stands still."""
    return open_world(recipe=SHOP)


def ask_centre(shop: Ask, version: str, path: str, **query: Any) -> Any:
    """GET a path of the export centre as its seller."""
    return shop(f"{CENTRE}/{version}/2738/{path}", TR, **query)


def rows_of(shop: Ask, version: str, path: str, **query: Any) -> Any:
    """The JSON of an answer that has to be 200."""
    answer = ask_centre(shop, version, path, **query)
    assert answer.status_code == 200, answer.text
    return answer.json


def write(shop: Ask, version: str, path: str, body: Any) -> Any:
    """POST a body to the export centre as its seller."""
    return shop.send("POST", f"{CENTRE}/{version}/2738/{path}", headers=TR, json=body)


def result(shop: Ask, version: str, path: str, body: Any) -> Any:
    """Queue a batch, let it be done, and give its result."""
    answer = write(shop, version, path, body)
    assert answer.status_code == 200, answer.text
    shop.control("POST", "/clock/advance", {"ms": DONE_MS})
    return rows_of(shop, "v1", "check-status", batchId=answer.json["batchId"])


def reasons(batch: Any) -> list[str]:
    """The first reason of each item's failure, empty where it was done."""
    return [(each["failureReasons"] or [""])[0] for each in batch["items"]]


def products(shop: Ask) -> dict[str, Any]:
    """What is open for sale abroad, by barcode."""
    return {row["barcode"]: row for row in rows_of(shop, "v2", "products", size=100)}


def move(shop: Ask, what: str, **fields: Any) -> str:
    """Make a move, and give its sentence."""
    summary: str = shop.control("POST", "/moves", {"what": what, "seller": 2738, **fields})["summary"]
    return summary
