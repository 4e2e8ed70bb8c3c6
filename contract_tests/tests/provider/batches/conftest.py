"""One small world for all tests of batches, taken back to its seed before each; its clock stands still."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from contract_tests.tests.provider.conftest import Ask
from contract_tests.tests.provider.support.shared_worlds import as_seeded, shared_world

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
    yield from shared_world(app, "shop-of-batches", SHOP)


@pytest.fixture
def ask(shop: Ask) -> Ask:
    """The shared world as it was seeded."""
    return as_seeded(shop)
