"""The world of a saved scenario, opened for curl lines and for clients that are run by hand."""

from __future__ import annotations

import os
import shlex
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import click

from contract_tests.engine.jobs import LOOK_S
from contract_tests.engine.replay import profile_named
from contract_tests.engine.scenario_run import account_environment
from contract_tests.engine.scenario_setup import plan_events, world_of
from contract_tests.records.findings import BASE_VARIABLE, REPEAT_PORT, REPEAT_WORLD, curl
from contract_tests.records.har import NotAnArchive, read_archive
from contract_tests.records.scenario import Scenario
from contract_tests.records.systems import PAZARSYNC
from contract_tests.stages.control_api import http_client
from contract_tests.stages.host import create_world, host_at
from contract_tests.stages.interruption import Interrupted
from contract_tests.stages.rulebook import read_rulebook
from contract_tests.stages.server import serving

PORT = REPEAT_PORT


def serve_scenario(path: Path, scenario: Scenario, port: int, command: Sequence[str]) -> int:
    """Open the world of a scenario, and run a command in it, else wait until somebody ends it.

    Shapes: gives the exit code of the command, 0 without one.
    Errors: ServerFailed when the port is taken, NoAnswer when the emulator does not know the world.
    """
    with opened_world(scenario, port) as environment:
        if command:
            return subprocess.run(command, env={**os.environ, **environment}, check=False).returncode
        for line in lines_for(path, scenario, environment):
            click.echo(line)
        with suppress(Interrupted):
            while True:  # a signal that another thread was given is handled when this one wakes
                time.sleep(LOOK_S)
    return 0


@contextmanager
def opened_world(scenario: Scenario, port: int) -> Iterator[Mapping[str, str]]:
    """Have the world of a scenario on a port, with the faults of its first run planned in it.

    Shapes: gives the environment of a client.
    """
    with serving("--world", "empty", "--port", str(port)) as address:
        host = host_at(address)
        body = {"name": REPEAT_WORLD, "limits": scenario.limits, **world_of(scenario)}
        row = create_world(host, body)
        stage = host.stage_at(row, None)
        account = stage.account(scenario.edition, scenario.storefront)
        base = f"{address}{row['path']}"
        system = profile_named(scenario.profile).system
        # Fetched before any fault is planned, which it would meet.
        token = access_token(base) if system == PAZARSYNC.name else {}
        plan_events(stage, account, scenario, 1)
        yield {**account_environment(stage, account, system), **token, BASE_VARIABLE: base}


def access_token(base: str) -> Mapping[str, str]:
    """Fetch what the curl lines of a PazarSync client send."""
    name, secret = PAZARSYNC.demo_credentials
    body = {"grant_type": "client_credentials", "client_id": name, "client_secret": secret}
    answer = http_client(base)("POST", PAZARSYNC.paths[0], body)
    return {"PAZARSYNC_TOKEN": answer["access_token"]}


def lines_for(path: Path, scenario: Scenario, environment: Mapping[str, str]) -> Iterator[str]:
    """Say where the world is, what a client needs there, and which requests were saved."""
    base = environment[BASE_VARIABLE]
    yield f"# The world of {scenario.profile}, {scenario.name}, is at {base} until Ctrl-C."
    yield from (f"export {name}={shlex.quote(value)}" for name, value in sorted(environment.items()))
    archive = path.with_name("traffic.har")
    if not archive.exists():
        return
    yield "# The requests of the saved run:"
    with archive.open("rb") as file:
        try:
            history = read_archive(file, read_rulebook(host_at(base.rpartition("/w/")[0]).control))
        except NotAnArchive as fault:
            click.echo(str(fault), err=True)
            return
    for one in history.exchanges:
        yield f"{curl(one, base)}  # {one.status or 'no answer'}"
