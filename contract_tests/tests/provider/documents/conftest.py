"""One world of written orders for all tests of documents, taken back to its seed before each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from contract_tests.tests.provider.conftest import Ask
from contract_tests.tests.provider.support.packages import order, world_of
from contract_tests.tests.provider.support.shared_worlds import as_seeded, shared_world

WORLD = {
    **world_of(
        order(100, "picking"),
        order(101, "picking"),
        order(102, "picking", export="micro"),
        order(103, "created"),
        order(104, "picking", carrier="surat"),
        order(105, "picking", carrier="aras"),
        order(200, "picking", "int", carrier="fancourier"),
        order(201, "picking", "int", carrier="fancourier", export="agency"),
        order(202, "picking", "int", carrier="fancourier", export="agency"),
    ),
    "name": "documents",
}


@pytest.fixture(scope="package")
def shop(app: Flask) -> Iterator[Ask]:
    """The world that the tests of this folder share."""
    yield from shared_world(app, "documents", WORLD)


@pytest.fixture
def ask(shop: Ask) -> Ask:
    """The shared world as it was seeded."""
    return as_seeded(shop)
