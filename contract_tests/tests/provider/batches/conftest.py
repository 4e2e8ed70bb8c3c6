"""One small world for all tests of batches, taken back to its seed before each; its clock stands still."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from contract_tests.tests.provider.conftest import NOW_MS, Ask, failures
from emulator.stage.stage import Stages

SHARES = {"archived": 0.1, "locked": 0.1, "blacklisted": 0.1, "sold_out": 0.1}
PART = {"contents": 60, "variants": [1, 3], "shares": SHARES}
SHOP: dict[str, Any] = {
    "like": "demo",
    "name": "shop-of-batches",
    "listings": [
        {"seller": 2738, "storefront": "TR", **PART},
        {"seller": 2748, "storefront": "RO", **PART},
    ],
    "money": [],
    "orders": [],
    "claims": [],
    "questions": [],
}


@pytest.fixture(scope="package")
def shop(app: Flask) -> Iterator[Ask]:
    """The world that the tests of this folder share."""
    stages: Stages = app.extensions["stages"]
    stage = stages.open("shop-of-batches", recipe=SHOP)
    yield Ask(app, f"/w/{stage.name}")
    lines = failures(stage)
    stages.close(stage.name)
    assert lines == []


@pytest.fixture
def ask(shop: Ask) -> Ask:
    """The shared world as it was seeded."""
    shop.control("POST", "/reset")
    shop.control("POST", "/clock/freeze", {"at_ms": NOW_MS})
    return shop
