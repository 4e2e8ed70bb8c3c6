"""Puts every rule of the law to the judge it names and gathers the verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

from contract_tests.judge.rules import (
    identity,
    pace,
    paging,
    purchases,
    refusals,
    spelling,
    thrift,
    tokens,
    values,
    windows,
)
from contract_tests.records.findings import Finding, Occasion, Verdict, gravest_first, grouped, row
from contract_tests.records.har import read_archive
from contract_tests.records.history import History
from contract_tests.records.rulebook import Law, Rule
from contract_tests.stages.rulebook import local_law

Judge = Callable[[History, Rule], Iterable[Occasion]]

BENCH: tuple[ModuleType, ...] = (
    identity,
    spelling,
    values,
    windows,
    pace,
    refusals,
    paging,
    thrift,
    tokens,
    purchases,
)
# These compare with the world; they are asked by `check`, never about a recording alone.
ORACLES = frozenset(
    {
        "sync_ends_clean",
        "everything_delivered",
        "held_as_true",
        "wanted_once",
        "wanted_reached",
        "given_up_returned",
        "failed_rows_read",
    }
)
# What a client did in one run binds it in the next: these are asked about all of its runs together.
ACROSS_RUNS = frozenset(
    {
        "not_repeated_after_loss",
        "short_not_asked_again",
        "cancels_within_reserved",
        "number_given",
        "flag_read",
    }
)


class UnknownJudge(Exception):
    """A rule names a judge that this kit does not have; the message is one sentence for people."""


def findings_of(har: bytes) -> list[dict[str, Any]]:
    """Judge an emulator's journal by the law of this installation and give the findings as JSON rows.

    Errors: NotAnArchive, UnknownJudge.
    """
    law = local_law()
    return [row(finding) for finding in verdict_on(read_archive(har, law), law).findings]


def judge_named(name: str) -> Judge:
    """Find the function of a judge.

    Errors: UnknownJudge.
    """
    for module in BENCH:
        found: Judge | None = getattr(module, name, None)
        if found and found.__module__ == module.__name__:
            return found
    raise UnknownJudge(f"the kit has no judge {name!r}; it is older than the specs it reads")


def verdict_on(history: History, law: Law) -> Verdict:
    """Judge a history by every rule that needs nothing but the history.

    Errors: UnknownJudge.
    """
    plain = (rule for rule in law.rules if rule.judge not in ORACLES)
    return verdict(plain, lambda rule: judge_named(rule.judge)(history, rule))


def verdict(rules: Iterable[Rule], occasions_of: Callable[[Rule], Iterable[Occasion]]) -> Verdict:
    """Ask for the occasions of each rule and gather findings and coverage."""
    every = tuple(rules)
    findings: list[Finding] = []
    exercised: dict[str, int] = {}
    for rule in every:
        occasions = list(occasions_of(rule))
        if occasions:
            exercised[rule.id] = exercised.get(rule.id, 0) + len(occasions)
            findings += grouped(rule, occasions)
    return Verdict(gravest_first(findings), exercised, every)


def joined(verdicts: Iterable[Verdict]) -> Verdict:
    """Make one verdict of several: the same finding in two of them is one."""
    found: dict[tuple[str, str | None, str], Finding] = {}
    exercised: dict[str, int] = {}
    rules: list[Rule] = []
    for one in verdicts:
        for finding in one.findings:
            found.setdefault((finding.rule.id, finding.operation, finding.sort), finding)
        for rule_id, occasions in one.exercised.items():
            exercised[rule_id] = exercised.get(rule_id, 0) + occasions
        rules += [rule for rule in one.rules if rule not in rules]
    return Verdict(gravest_first(found.values()), exercised, tuple(rules))
