"""One world of written orders for all tests of documents, taken back to its seed before each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from contract_tests.tests.provider.conftest import NOW_MS, Ask, failures
from contract_tests.tests.provider.support.packages import order, world_of
from emulator.stage.stage import Stages

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
    stages: Stages = app.extensions["stages"]
    stage = stages.open("documents", recipe=WORLD)
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
