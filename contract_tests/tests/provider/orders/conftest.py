"""A world with an order in each status, for the tests of the package writes."""

from __future__ import annotations

import pytest

from contract_tests.tests.provider.conftest import Ask, Opener
from contract_tests.tests.provider.support.packages import every_status

RECIPE = every_status()


@pytest.fixture
def packages(open_world: Opener) -> Ask:
    """Ask a fresh world with an order in each status."""
    return open_world(recipe=RECIPE)
