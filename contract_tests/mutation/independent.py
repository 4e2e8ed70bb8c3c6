"""Plays the independent right clients: whatever they are blamed for is a false alarm.

`python -m contract_tests.mutation.independent NAME ...` prints a line for each client and edition, such as
`catalog_pull/session int: clean in 24 directed and 500 drawn scenarios`, and exits 1 when one is blamed.
"""

from __future__ import annotations

import importlib
import io
import json
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import click

import contract_tests.clients
from contract_tests.config.integration import ConfiguredIntegration, integration_of
from contract_tests.engine.check import Effort, Plan, each_once, examine, play_directed
from contract_tests.engine.outcome import Outcome
from contract_tests.engine.replay import profile_run_of
from contract_tests.engine.scenario_run import ProfileRun
from contract_tests.mutation.catch import LONGEST_S, place
from contract_tests.profiles.every import PROFILES
from contract_tests.records.run import ListeningDriver, Run, Runaway
from contract_tests.records.scenario import scenario_json
from contract_tests.stages.host import START_MS
from contract_tests.virtual_time.listening import thread_listener

PACKAGE = "contract_tests.clients.independent"
FOLDER = Path(contract_tests.clients.__file__).with_name("independent")
NO_WAITING = {
    suffix: Path(__file__).with_name("no_waiting").with_suffix(suffix) for suffix in (".mjs", ".php")
}
# Where a command waits the clock of its world moves on: one client keeps five seconds between two requests.
LANGUAGES = {
    ".py": (sys.executable,),
    ".mjs": ("node", "--import", NO_WAITING[".mjs"].as_uri()),
    ".php": (
        "php",
        "-d",
        "disable_functions=sleep,usleep,time,microtime,hrtime",
        "-d",
        f"auto_prepend_file={NO_WAITING['.php']}",
    ),
}
STOREFRONTS = {"int": "RO", "tr": ""}
SEARCH_S = 3600.0
SHOWN_ALARMS = 5
COMMANDS_AT_A_TIME = 2

# With the verb ``listen`` it also gets the event that ends it.
Main = Callable[..., int]


@dataclass(frozen=True, slots=True)
class Independent:
    """One right client: a file in the folder of its profile."""

    profile: str
    file: Path

    @property
    def name(self) -> str:
        """Its folder and its file, such as catalog_pull/session."""
        return f"{self.file.parent.name}/{self.file.stem}"

    @property
    def command(self) -> tuple[str, ...]:
        """The command of a driver; the verb follows it."""
        return (*LANGUAGES[self.file.suffix], str(self.file))

    @property
    def editions(self) -> tuple[str, ...]:
        """The editions it is played in."""
        return tuple(edition for edition in STOREFRONTS if PROFILES[self.profile].edition in ("", edition))

    @property
    def runs_in_process(self) -> bool:
        """Whether it needs no process of its own."""
        return self.file.suffix == ".py"


@dataclass(frozen=True, slots=True)
class GuardResult:
    """What came of one client in one edition.

    Shapes: ``alarms`` has a text for each scenario that it was blamed in: name, rules, scenario as JSON.
    """

    name: str
    edition: str
    directed_count: int
    drawn_count: int
    alarms: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """All of it in one line, and one for each of the first alarms."""
        verdict = f"BLAMED {len(self.alarms)} times in" if self.alarms else "clean in"
        counts = f"{self.directed_count} directed and {self.drawn_count} drawn scenarios"
        return "\n  ".join((f"{self.name} {self.edition}: {verdict} {counts}", *self.alarms[:SHOWN_ALARMS]))


def independent_clients() -> tuple[Independent, ...]:
    """Every independent client, by profile and name."""
    return tuple(
        Independent(profile, file)
        for profile in PROFILES
        for file in sorted((FOLDER / profile.replace("-", "_")).glob("*"))
        if file.suffix in LANGUAGES and file.name != "__init__.py"
    )


def main_driver(main: Main) -> ListeningDriver:
    """Make the driver of a program in this process: its arguments, environment, output and exit code."""

    def drive(verb: str, environment: Mapping[str, str]) -> Run:
        began_s, output, complaints = time.monotonic(), io.StringIO(), io.StringIO()
        code: int | None
        try:
            with redirect_stdout(output), redirect_stderr(complaints):
                code = main(verb.split(), environment)
        except Runaway as runaway:
            return Run(None, time.monotonic() - began_s, str(runaway))
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except Exception as fault:  # as a process would: a traceback, and exit 1
            code, _ = 1, complaints.write(f"{type(fault).__name__}: {fault}")
        text = output.getvalue() if verb.startswith("export") else output.getvalue() + complaints.getvalue()
        return Run(code, time.monotonic() - began_s, text)

    def serve(environment: Mapping[str, str], stopping: Event) -> None:
        main(["listen"], environment, stopping)

    return ListeningDriver(drive, thread_listener(serve))


def profile_run_with(client: Independent, edition: str, *, by_command: bool = False) -> ProfileRun:
    """Make the profile run of a client: in process where it can be, else as a command."""
    if client.runs_in_process and not by_command:
        module = importlib.import_module(f"{PACKAGE}.{client.name.replace('/', '.')}")
        integration = ConfiguredIntegration(main_driver(module.main), in_process=True)
    else:
        integration = integration_of(client.command, None, LONGEST_S)
    host = place(in_process=integration.in_process)
    return profile_run_of(host, integration, client.profile, edition, STOREFRONTS[edition] or None)


def directed_outcomes(profile_run: ProfileRun, names: Sequence[str] = ()) -> Iterator[Outcome]:
    """Play the directed scenarios of those names, all without any."""
    profile = profile_run.profile.part(*names) if names else profile_run.profile
    plan = Plan(now_ms=START_MS if profile_run.host.in_virtual_time else None)
    quiet: Outcome | None = None
    for scenario in profile.scenarios:
        if profile_run.edition in scenario.worlds:
            outcome = play_directed(profile_run, scenario, plan, quiet)
            quiet = quiet or outcome
            yield outcome


def guard(client: Independent, edition: str, examples: int, seed: int = 1) -> GuardResult:
    """Play every directed scenario and so many drawn ones with a right client."""
    profile_run = profile_run_with(client, edition)
    plan = Plan(now_ms=START_MS if profile_run.host.in_virtual_time else None, seed=seed)
    jobs = 1 if client.runs_in_process else COMMANDS_AT_A_TIME
    [result] = examine([profile_run], Effort(plan, jobs, examples, SEARCH_S))
    outcomes = each_once([*result.outcomes, *result.smallest])
    alarms = [alarm_text(one) for one in outcomes if one.blocking]
    return GuardResult(client.name, edition, len(result.outcomes), result.examples, tuple(alarms))


def alarm_text(outcome: Outcome) -> str:
    """Write what a right client was blamed for."""
    reasons = "; ".join(f"{finding.rule.id} {finding.evidence}" for finding in outcome.blocking)
    return f"{reasons} {json.dumps(json.loads(scenario_json(outcome.scenario)))}"


@click.command(epilog="Example: python -m contract_tests.mutation.independent finance/node --examples 50")
@click.argument("names", nargs=-1)
@click.option("--examples", default=500, show_default=True, help="Drawn scenarios in process, each edition.")
@click.option(
    "--by-command", default=30, show_default=True, help="Drawn scenarios of a command, each edition."
)
@click.option("--jobs", default=2, show_default=True, help="Processes.")
@click.option("--seed", default=1, show_default=True, help="Where chance starts.")
def main(names: Sequence[str], examples: int, by_command: int, jobs: int, seed: int) -> None:
    """Play the independent right clients, all or those of the NAMES; blame is a false alarm."""
    clients = [one for one in independent_clients() if not names or one.name in names]
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        works = [
            pool.submit(guard, one, edition, examples if one.runs_in_process else by_command, seed)
            for one in clients
            for edition in one.editions
        ]
        results = []
        for work in works:
            results.append(work.result())
            click.echo(results[-1].line)
    sys.exit(1 if any(one.alarms for one in results) or not results else 0)


if __name__ == "__main__":
    main()
