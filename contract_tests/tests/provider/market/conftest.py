"""The small world in which moves are tried."""

from __future__ import annotations

import pytest

from contract_tests.tests.provider.conftest import NOW_MS, Ask, Opener
from contract_tests.tests.provider.support.recipes import small


@pytest.fixture
def shop(open_world: Opener) -> Ask:
    """Ask a small world of the Turkish seller, its clock standing."""
    ask = open_world(recipe=small())
    ask.control("POST", "/clock/freeze", {"at_ms": NOW_MS})
    return ask
