"""The main job in one go: a right client and seven with one real fault each, judged side by side."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from contract_tests.cli.demo_cases import BEYOND_PAGES, DEMO_CASES, DemoCase, Result, summary
from contract_tests.cli.exit_codes import CLEAN, FINDINGS, ends_with_a_code
from contract_tests.clients.client import export
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.config.integration import ConfiguredIntegration
from contract_tests.drivers.command import command_driver
from contract_tests.engine.check import check
from contract_tests.engine.replay import profile_run_of
from contract_tests.engine.scenario_run import ProfileRun
from contract_tests.judge.verdict import JUDGES
from contract_tests.profiles.every import broken_client, reference_client
from contract_tests.records.run import Driver, Run
from contract_tests.stages.host import EmulatorHost, host_at
from contract_tests.stages.server import serving

RUN_S = 120.0
# The two at the wall wait most of the time, at the documented pace; the others share the two cores.
JOBS = 5
PLAIN_WIDTH = 110
NEXT = (
    ("trendyol-emulator serve", "the same stage for your own client: sellers, keys, documents"),
    ("trendyol-emulator check --profile finance -- CMD", "judge the integration that CMD runs"),
    ("trendyol-emulator rules list", "every rule, with its source and confidence"),
    (
        "python -m contract_tests.clients.reference",
        "the right client; broken and odd are beside it",
    ),
)


@click.command(epilog="Example: trendyol-emulator demo")
@ends_with_a_code
def demo() -> None:
    """Judge the reference client and seven broken ones, side by side, in about half a minute."""
    console = Console(width=None if sys.stdout.isatty() else PLAIN_WIDTH)
    with serving() as url:
        console.print(f"Serving worlds at {url}, limits on\n", highlight=False)
        results = judge(url, DEMO_CASES)
    show(console, results)
    click.echo(summary(results))
    sys.exit(CLEAN if all(result.as_expected for result in results) else FINDINGS)


def judge(url: str, cases: Sequence[DemoCase]) -> list[Result]:
    """Run the demo cases side by side, those that take longest first, each scenario in a world of its own.

    Errors: NoAnswer, CannotDrive, UnknownJudge.
    """
    host = host_at(url)
    order = sorted(range(len(cases)), key=lambda place: cases[place].scenarios != (BEYOND_PAGES,))
    with progress(sum(case.runs for case in cases)) as bar:
        profile_runs = [profile_run_with(cases[one], host, bar) for one in order]
        outcomes = check(profile_runs, jobs=JOBS)
    outcome_of = dict(zip(order, outcomes, strict=True))
    return [Result(case, outcome_of[one]) for one, case in enumerate(cases)]


def profile_run_with(case: DemoCase, host: EmulatorHost, bar: Progress) -> ProfileRun:
    """Make the profile run of a demo case; the bar moves when a run of its client ends."""
    sync = command_driver([sys.executable, *case.arguments], RUN_S)
    integration = ConfiguredIntegration(demo_driver(case, sync, bar))
    profile_run = profile_run_of(host, integration, case.profile, case.edition)
    # What a client did wrong in its traffic shows without a look at its copy.
    is_seen_in_traffic = case.caught_by is not None and JUDGES[case.caught_by].scope != "world"
    known_exports = frozenset[str]() if is_seen_in_traffic else None
    return replace(profile_run, profile=case.part, known_exports=known_exports)


def demo_driver(case: DemoCase, sync: Driver, bar: Progress) -> Driver:
    """Make the driver of one of our own clients: each sync is a process, and moves the bar.

    They keep all in CLIENT_STORE, a new file in each scenario: none needs a reset, and what they hold is read
    out of it here by their own code, which spares the start of a process.
    """
    client = (broken_client(case.client).client if case.fault else None) or reference_client(case.profile)

    def run(verb: str, environment: Mapping[str, str]) -> Run:
        match verb.split():
            case ["sync"]:
                run = sync(verb, environment)
                bar.advance(bar.task_ids[0])
                return run
            case ["export", kind]:
                with closing(LocalCopy(environment["CLIENT_STORE"])) as copy:
                    return Run(0, 0.0, rows=export(client, kind, copy))
        return Run(0, 0.0)

    return run


def progress(runs: int) -> Progress:
    """Make a bar for a terminal; elsewhere it shows nothing."""
    console = Console(stderr=True)
    columns = (TextColumn("running"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    bar = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    bar.add_task("running", total=runs)
    return bar


def show(console: Console, results: Sequence[Result]) -> None:
    """Print a line for each client, why the wrong ones were caught, and where to go from here."""
    console.print(table(results))
    for result in results:
        for title, lines in explanations(result):
            console.print(f"\n[bold]{escape(title)}[/]", highlight=False)
            for name, text in lines:
                console.print(f"  [dim]{name:<7}[/]{escape(text)}", soft_wrap=True, highlight=False)
    console.print("\n[bold]Where to look next[/]")
    width = max(len(command) for command, _ in NEXT)
    for command, what in NEXT:
        console.print(f"  [cyan]{command:<{width}}[/]  {what}", soft_wrap=True, highlight=False)
    console.print()


def table(results: Sequence[Result]) -> Table:
    """One line a client and profile."""
    lines = Table("client", "profile", "edition", "runs", "requests", "verdict", box=None, pad_edge=False)
    for result in results:
        case, recordings = result.case, [one.recording for one in result.outcome.outcomes]
        requests = sum(len(recording.history.exchanges) for recording in recordings)
        words = (case.client, case.profile, case.edition, str(case.runs), str(requests))
        lines.add_row(*words, verdict(result))
    return lines


def verdict(result: Result) -> str:
    """Write the verdict, green where it is the one expected."""
    if result.as_expected:
        return f"[green]caught by {result.reason.rule.id}[/]" if result.reason else "[green]clean[/]"
    rule_ids = dict.fromkeys(one.rule.id for one in result.outcome.verdict.findings if one.blocking)
    return f"[bold red]not expected: {' '.join(rule_ids) or 'clean'}[/]"


def explanations(result: Result) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Explain why a wrong client was caught, or what was not expected: rule, evidence, source."""
    case = result.case
    findings = [result.reason] if result.reason else result.outcome.verdict.findings
    again = f"check --profile {case.profile} --edition {case.edition}"
    for finding in findings:
        rule = finding.rule
        yield (
            f"{case.client} {case.fault or finding.operation or ''}",
            [
                ("rule", f"{rule.level} {rule.id}: {rule.sentence}"),
                ("seen", finding.evidence),
                ("do", rule.advice),
                ("source", rule.source.page or "no page"),
                ("repeat", f"trendyol-emulator {again} -- python {' '.join(case.arguments)}"),
            ],
        )
