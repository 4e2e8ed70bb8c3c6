"""A receiver, and a small world whose clock stands, so that the calendar brings nothing of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contract_tests.tests.provider.conftest import Ask, Opener
from contract_tests.tests.provider.support import stage_orders
from contract_tests.tests.provider.support.receivers import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


@pytest.fixture
def open_market(open_world: Opener) -> Opener:
    def open_one(**options: object) -> Ask:
        ask = open_world(recipe=stage_orders.recipe(), **options)
        ask.control("POST", "/clock/freeze", {})
        return ask

    return open_one


@pytest.fixture
def market(open_market: Opener) -> Ask:
    return open_market()
