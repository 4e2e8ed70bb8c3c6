"""The one class users subclass: an integration in Python, judged by pytest in process and travelled time."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from contract_tests.drivers.python import ClientStage, callable_driver
from contract_tests.engine.artefacts import failure_of
from contract_tests.engine.check import Plan, play_directed, smallest
from contract_tests.engine.outcome import Outcome
from contract_tests.engine.scenario_run import ProfileRun
from contract_tests.engine.shrink import SHRINK_SHARE, Shrinker, shrink_failures
from contract_tests.profiles.directed import AFTER_MIDNIGHT
from contract_tests.profiles.every import PROFILES
from contract_tests.pytest_plugin.hosting import Emulator
from contract_tests.records.story import Failure, as_markdown
from contract_tests.stages.host import START_MS, EmulatorHost, in_process_host
from contract_tests.stages.rulebook import installed_rulebook

STORY_LINES = 14
OUTPUT_CHARS = 600


class IntegrationContract:
    """Subclass it, name the ``profiles``, and say how your integration synchronises.

    Every directed scenario of a profile is a test of its own, the search another one.
    Units: ``span_days`` days, ``seconds`` of real time.
    """

    profiles: ClassVar[Sequence[str]] = ()
    """The names of the profiles that the integration is judged by."""
    edition: ClassVar[str] = "int"
    """The edition of the seller, int or tr."""
    storefront: ClassVar[str] = ""
    """The seller's storefront; empty for its first one."""
    span_days: ClassVar[int | None] = None
    """How far back the integration looks; None for the profile's own span."""
    examples: ClassVar[int] = 50
    """How many scenarios the search draws for a profile at the most."""
    seconds: ClassVar[float] = 30.0
    """How long the search of a profile may take; a third of it is spent on making a failure smaller."""
    long: ClassVar[bool] = False
    """Whether the scenarios of more than 10,000 records are played."""

    def sync(self, stage: ClientStage) -> Any:
        """Do one synchronisation; False, a number other than 0 or an exception say that it went wrong."""
        raise NotImplementedError  # the subclass names its integration here

    def export(self, kind: str) -> Iterable[Any]:
        """Give the rows that the integration holds of a kind; none of a kind it does not know."""
        return ()

    def reset(self) -> None:
        """Forget everything."""

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Make a test of each directed scenario, and one of the search of each profile."""
        if "trendyol_directed" in metafunc.fixturenames:
            cases = [(name, one.name) for name in self.profiles for one in self._directed_scenarios(name)]
            metafunc.parametrize("trendyol_directed", cases, ids=" - ".join)
        if "trendyol_searched" in metafunc.fixturenames:
            metafunc.parametrize("trendyol_searched", self.profiles)

    def test_scenario(
        self, trendyol_directed: tuple[str, str], trendyol_emulator: Emulator, tmp_path: Path
    ) -> None:
        """Play one directed scenario: the integration breaks no MUST."""
        profile, name = trendyol_directed
        profile_run = self._profile_run(profile, in_process_host(trendyol_emulator.app))
        plan = Plan(now_ms=START_MS)
        scenario = next(one for one in profile_run.profile.scenarios if one.name == name)
        first = profile_run.profile.scenarios[0]
        quiet = play_directed(profile_run, first, plan) if scenario.events else None
        outcome = play_directed(profile_run, scenario, plan, quiet)
        shrinker = Shrinker(profile_run, time.perf_counter() + self.seconds * SHRINK_SHARE, START_MS)
        accept(smallest([outcome, *shrink_failures(shrinker, [outcome])]), tmp_path)

    def test_search(self, trendyol_searched: str, trendyol_emulator: Emulator, tmp_path: Path) -> None:
        """Play the scenarios that Hypothesis draws: the integration breaks no MUST."""
        from contract_tests.engine.search import Budget, search

        profile_run = self._profile_run(trendyol_searched, in_process_host(trendyol_emulator.app))
        budget = Budget(self.examples, self.seconds, now_ms=START_MS)
        accept(list(search(profile_run, budget).smallest.values()), tmp_path)

    def _directed_scenarios(self, profile: str) -> list[Any]:
        edition = PROFILES[profile].edition or self.edition
        here = (one for one in PROFILES[profile].scenarios if edition in one.worlds)
        return [one for one in here if (self.long or not one.long) and one.zone != AFTER_MIDNIGHT]

    def _profile_run(self, name: str, host: EmulatorHost) -> ProfileRun:
        profile = PROFILES[name]
        edition = profile.edition or self.edition
        storefront = "" if edition == "tr" else self.storefront
        rulebook = installed_rulebook().for_operations(profile.operations, edition)
        span_days = self.span_days or profile.span_days
        return ProfileRun(host, rulebook, profile, callable_driver(self), edition, storefront, span_days)


def accept(outcomes: Sequence[Outcome], folder: Path) -> None:
    """Fail the test when a MUST was broken, and say what happened.

    Errors: pytest's own failure.
    """
    failing = [outcome for outcome in outcomes if outcome.blocking]
    messages = [
        message(failure_of(one, folder=folder / str(number)), one) for number, one in enumerate(failing, 1)
    ]
    if messages:
        pytest.fail("\n\n".join(messages), pytrace=False)


def message(failure: Failure, outcome: Outcome) -> str:
    """Describe a failure: the broken rules, the end of its story, and the folder that holds all of it."""
    findings = [
        f"{one.rule.id} {one.rule.level}: {one.evidence}\n  {one.rule.sentence}" for one in outcome.blocking
    ]
    outputs = [sync.run.output for sync in outcome.recording.syncs if sync.run.exit]
    output = outputs[-1].strip()[-OUTPUT_CHARS:] if outputs else ""
    lines = [*findings, "", as_markdown(failure.timeline[-STORY_LINES:])]
    lines += [f"the integration said:\n{output}"] if output else []
    return "\n".join([*lines, f"kept in {failure.folder}"])
