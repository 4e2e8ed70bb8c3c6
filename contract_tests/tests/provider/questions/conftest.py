"""One world for all tests of questions, taken back to its seed before each; its clock stands still."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from contract_tests.tests.provider.conftest import Ask
from contract_tests.tests.provider.support.shared_worlds import as_seeded, shared_world

PART = {"contents": 12, "variants": [1, 2], "shares": {}}
WORLD: dict[str, Any] = {
    "like": "empty",
    "name": "shop-of-questions",
    "listings": [
        {"seller": 2738, "storefront": "TR", **PART},
        {"seller": 2748, "storefront": "RO", **PART},
    ],
    "questions": [
        {"seller": 2738, "storefront": "TR", "count": 70, "days": 40, "every_status": True},
        {"seller": 2748, "storefront": "RO", "count": 20, "days": 30, "every_status": True},
    ],
}


@pytest.fixture(scope="package")
def shop(app: Flask) -> Iterator[Ask]:
    """The world that the tests of this folder share."""
    yield from shared_world(app, "shop-of-questions", WORLD)


@pytest.fixture
def ask(shop: Ask) -> Ask:
    """The shared world as it was seeded."""
    return as_seeded(shop)
