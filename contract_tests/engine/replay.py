"""Plays a saved scenario again: the same world, the same events, without Hypothesis."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from contract_tests.config.integration import ConfiguredIntegration, integration_here
from contract_tests.engine.outcome import Outcome, outcome_of
from contract_tests.engine.scenario_run import ProfileRun
from contract_tests.judge.verdict import up_to
from contract_tests.profiles.every import PROFILES
from contract_tests.profiles.profile import Profile
from contract_tests.records.rulebook import Rulebook
from contract_tests.records.scenario import NotAScenario, Scenario, read_scenario
from contract_tests.stages.control_api import ControlClient
from contract_tests.stages.host import EmulatorHost, emulator_host
from contract_tests.stages.rulebook import read_rulebook


def replayed(path: Path, command: Sequence[str] = (), url: str | None = None) -> Outcome:
    """Play the scenario of a file with the integration that a command, else the config, names.

    Errors: NotAScenario, NoAnswer, CannotDrive, NotAConfig, OSError when the file cannot be read.
    """
    scenario = read_scenario(path.read_bytes())
    integration = integration_here(command)
    with emulator_host(in_process=integration.in_process, url=url) as place:
        return outcome_of(profile_run_for(scenario, integration, place), scenario)


def profile_run_for(
    scenario: Scenario, integration: ConfiguredIntegration, place: EmulatorHost
) -> ProfileRun:
    """Make the profile run that a saved scenario belongs to.

    Errors: NotAScenario for a profile that this kit does not have.
    """
    name = profile_named(scenario.profile).name
    return profile_run_of(place, integration, name, scenario.edition, scenario.storefront or None)


def profile_named(name: str) -> Profile:
    """Find a profile.

    Errors: NotAScenario when this kit does not have it.
    """
    if name not in PROFILES:
        raise NotAScenario(f"there is no profile {name}; known: {', '.join(PROFILES)}")
    return PROFILES[name]


@lru_cache(maxsize=4)
def rulebook_at(control: ControlClient) -> Rulebook:
    """Read the rulebook of an emulator once for all its profiles.

    Errors: NoAnswer when it does not answer.
    """
    return read_rulebook(control)


def profile_run_of(
    place: EmulatorHost,
    integration: ConfiguredIntegration,
    name: str,
    edition: str | None = None,
    storefront: str | None = None,
    span_days: int | None = None,
    level: str | None = None,
) -> ProfileRun:
    """Make the profile run of one profile; what is not given is as the config says, else as the profile does.

    A Turkish storefront means the Turkish edition.
    """
    profile, options = PROFILES[name], integration.options_of(name)
    shop = None if profile.edition else storefront or options.storefront or None
    its_edition = profile.edition or edition or options.edition or ("tr" if shop == "TR" else "int")
    rules_for_profile = rulebook_at(place.control).for_operations(profile.operations, its_edition)
    exports = options.exports
    return ProfileRun(
        host=place,
        rulebook=up_to(rules_for_profile, level or options.level),
        profile=profile,
        driver=integration.driver,
        edition=its_edition,
        storefront=shop,
        span_days=span_days or options.span_days or profile.span_days,
        known_exports=None if exports is None else frozenset(exports),
    )
