"""The verb that drives an integration through scenarios and judges it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from contract_tests.cli.emulator_places import emulator_place
from contract_tests.cli.exit_codes import ENVIRONMENT, ends_with_a_code, sentence_on, warn
from contract_tests.cli.failures import sections
from contract_tests.cli.inputs import Address, Seconds
from contract_tests.cli.options import (
    ALLOW_EMPTY,
    CONFIG,
    EDITION,
    deliver,
    drives_a_client,
    option,
    with_empty_allowed,
)
from contract_tests.cli.readiness import check_findings_folder, check_packages, check_report_places
from contract_tests.config.integration import ConfiguredIntegration, integration_of
from contract_tests.config.waivers import Waiver, apply_waivers, unneeded_waivers
from contract_tests.engine.check import (
    Effort,
    Plan,
    ProfileOutcome,
    examine,
    join_outcomes,
    scenarios_of,
    smallest,
    with_stop,
)
from contract_tests.engine.outcome import Outcome
from contract_tests.engine.replay import profile_run_of
from contract_tests.engine.scenario_run import ProfileRun
from contract_tests.engine.shrink import SHRINK_SHARE
from contract_tests.judge.verdict import LEVELS
from contract_tests.profiles.every import PROFILES
from contract_tests.records.findings import Verdict
from contract_tests.records.run import CannotDrive
from contract_tests.reports.evidence import say_evidence
from contract_tests.reports.language import current_language, say, speaking
from contract_tests.reports.progress import progress
from contract_tests.reports.verdicts import (
    Section,
    describe_outcome,
    state_of_outcome,
)
from contract_tests.stages.control_api import NoAnswer
from contract_tests.stages.host import START_MS, EmulatorHost
from contract_tests.stages.interruption import Interrupted

# Who listens has a verb more than others, and is named.
MARKETPLACE = [name for name, one in sorted(PROFILES.items()) if not one.edition and not one.listens]
# How much is drawn unless somebody says: a command costs its start each time, a call next to nothing.
EXAMPLES, EXAMPLES_IN_PROCESS = 6, 100
SECONDS, SECONDS_IN_PROCESS = 30.0, 60.0
# Most of a scenario is waiting, also on two cores. The five troubles of a quick check begin together.
JOBS, JOBS_QUICK = 6, 5
# What may happen at any moment of a check: a full disk, an emulator or a client that is gone.
BREAKS = (OSError, NoAnswer, CannotDrive)
HELP = {
    "profile": "What to check; the config's profiles, else those of the marketplace.",
    "span-days": "How far back the client looks; what the profile says when absent.",
    "provider": "Check a stage instead of a client: read only, with the TRENDYOL_ keys of the environment.",
    "level": "How far to judge, from its traffic (L0) to its effects (L3).",
    "examples": f"Scenarios to draw for a profile; {EXAMPLES}, in Python {EXAMPLES_IN_PROCESS}.",
    "seconds": f"To draw scenarios; a third of it to shrink; {SECONDS:g}, in Python {SECONDS_IN_PROCESS:g}.",
    "jobs": f"Scenarios at a time; {JOBS}, with --quick {JOBS_QUICK}.",
}


@dataclass(slots=True)
class OutcomesSoFar:
    """What has been played, for the report of a check that is interrupted."""

    profile_runs: Sequence[ProfileRun] = ()
    outcomes: dict[str, list[Outcome]] = field(default_factory=dict)

    def add(self, profile_run: ProfileRun, outcome: Outcome) -> None:
        """Add one."""
        self.outcomes.setdefault(profile_run.profile.name, []).append(outcome)

    def until_stop(self, stop: str, effort: Effort) -> list[ProfileOutcome]:
        """Give the outcome of each profile as far as it was played, with what was not."""
        return [
            replace(with_stop(join_outcomes(one, outcomes), stop, effort), smallest=smallest(outcomes))
            for one in self.profile_runs
            for outcomes in [self.outcomes.get(one.profile.name, [])]
        ]


@click.command(epilog="Example: trendyol-emulator check --profile finance -- python -m my_shop")
@CONFIG
@option("--profile", multiple=True, type=click.Choice(sorted(PROFILES)), help=HELP["profile"])
@option("--span-days", type=click.IntRange(1, 3650), help=HELP["span-days"])
@option("--world", help="Run every scenario on this world.")
@EDITION
@option("--storefront", help="Such as RO; the seller's first unless given.")
@option("--level", type=click.Choice(sorted(LEVELS)), help=HELP["level"])
@option("--examples", type=click.IntRange(0), help=HELP["examples"])
@option("--seconds", type=Seconds(0), help=HELP["seconds"])
@option(
    "--seed", default=0, show_default=True, type=click.IntRange(0), help="The number all chance comes from."
)
@option("--jobs", type=click.IntRange(1, 16), help=HELP["jobs"])
@option("--long/--no-long", default=True, help="Whether to play scenarios of more than 10,000 records.")
@option("--artifacts", default="trendyol-findings", show_default=True, help="Where failures are saved.")
@option("--quick", is_flag=True, help="Play the quiet run and the five costliest troubles; draw no scenario.")
@option("--keep-going", is_flag=True, help="Play on although the client gets nowhere in its quiet run.")
@option("--provider", type=Address(), metavar="URL", help=HELP["provider"])
@ALLOW_EMPTY
@drives_a_client
@ends_with_a_code
def check(command: Sequence[str], config: Any, report: Any, format: str, **options: Any) -> None:
    """Drive an integration through directed and drawn scenarios and judge it.

    CMD is run as CMD sync, and where it can as CMD export KIND and CMD reset. Without CMD the config says
    what to drive. With --provider a stage is checked and no client.
    """
    if options["provider"]:
        from contract_tests.cli.provider import check_provider

        check_provider(options["provider"], options["edition"], options["storefront"], report, format)
    integration = integration_of(command, config, options["timeout"])
    names = options["profile"] or integration.profiles or MARKETPLACE
    so_far = OutcomesSoFar()
    effort = effort_of(integration, options)
    begin(integration, names, report, effort, options)
    try:
        with emulator_place(integration, options) as place:
            so_far.profile_runs = profile_runs_on(place, integration, names, options)
            outcomes = examine_with_progress(so_far, effort)
    except Interrupted as signal:
        profiles = so_far.until_stop(signal.sentence, effort)
        parts = [replace(one, is_interrupted=True) for one in sections(profiles, integration, options)]
        deliver(parts or [nothing_played(names, signal)], report, format, signal.exit_code)
    except BREAKS as fault:
        if not so_far.outcomes:
            raise
        warn(sentence_on(fault))
        profiles = so_far.until_stop(f"the check broke off: {sentence_on(fault)}", effort)
        deliver(sections(profiles, integration, options), report, format, ENVIRONMENT)
    parts = sections(with_waivers(outcomes, integration.waivers), integration, options)
    deliver(with_empty_allowed(parts) if options["allow_empty"] else parts, report, format)


def begin(
    integration: ConfiguredIntegration, names: Sequence[str], report: Any, effort: Effort, options: Any
) -> None:
    """Say what will be done, once all that it needs is there.

    Errors: CannotWrite, MissingPackage.
    """
    check_packages(draws=effort.examples > 0, in_process=integration.in_process)
    check_report_places(path for _, path in report)
    check_findings_folder(Path(options["artifacts"]))
    click.echo(say("Checking {profiles}", profiles=", ".join(names)), err=True)


def nothing_played(names: Sequence[str], signal: Interrupted) -> Section:
    """Show a check that was interrupted before its first scenario."""
    return Section(
        ", ".join(names),
        (),
        Verdict(),
        is_interrupted=True,
        stop=signal.sentence,
        unplayed_scenarios=("all",),
    )


def with_waivers(outcomes: Sequence[ProfileOutcome], waivers: Sequence[Waiver]) -> list[ProfileOutcome]:
    """Take out what the integration's owner has waived, and warn of waivers that nobody needs."""
    today = date.today()
    verdicts = [apply_waivers(one.verdict, waivers, today) for one in outcomes]
    for warning in unneeded_waivers(verdicts, waivers, today):
        click.secho(say_evidence(warning), fg="yellow", err=True)
    return [replace(one, verdict=verdict) for one, verdict in zip(outcomes, verdicts, strict=True)]


def profile_runs_on(
    place: EmulatorHost, integration: ConfiguredIntegration, names: Sequence[str], options: dict[str, Any]
) -> list[ProfileRun]:
    """Make the profile runs with the options of the call."""
    words = ("edition", "storefront", "span_days", "level")
    return [
        profile_run_of(place, integration, name, **{word: options[word] for word in words}) for name in names
    ]


def examine_with_progress(so_far: OutcomesSoFar, effort: Effort) -> list[ProfileOutcome]:
    """Play everything, and show how far it has come."""
    plan, profile_runs = effort.plan, so_far.profile_runs
    totals = {one.profile.name: len(scenarios_of(one, plan)) for one in profile_runs}
    language = current_language()
    with progress(totals) as bars:

        def on_outcome(profile_run: ProfileRun, outcome: Outcome) -> None:
            so_far.add(profile_run, outcome)
            profile = profile_run.profile
            is_drawn = outcome.scenario.name not in {one.name for one in profile.scenarios}
            with speaking(language):
                line = "" if is_drawn else say_evidence(progress_line(outcome))
            bars.advance(
                profile.name,
                1 - is_drawn,
                examples=int(is_drawn),
                findings=len(outcome.blocking),
                line=line,
            )

        return examine(profile_runs, replace(effort, plan=replace(plan, on_outcome=on_outcome)))


def progress_line(outcome: Outcome) -> str:
    """Say in one line what a scenario was and showed."""
    return f"{describe_outcome(outcome)}; {state_of_outcome(outcome)}"


def effort_of(integration: ConfiguredIntegration, options: dict[str, Any]) -> Effort:
    """Decide how much is tried: what the call says, else what fits the sort of driver."""
    inside, quick = integration.in_process, options["quick"]
    examples = 0 if quick else EXAMPLES_IN_PROCESS if inside else EXAMPLES
    default_seconds = SECONDS_IN_PROCESS if inside else SECONDS
    seconds = default_seconds if options["seconds"] is None else options["seconds"]
    jobs = options["jobs"] or (JOBS_QUICK if quick else JOBS)
    plan = Plan(
        world=options["world"],
        # A command's clock is the machine's: a world that opens late would lag behind it.
        now_ms=START_MS if inside else None,
        seed=options["seed"],
        long=options["long"],
        quick=quick,
        keep_going=options["keep_going"],
    )
    return Effort(
        plan,
        jobs=1 if integration.alone else jobs,
        examples=examples if quick or options["examples"] is None else options["examples"],
        seconds=seconds,
        shrink_seconds=0.0 if quick else seconds * SHRINK_SHARE,
    )
