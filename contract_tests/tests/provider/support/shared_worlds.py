"""One world for all tests of a folder, taken back to its seed before each; its clock stands still."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask

from contract_tests.tests.provider.conftest import NOW_MS, Ask, failures
from emulator.stage.stages import Stages


def shared_world(app: Flask, name: str, recipe: Mapping[str, Any]) -> Iterator[Ask]:
    """Open a world of a recipe, close it in the end; a 5xx that no fault planned fails the last test."""
    stages: Stages = app.extensions["stages"]
    stage = stages.open(name, recipe=recipe)
    yield Ask(app, f"/w/{stage.name}")
    lines = failures(stage)
    stages.close(stage.name)
    assert lines == []


def as_seeded(shop: Ask) -> Ask:
    """Take a world back to its seed."""
    shop.control("POST", "/reset")
    shop.control("POST", "/clock/freeze", {"at_ms": NOW_MS})
    return shop
