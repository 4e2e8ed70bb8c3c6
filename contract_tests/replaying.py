"""Plays a kept scenario again: the same world, the same events, without Hypothesis."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from contract_tests.check import Outcome, outcome_of
from contract_tests.integration import Integration, integration_here
from contract_tests.law import read_law
from contract_tests.playing import Trial
from contract_tests.profiles import PROFILES
from contract_tests.scenario import NotAScenario, Scenario, read_scenario
from contract_tests.venues import venue


def replayed(path: Path, command: Sequence[str] = (), url: str | None = None) -> Outcome:
    """Play the scenario of a file with the integration that a command, else the config, names.

    Errors: NotAScenario, NoAnswer, CannotDrive, NotAConfig, OSError when the file cannot be read.
    """
    scenario = read_scenario(path.read_bytes())
    return play_again(scenario, integration_here(command), url)


def play_again(scenario: Scenario, integration: Integration, url: str | None = None) -> Outcome:
    """Play a scenario once and judge it.

    Errors: NotAScenario for a profile that this kit does not have, NoAnswer, CannotDrive.
    """
    if scenario.profile not in PROFILES:
        raise NotAScenario(f"there is no profile {scenario.profile}; known: {', '.join(PROFILES)}")
    profile = PROFILES[scenario.profile]
    with venue(in_process=integration.in_process, url=url) as place:
        law = read_law(place.ask).speaking_of(profile.operations, scenario.edition)
        span_days = integration.span_days(profile.name) or profile.span_days
        trial = Trial(
            place, law, profile, integration.driver, scenario.edition, scenario.storefront or None, span_days
        )
        return outcome_of(trial, scenario)
