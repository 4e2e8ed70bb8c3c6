"""Worlds of the order services: an order in each status, and goods for the stage's test orders."""

from __future__ import annotations

import pytest

from contract_tests.tests.provider.conftest import Ask, Opener
from contract_tests.tests.provider.support.packages import every_status
from contract_tests.tests.provider.support.stage_orders import recipe

EVERY_STATUS, GOODS = every_status(), recipe()


@pytest.fixture
def packages(open_world: Opener) -> Ask:
    """Ask a fresh world with an order in each status."""
    return open_world(recipe=EVERY_STATUS)


@pytest.fixture
def shop(open_world: Opener) -> Ask:
    """Ask a fresh world with goods on a storefront of each stage service."""
    return open_world(recipe=GOODS)
