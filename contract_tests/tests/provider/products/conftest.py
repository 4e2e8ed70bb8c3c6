"""Worlds of the product tests that several of them only read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from contract_tests.tests.provider.conftest import Ask
from contract_tests.tests.provider.support.new_products import DAY_MS, finish, item, recipe
from emulator.stage.stages import Stages


@pytest.fixture(scope="module")
def unapproved_world(app: Flask) -> Iterator[Ask]:
    """Ask a world with three products that wait for a day."""
    stages: Stages = app.extensions["stages"]
    stage = stages.open("unapproved", recipe=recipe(delay_ms=DAY_MS))
    ask = Ask(app, f"/w/{stage.name}")
    finish(ask, "create", [
        item(barcode="a", origin="IT"),
        item(barcode="b", stockCode="B-CODE"),
        item(barcode="c", productMainId="line-c", brandId=315037),
    ])  # fmt: skip
    yield ask
    stages.close(stage.name)
