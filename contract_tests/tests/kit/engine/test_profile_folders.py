"""A profile is one folder and one line of every.py; a broken or an odd client is one entry of its profile."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from contract_tests import profiles
from contract_tests.clients.in_process import client_driver
from contract_tests.config.integration import ConfiguredIntegration
from contract_tests.engine import replay
from contract_tests.engine.check import Plan, check
from contract_tests.engine.replay import profile_run_of
from contract_tests.mutation.catch import catch
from contract_tests.profiles import every
from contract_tests.profiles.every import PROFILES, broken_clients, odd_clients, reference_client
from contract_tests.profiles.finance import broken, odd
from contract_tests.profiles.profile import Profile
from contract_tests.stages.host import START_MS, emulator_host

FOLDER = Path(profiles.__path__[0])
FILES = {"__init__.py", "profile.py", "reference.py", "broken.py", "odd.py"}
NEW_PROFILE = {
    "__init__.py": '"""A throw-away profile."""\n',
    "profile.py": (
        "from contract_tests.profiles.directed import QUIET, with_changes_between\n"
        "from contract_tests.profiles.profile import Profile, SearchSpace\n"
        "LEFT = with_changes_between('a product left', {'what': 'content-removed'})\n"
        "SPACE = SearchSpace(sizes={'contents': (3,)}, moves=())\n"
        "THROW_AWAY = Profile('throw-away', frozenset({'filterApprovedProducts'}), (QUIET, LEFT), SPACE)\n"
    ),
    "reference.py": "from contract_tests.profiles.catalog_pull.reference import REFERENCE, client\n",
    "broken.py": (
        "from contract_tests.profiles.catalog_pull.broken_copies import for_ever, saves\n"
        "from contract_tests.profiles.variants import Broken\n"
        "BROKEN = (Broken('grows', 'throw-away', 'only grows', 'nowhere', ('held_as_true:ghost',),"
        " saves(for_ever)),)\n"
    ),
    "odd.py": "ODD = ()\n",
}


@pytest.fixture
def throw_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Profile]:
    """A profile in a folder of its own, and its line among the others."""
    folder = tmp_path / "throw_away"
    folder.mkdir()
    for name, text in NEW_PROFILE.items():
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(profiles, "__path__", [*profiles.__path__, str(tmp_path)])
    profile: Profile = import_module("contract_tests.profiles.throw_away.profile").THROW_AWAY
    monkeypatch.setattr(every, "PROFILES", {**PROFILES, profile.name: profile})
    monkeypatch.setattr(replay, "PROFILES", every.PROFILES)
    yield profile
    for name in [one for one in sys.modules if one.startswith("contract_tests.profiles.throw_away")]:
        del sys.modules[name]


def test_folders_are_the_profiles_and_have_the_same_files() -> None:
    folders = {path.parent.name: path.parent for path in FOLDER.glob("*/profile.py")}
    assert set(folders) == {name.replace("-", "_") for name in PROFILES}
    for folder in folders.values():
        assert {path.name for path in folder.glob("*.py")} >= FILES, folder.name


def test_no_profile_imports_another_one() -> None:
    names = {path.parent.name for path in FOLDER.glob("*/profile.py")}
    for path in FOLDER.glob("*/*.py"):
        text = path.read_text(encoding="utf-8")
        others = names - {path.parent.name}
        assert not [one for one in others if f"contract_tests.profiles.{one}" in text], path


def test_every_client_belongs_to_the_profile_of_its_folder() -> None:
    for profile in PROFILES:
        module = f"{every.__package__}.{profile.replace('-', '_')}"
        for one in [*import_module(f"{module}.broken").BROKEN, *import_module(f"{module}.odd").ODD]:
            assert one.profile == profile, one.name


def test_names_of_clients_are_their_own() -> None:
    for clients in (broken_clients(), odd_clients()):
        names = [one.name for one in clients]
        assert len(set(names)) == len(names)


def test_scenarios_of_a_profile_have_names_of_their_own() -> None:
    for profile in PROFILES.values():
        names = [one.name for one in profile.scenarios]
        assert sorted(set(names)) == sorted(names)


def test_every_profile_names_five_short_scenarios_for_when_there_is_little_time() -> None:
    for profile in PROFILES.values():
        short_names = {one.name for one in profile.scenarios[1:] if not one.long}
        assert len(set(profile.quick) & short_names) == 5, profile.name


@pytest.mark.usefixtures("throw_away")
def test_new_profile_is_played_and_its_broken_client_caught() -> None:
    integration = ConfiguredIntegration(client_driver(reference_client("throw-away")), in_process=True)
    with emulator_host(in_process=True) as place:
        profile_run = profile_run_of(place, integration, "throw-away", "int", "RO")
        (outcome,) = check([profile_run], plan=Plan(now_ms=START_MS))
    assert [one.recording.scenario.name for one in outcome.outcomes] == ["quiet", "a product left"]
    assert outcome.verdict.clean
    assert catch("grows", shrink_s=0).by


def test_new_broken_client_is_caught_by_its_entry_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = replace(next(one for one in broken.BROKEN if one.name == "one_window"), name="throw_away")
    monkeypatch.setattr(broken, "BROKEN", (*broken.BROKEN, entry))
    assert catch("throw_away", shrink_s=0).by


def test_new_odd_client_is_known_by_its_entry_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = replace(odd.ODD[0], name="throw_away")
    monkeypatch.setattr(odd, "ODD", (*odd.ODD, entry))
    assert "throw_away" in {one.name for one in odd_clients()}
