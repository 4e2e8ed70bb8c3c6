"""Searches for a scenario that an integration fails, and for the smallest one that still does."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.configuration import set_hypothesis_home_dir, storage_directory
from hypothesis.errors import FlakyFailure

from contract_tests.engine.outcome import Outcome, outcome_of
from contract_tests.engine.scenario_run import ProfileRun
from contract_tests.engine.strategies import scenarios
from contract_tests.records.findings import Finding
from contract_tests.records.scenario import Scenario, scenario_json

QUIET_SETTINGS = settings(
    database=None,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
    print_blob=False,
)


# From the seed of a search to that of its next round.
OTHER_SEED = 1_000_003


class Broken(AssertionError):
    """A failing scenario; each kind of failure is a subclass, so that Hypothesis shrinks each by itself."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How far to search.

    Shapes: ``targets`` names rules, judges or judge:sort; without any, every broken MUST counts;
    ``on_outcome`` is called after each example.
    Units: ``seconds`` of real time, shrinking included; ``now_ms`` epoch milliseconds, None for real time.
    """

    examples: int = 100
    seconds: float = 60.0
    seed: int = 0
    now_ms: int | None = None
    targets: Collection[str] = ()
    on_outcome: Callable[[Outcome], None] = field(default=lambda _: None)


@dataclass(slots=True)
class SearchResult:
    """The result of a search so far.

    Shapes: ``smallest`` by the name of the failure; ``examples`` counts scenarios, those of shrinking
    included; ``rule_counts`` the occasions of each rule; ``failure_by_scenario`` maps a scenario as JSON to
    the name of its failure, None where there was none.
    """

    smallest: dict[str, Outcome] = field(default_factory=dict)
    examples: int = 0
    rule_counts: Counter[str] = field(default_factory=Counter)
    failure_by_scenario: dict[bytes, str | None] = field(default_factory=dict)


@dataclass(slots=True)
class _Storage:
    """Keeps Hypothesis's tables in the user's cache while it draws; it would put them where it was called."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    searches: int = 0
    before: Path = field(default_factory=Path)

    @contextmanager
    def within(self) -> Iterator[None]:
        """Have them there for a block; several may run at a time."""
        with self.lock:
            self.searches += 1
            if self.searches == 1:
                place: Any = storage_directory(intent_to_write=False)
                self.before = Path(getattr(place, "home_directory", place))  # once it was a plain path
                set_hypothesis_home_dir(_cache_folder() / "hypothesis")
        try:
            yield
        finally:
            with self.lock:
                self.searches -= 1
                if not self.searches:
                    set_hypothesis_home_dir(self.before)


_STORAGE = _Storage()


def _cache_folder() -> Path:
    """Give the emulator's cache: what cannot be written there Hypothesis makes again."""
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("TRENDYOL_EMULATOR_CACHE") or Path(home) / "trendyol-emulator")


def search(profile_run: ProfileRun, budget: Budget) -> SearchResult:
    """Play drawn scenarios until the budget is used up; what fails is made smaller as long as it lasts.

    Errors: NoAnswer, NoSuchSeller, CannotDrive, UnknownJudge.
    """
    result = SearchResult()
    until = time.perf_counter() + budget.seconds
    number, before = 0, -1
    while result.examples < budget.examples and before < result.examples and not result.smallest:
        before = result.examples
        _draw(profile_run, budget, result, until, number)
        number += 1
    return result


def _draw(profile_run: ProfileRun, budget: Budget, result: SearchResult, until: float, number: int) -> None:
    """Draw as many scenarios as are missing, the n-th time: what was drawn before is not played again."""
    kinds: dict[str, type[Broken]] = {}
    # Each round begins with the simplest scenario.
    missing = budget.examples - result.examples + (number > 0)

    @seed(budget.seed + number * OTHER_SEED)
    @settings(QUIET_SETTINGS, max_examples=missing)
    @given(scenarios(profile_run.profile, profile_run.edition, profile_run.storefront or "", budget.now_ms))
    def probe(scenario: Scenario) -> None:
        name = _failure(profile_run, scenario, result, budget, in_time=time.perf_counter() < until)
        if name:
            raise kinds.setdefault(name, type(f"Broken_{len(kinds)}", (Broken,), {}))(name)

    try:
        with _STORAGE.within():
            probe()
    except (Broken, FlakyFailure, BaseExceptionGroup) as fault:
        _raise_others(fault)


def _failure(
    profile_run: ProfileRun, scenario: Scenario, result: SearchResult, budget: Budget, *, in_time: bool
) -> str | None:
    text = scenario_json(scenario)
    if text in result.failure_by_scenario or not in_time:
        return result.failure_by_scenario.get(text)
    outcome = outcome_of(profile_run, scenario)
    result.examples += 1
    result.rule_counts.update(outcome.verdict.counts)
    budget.on_outcome(outcome)
    name = failure_name(outcome, budget.targets)
    result.failure_by_scenario[text] = name
    # A second cause in the same scenario is not hidden behind the first one, which is what shrinks.
    for one in failure_names(outcome, budget.targets):
        if one not in result.smallest or outcome.scenario.size < result.smallest[one].scenario.size:
            result.smallest[one] = outcome
    return name


def failure_name(outcome: Outcome, targets: Collection[str]) -> str | None:
    """Name the failure of an outcome: the first broken MUST among the targets."""
    return next(iter(failure_names(outcome, targets)), None)


def failure_names(outcome: Outcome, targets: Collection[str]) -> list[str]:
    """Name the broken MUSTs among the targets, each with its cause."""
    return [
        ":".join(filter(None, (finding.rule.id, finding.difference, finding.cause)))
        for finding in outcome.blocking
        if not targets or names_of(finding) & set(targets)
    ]


def names_of(finding: Finding) -> set[str]:
    """Give the names a finding goes by: its judge, and its judge with the sort of difference."""
    return {finding.rule.judge, f"{finding.rule.judge}:{finding.difference}", finding.rule.id}


def _raise_others(fault: BaseException) -> None:
    """Raise whatever the probe did not raise itself."""
    inner = fault.exceptions if isinstance(fault, BaseExceptionGroup) else (fault,)
    for one in inner:
        if isinstance(one, BaseExceptionGroup):
            _raise_others(one)
        elif not isinstance(one, Broken | FlakyFailure):
            raise one
