"""The verb that plays a saved scenario again."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from contract_tests.cli.emulator_places import emulator_place
from contract_tests.cli.exit_codes import ends_with_a_code
from contract_tests.cli.inputs import Port, read_scenario_file
from contract_tests.cli.options import (
    CONFIG,
    deliver,
    drives_a_client,
    option,
)
from contract_tests.cli.readiness import check_report_places
from contract_tests.cli.scenario_world import PORT, serve_scenario
from contract_tests.config.integration import integration_of
from contract_tests.engine.artefacts import failure_of
from contract_tests.engine.check import join_outcomes
from contract_tests.engine.outcome import outcome_of
from contract_tests.engine.replay import profile_run_for
from contract_tests.records.scenario import read_scenario
from contract_tests.reports.verdicts import section_of_profile


@click.command(epilog="Example: trendyol-emulator replay trendyol-findings/finance-1/scenario.json")
@CONFIG
@click.argument("scenario", type=click.Path(path_type=Path))
@option("--serve", is_flag=True, help="Open its world for curl and clients run by hand, or for CMD.")
@option("--port", default=PORT, show_default=True, type=Port(), help="Where --serve listens.")
@drives_a_client
@ends_with_a_code
def replay(command: Sequence[str], config: Any, report: Any, format: str, **options: Any) -> None:
    """Play a saved scenario again and judge it; the same seed, world and events, without Hypothesis.

    With --serve its world is only opened, on a fixed port, and the saved requests are printed as curl lines.
    """
    scenario = read_scenario(read_scenario_file(options["scenario"]))
    if options["serve"]:
        sys.exit(serve_scenario(options["scenario"], scenario, options["port"], command))
    check_report_places(path for _, path in report)
    integration = integration_of(command, config, options["timeout"])
    with emulator_place(integration, options) as place:
        profile_run = profile_run_for(scenario, integration, place)
        outcome = outcome_of(profile_run, scenario)
    section = section_of_profile(join_outcomes(profile_run, [outcome]))
    failures = (failure_of(outcome, integration.command),) if outcome.blocking else ()
    digest = f"traffic {outcome.recording.digest}"
    lines = (*section.lines, digest)
    deliver([replace(section, lines=lines, failures=failures, place=integration.place)], report, format)
