"""A scenario and a test's world start on the day they name."""

from __future__ import annotations

from contract_tests.engine.scenario_setup import with_moment_of_day, world_of
from contract_tests.pytest_plugin.hosting import Emulator
from contract_tests.records.scenario import Scenario
from emulator import Settings, create_app

DAY_MS = 1_785_531_600_000


def test_scenario_starts_at_the_beginning_of_its_day() -> None:
    scenario = Scenario("a", "catalog-pull", "int", as_of="2026-08-01")
    assert world_of(with_moment_of_day(scenario))["now_ms"] == DAY_MS


def test_marker_opens_a_world_on_its_day() -> None:
    app = create_app(Settings(world="empty"))
    try:
        stage = Emulator(app).open("empty", as_of="2026-08-01")
        assert 0 <= stage.control("GET", "/clock")["now_ms"] - DAY_MS < 60_000
    finally:
        app.extensions["stages"].close_all()
