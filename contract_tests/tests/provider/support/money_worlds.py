"""What the tests of money share: small worlds of nothing but sellers and their accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from contract_tests.tests.provider.support.worlds import opened
from emulator.world.core.world import World

DAY_MS = 86_400_000
RECIPE = {
    "name": "payouts",
    "sellers": [
        {"id": 1, "name": "One", "edition": "int", "storefronts": ["RO", "GR"],
         "key": "one", "secret": "s", "tier": "100k"},
        {"id": 2, "name": "Two", "edition": "tr", "storefronts": ["TR"],
         "key": "two", "secret": "s", "tier": "50k"},
    ],
}  # fmt: skip
HISTORY = {"seller": 2, "storefront": "TR", "days": 90, "rows": 600}


@contextmanager
def small_world(directory: Path, *money: Mapping[str, Any], seed: int = 1) -> Iterator[World]:
    """Open a world whose recipe has these parts of money; it starts at the suite's moment."""
    world = opened(directory, recipe={**RECIPE, "money": money}, seed=seed)
    try:
        yield world
    finally:
        world.close()
