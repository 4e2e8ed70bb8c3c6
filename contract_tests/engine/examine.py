"""Examines an integration: directed scenarios, then the search, then the smallest failure of each kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from contract_tests.engine.check import Outcome, Plan, ProfileOutcome, check, together
from contract_tests.engine.play import Trial


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is tried.

    Shapes: ``examples`` drawn scenarios a profile, ``jobs`` directed ones at a time.
    Units: ``seconds`` of real time for the search of one profile.
    """

    plan: Plan = field(default_factory=Plan)
    jobs: int = 1
    examples: int = 0
    seconds: float = 60.0


def examine(trials: Sequence[Trial], effort: Effort) -> list[ProfileOutcome]:
    """Check every profile by its directed scenarios and by search.

    Errors: NoAnswer, NoSuchSeller, CannotDrive, UnknownJudge.
    """
    return [searched(one, effort) for one in check(trials, effort.jobs, effort.plan)]


def searched(done: ProfileOutcome, effort: Effort) -> ProfileOutcome:
    """Search on after the directed scenarios; nothing is drawn when no examples are wanted."""
    if not effort.examples:
        return replace(done, smallest=smallest(done.outcomes))
    from contract_tests.engine.search import Budget, search

    plan = effort.plan
    found = search(
        done.trial,
        Budget(
            examples=effort.examples,
            seconds=effort.seconds,
            seed=plan.seed,
            now_ms=plan.now_ms,
            done=lambda outcome: plan.done(done.trial, outcome),
        ),
    )
    new = tuple(found.smallest.values())
    whole = together(done.trial, [*done.outcomes, *new])
    return replace(
        done,
        verdict=replace(whole.verdict, exercised=exercised(whole.verdict.exercised, found.exercised)),
        examples=found.played,
        smallest=smallest([*done.outcomes, *new]),
    )


def exercised(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """Add two counts of occasions up."""
    return {rule: one.get(rule, 0) + other.get(rule, 0) for rule in {**one, **other}}


def smallest(outcomes: Iterable[Outcome]) -> tuple[Outcome, ...]:
    """Give for each broken MUST the smallest scenario that breaks it, each scenario once."""
    best: dict[str, Outcome] = {}
    for outcome in sorted(outcomes, key=lambda one: one.scenario.size):
        for finding in outcome.grave:
            best.setdefault(f"{finding.rule.id}:{finding.sort}", outcome)
    return tuple({id(outcome): outcome for outcome in best.values()}.values())
