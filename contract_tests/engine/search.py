"""Searches for a scenario that an integration fails, and for the smallest one that still does."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import FlakyFailure

from contract_tests.engine.outcome import Outcome, outcome_of
from contract_tests.engine.play import Trial
from contract_tests.engine.strategies import scenarios
from contract_tests.records.findings import Finding
from contract_tests.records.scenario import Scenario, written

PHASES = (Phase.generate, Phase.shrink)


class Broken(AssertionError):
    """A failed scenario; each sort of failure has a class of its own, so that each is shrunk by itself."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How far to search.

    Shapes: ``wanted`` names judges or judge:sort; without any, every broken MUST counts; ``done`` hears of
    each example. Units: ``seconds`` of real time, shrinking included.
    """

    examples: int = 100
    seconds: float = 60.0
    seed: int = 0
    now_ms: int | None = None
    wanted: Collection[str] = ()
    done: Callable[[Outcome], None] = field(default=lambda _: None)


@dataclass(slots=True)
class Found:
    """What a search came across.

    Shapes: ``smallest`` by the name of the failure; ``played`` counts scenarios, those of shrinking included;
    ``exercised`` the occasions of each rule; ``known`` what came of each scenario.
    """

    smallest: dict[str, Outcome] = field(default_factory=dict)
    played: int = 0
    exercised: Counter[str] = field(default_factory=Counter)
    known: dict[bytes, str | None] = field(default_factory=dict)


def search(trial: Trial, budget: Budget) -> Found:
    """Play drawn scenarios until the budget is used up; what fails is made smaller as long as it lasts.

    Errors: NoAnswer, NoSuchSeller, CannotDrive, UnknownJudge.
    """
    found = Found()
    until = time.perf_counter() + budget.seconds
    kinds: dict[str, type[Broken]] = {}

    @seed(budget.seed)
    @settings(
        max_examples=budget.examples,
        database=None,
        deadline=None,
        phases=PHASES,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(scenarios(trial.profile, trial.edition, trial.storefront or "", budget.now_ms))
    def probe(scenario: Scenario) -> None:
        name = _failure(trial, scenario, found, budget, time.perf_counter() < until)
        if name:
            raise kinds.setdefault(name, type(f"Broken_{len(kinds)}", (Broken,), {}))(name)

    try:
        probe()
    except (Broken, FlakyFailure, BaseExceptionGroup) as failed:
        _only_ours(failed)
    return found


def _failure(trial: Trial, scenario: Scenario, found: Found, budget: Budget, in_time: bool) -> str | None:  # noqa: FBT001  # one call
    told = written(scenario)
    if told in found.known or not in_time:
        return found.known.get(told)
    outcome = outcome_of(trial, scenario)
    found.played += 1
    found.exercised.update(outcome.verdict.exercised)
    budget.done(outcome)
    name = named(outcome, budget.wanted)
    found.known[told] = name
    if name and (name not in found.smallest or outcome.scenario.size < found.smallest[name].scenario.size):
        found.smallest[name] = outcome
    return name


def named(outcome: Outcome, wanted: Collection[str]) -> str | None:
    """Name the failure of an outcome: the first broken MUST that is looked for."""
    for finding in outcome.grave:
        names = names_of(finding)
        if not wanted or names & set(wanted):
            return f"{finding.rule.id}:{finding.sort}"
    return None


def names_of(finding: Finding) -> set[str]:
    """Give the names a finding goes by: its judge, and its judge with the sort of difference."""
    return {finding.rule.judge, f"{finding.rule.judge}:{finding.sort}", finding.rule.id}


def _only_ours(failed: BaseException) -> None:
    """Pass over what the probe raised; anything else goes on."""
    inner = failed.exceptions if isinstance(failed, BaseExceptionGroup) else (failed,)
    for one in inner:
        if isinstance(one, BaseExceptionGroup):
            _only_ours(one)
        elif not isinstance(one, Broken | FlakyFailure):
            raise one
