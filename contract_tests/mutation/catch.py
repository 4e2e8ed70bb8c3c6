"""Catches one broken client, or tries to blame the right one; each in whatever process it is called."""

from __future__ import annotations

import atexit
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache

from contract_tests.clients.in_process import client_driver
from contract_tests.config.integration import ConfiguredIntegration, integration_of
from contract_tests.engine.check import Plan, play_directed
from contract_tests.engine.outcome import Outcome
from contract_tests.engine.replay import profile_run_of
from contract_tests.engine.scenario_run import ProfileRun
from contract_tests.engine.search import Budget, names_of, search
from contract_tests.profiles.every import broken_client, reference_client
from contract_tests.profiles.variants import Broken
from contract_tests.records.findings import Finding
from contract_tests.records.run import Driver
from contract_tests.records.scenario import scenario_json
from contract_tests.stages.host import START_MS, EmulatorHost, emulator_host

EXAMPLES = 200
LONGEST_S = 600.0


@dataclass(frozen=True, slots=True)
class MutantResult:
    """The result of judging one broken client.

    Shapes: ``by`` is the rule that caught it and the sort of difference, empty when nothing did for the right
    reason; ``scenario`` the smallest one, as JSON.
    """

    name: str
    by: str = ""
    sentence: str = ""
    events: int = 0
    scenario: bytes = b""


@dataclass(frozen=True, slots=True)
class ReferenceResult:
    """The result of judging the right client: how many drawn scenarios, and the blame, if there was any."""

    profile: str
    edition: str
    examples: int
    alarm: str = ""


def catch(name: str, shrink_s: float, seed: int = 0, likely: str = "") -> MutantResult:
    """Catch one client of the catalogue by a directed scenario or by search, in the smallest scenario found.

    Shapes: ``likely`` names the directed scenario that is played right after the quiet one.
    Units: ``shrink_s`` seconds to search.
    """
    client = broken_client(name)
    profile_run = profile_run_with(client)
    outcomes = list(_catching_outcomes(profile_run, client, likely))
    if shrink_s and client.client and not client.advice:
        budget = Budget(EXAMPLES, shrink_s, seed, START_MS, client.caught_by)
        outcomes += [one for one in search(profile_run, budget).smallest.values() if reason(client, one)]
    if not outcomes:
        return MutantResult(
            name, sentence=f"{client.description}; expected was {' or '.join(client.caught_by)}"
        )
    least = min(outcomes, key=lambda one: one.scenario.size)
    why = reason(client, least)
    assert why is not None
    by = f"{why.rule.id}{':' if why.difference else ''}{why.difference}"
    return MutantResult(name, by, why.evidence, least.scenario.event_count, scenario_json(least.scenario))


def _catching_outcomes(profile_run: ProfileRun, client: Broken, likely: str) -> Iterator[Outcome]:
    """Yield the first directed scenario that shows the fault; what waits comes late, the long ones last."""
    plan = Plan(now_ms=START_MS if client.client else None)
    here = [one for one in profile_run.profile.scenarios if profile_run.edition in one.worlds]
    quiet: Outcome | None = None
    late = sorted(here[1:], key=lambda one: (one.name != likely, one.long, bool(one.events)))
    for scenario in [here[0], *late]:
        outcome = play_directed(profile_run, scenario, plan, quiet)
        quiet = quiet or outcome
        if reason(client, outcome):
            yield outcome
            return


def reason(client: Broken, outcome: Outcome) -> Finding | None:
    """Give the finding that catches a client for what it does wrong."""
    names = set(client.caught_by)
    findings = (one for one in outcome.verdict.findings if one.blocking or client.advice)
    return next((one for one in findings if names_of(one) & names), None)


def profile_run_with(client: Broken) -> ProfileRun:
    """Make the profile run of a broken client: in process, or as a command of its language."""
    if client.client is not None:
        integration = ConfiguredIntegration(client_driver(client.client), in_process=True)
    else:
        integration = integration_of(client.command, None, LONGEST_S)
    storefront = "RO" if client.edition == "int" else None
    return profile_run_of(
        place(in_process=integration.in_process), integration, client.profile, client.edition, storefront
    )


def run_reference(profile: str, edition: str, storefront: str, examples: int, seed: int) -> ReferenceResult:
    """Draw scenarios for the right client; whatever it is blamed for is a false alarm."""
    driver: Driver = client_driver(reference_client(profile))
    profile_run = profile_run_of(
        place(in_process=True), ConfiguredIntegration(driver, in_process=True), profile, edition, storefront
    )
    result = search(replace(profile_run, driver=driver), Budget(examples, LONGEST_S, seed, START_MS))
    alarms = [
        f"{name} {one.blocking[0].evidence} {scenario_json(one.scenario).decode()}"
        for name, one in result.smallest.items()
    ]
    return ReferenceResult(profile, edition, result.examples, "\n".join(alarms))


@cache
def place(*, in_process: bool) -> EmulatorHost:
    """Have one host of a kind for the rest of this process."""
    stack = ExitStack()
    atexit.register(stack.close)
    return stack.enter_context(emulator_host(in_process=in_process))
