"""Files that users saved with version 0.1.0 go on working; kept_by_0_1_0 holds what that version wrote."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import ExitStack
from pathlib import Path

import orjson
import pytest

import contract_tests
from contract_tests import replaying, travelling
from contract_tests.clients.in_process import client_driver
from contract_tests.config.file import Integration, read_config
from contract_tests.config.integration import ConfiguredIntegration
from contract_tests.engine.outcome import outcome_of
from contract_tests.engine.replay import profile_run_for, replayed
from contract_tests.engine.scenario_setup import address_move, resolve_header_times
from contract_tests.inprocess.reaching import reached
from contract_tests.profiles.every import reference_client
from contract_tests.records.scenario import Scenario, read_scenario, scenario_json
from contract_tests.stages.host import START_MS, emulator_host, open_world
from contract_tests.virtual_time.clock import travelled

pytest_plugins = ["pytester"]

FILES = Path(__file__).parents[1] / "kept_by_0_1_0"
SCENARIOS = [read_scenario(line) for line in (FILES / "scenarios.ndjson").read_bytes().splitlines()]
# The last ones were found by search and played: with a recipe, moves, desired rows and odd answers in them.
PLAYED = SCENARIOS[-4:]
# Plugins of other tools take longer to start than these tests run.
PLAIN = ("-q", "-p", "no:schemathesis", "-p", "no:faker", "-p", "no:anyio")


@pytest.fixture
def python_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `python` in a saved command be the one of these tests."""
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)


def test_public_names_are_where_users_import_them() -> None:
    assert contract_tests.replayed is replaying.replayed is replayed
    assert contract_tests.IntegrationContract.__module__.startswith("contract_tests.")
    assert travelling.travelled is travelled
    assert reached.__module__ == "contract_tests.inprocess.reaching"
    with pytest.raises(AttributeError, match="has no attribute 'replay_all'"):
        contract_tests.replay_all  # noqa: B018  # the access is the test


def test_importing_the_kit_imports_no_part_of_it(pytester: pytest.Pytester) -> None:
    script = (
        "import sys, contract_tests; print(sorted(one for one in sys.modules if 'contract_tests' in one))"
    )
    assert pytester.run(sys.executable, "-c", script).outlines == ["['contract_tests']"]


def test_scenarios_are_read_and_written_as_they_were() -> None:
    for line, scenario in zip((FILES / "scenarios.ndjson").read_bytes().splitlines(), SCENARIOS, strict=True):
        assert orjson.loads(scenario_json(scenario)) == orjson.loads(line)
    text = (FILES / "scenario.json").read_bytes()
    assert scenario_json(read_scenario(text)) == text


def test_events_of_scenarios_are_still_taken_by_the_emulator() -> None:
    events = {orjson.dumps(event): event for scenario in SCENARIOS for event in scenario.events}
    with ExitStack() as stack:
        place = stack.enter_context(emulator_host(in_process=True))
        time = stack.enter_context(place.time(START_MS))
        stage = stack.enter_context(open_world(place, {"world": "demo"}, time))
        for event in events.values():
            plain = {name: value for name, value in event.items() if name != "sync"}
            stage.add_fault(
                resolve_header_times(address_move(plain, {"seller": 2748, "storefront": "RO"}), START_MS)
            )
    assert len(events) > 20


@pytest.mark.parametrize("scenario", PLAYED, ids=[one.profile for one in PLAYED])
def test_scenario_with_all_words_is_played_again(scenario: Scenario) -> None:
    integration = ConfiguredIntegration(client_driver(reference_client(scenario.profile)), in_process=True)
    with emulator_host(in_process=True) as place:
        outcome = outcome_of(profile_run_for(scenario, integration, place), scenario)
    assert outcome.scenario == scenario
    assert len(outcome.recording.syncs) == len(scenario.plan)
    assert not outcome.blocking


@pytest.mark.usefixtures("python_on_path")
def test_kept_test_fails_as_it_did_and_says_why(pytester: pytest.Pytester) -> None:
    shutil.copy(FILES / "scenario.json", pytester.path)
    shutil.copy(FILES / "test_scenario.txt", pytester.path / "test_scenario.py")
    result = pytester.runpytest_subprocess(*PLAIN, "-p", "no:cacheprovider")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*AssertionError: *429*", "*exit 0 although*"])


@pytest.mark.nightly
@pytest.mark.usefixtures("python_on_path")
def test_kept_test_passes_for_a_client_that_was_mended(pytester: pytest.Pytester) -> None:
    shutil.copy(FILES / "scenario.json", pytester.path)
    text = (FILES / "test_scenario.txt").read_text()
    new_text = text.replace("broken', 'drops_429_window'", "reference'")
    assert new_text != text
    (pytester.path / "test_scenario.py").write_text(new_text)
    pytester.runpytest_subprocess(*PLAIN, "-p", "no:cacheprovider").assert_outcomes(passed=1)


@pytest.mark.usefixtures("python_on_path")
def test_kept_contract_is_collected(pytester: pytest.Pytester) -> None:
    shutil.copy(FILES / "test_trendyol_contract.txt", pytester.path / "test_trendyol_contract.py")
    lines = pytester.runpytest_subprocess(*PLAIN, "--collect-only", "-p", "no:cacheprovider").outlines
    assert any("TestIntegration::test_scenario[finance - quiet]" in line for line in lines)


@pytest.mark.usefixtures("python_on_path")
def test_kept_config_checks_the_reference_client(monkeypatch: pytest.MonkeyPatch) -> None:
    config = read_config(FILES / "trendyol-emulator.toml")
    assert config.profiles == ("finance",)
    assert config.integration == Integration(
        command=("python", "-m", "contract_tests.clients.reference", "finance")
    )
    monkeypatch.chdir(FILES)
    assert not replayed(FILES / "scenario.json").blocking
