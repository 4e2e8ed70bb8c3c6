"""Saves the failing scenarios of a check, and makes the sections of its report."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from contract_tests.cli.exit_codes import warn
from contract_tests.config.integration import ConfiguredIntegration
from contract_tests.engine.artefacts import failure_of, free_folder, slug
from contract_tests.engine.check import ProfileOutcome
from contract_tests.engine.outcome import Outcome
from contract_tests.records.story import Failure
from contract_tests.reports.evidence import say_evidence
from contract_tests.reports.verdicts import Section, section_of_profile


def sections(
    outcomes: Sequence[ProfileOutcome], integration: ConfiguredIntegration, options: dict[str, Any]
) -> list[Section]:
    """Make what the reports show, and keep the failing scenarios."""
    sections = []
    for one in outcomes:
        section = section_of_profile(one)
        failures = save_failures(one, integration.command, Path(options["artifacts"]))
        sections.append(replace(section, failures=failures, place=integration.place))
    return sections


def save_failures(outcome: ProfileOutcome, command: Sequence[str], folder: Path) -> tuple[Failure, ...]:
    """Write the smallest scenario of each broken MUST that is not waived, up to one that cannot be."""
    place: Path | None = folder
    rules = {finding.rule.id for finding in outcome.verdict.findings if finding.blocking}
    failing = [one for one in outcome.smallest if rules & {finding.rule.id for finding in one.blocking}]
    failures: list[Failure] = []
    for one in failing:
        earlier_rules = {rule for failure in failures for rule in failure.rules}
        failures.append(save_failure(one, command, place, earlier_rules))
        place = place if failures[-1].folder else None
    return tuple(failures)


def save_failure(
    outcome: Outcome, command: Sequence[str], folder: Path | None, earlier_rules: Collection[str]
) -> Failure:
    """Write one failure into a folder of its own; where that fails the report still has it."""
    try:
        place = folder and free_folder(folder, slug(outcome.scenario.profile))
        return failure_of(outcome, command, place, earlier_rules, say_evidence)
    except OSError as fault:
        warn(f"{folder} cannot be written: {fault.strerror}")
        return failure_of(outcome, command, None, earlier_rules)
