"""What the tests of money share: small worlds of nothing but sellers and their accounts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from contract_tests.tests.provider.conftest import NOW_MS
from emulator.app import RENDERERS
from emulator.contract.contract import load_contract
from emulator.world.core.world import World, open_world

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
    contract = load_contract()
    world = open_world(
        {**RECIPE, "money": money},
        lookups=contract.lookups,
        samples={},
        seed=seed,
        wall=lambda: NOW_MS,
        now_ms=NOW_MS,
        renderers=RENDERERS,
        decisions=contract.decide({}),
        directory=directory,
    )
    try:
        yield world
    finally:
        world.close()
