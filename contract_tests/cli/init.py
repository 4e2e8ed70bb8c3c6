"""The verbs for the first hour: init writes a starter, schema prints what files and rows are held to."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from contract_tests.cli.exit_codes import ends_with_a_code
from contract_tests.cli.options import option
from contract_tests.config.file import NAME
from contract_tests.config.schema import config_schema
from contract_tests.profiles.every import PROFILES
from contract_tests.records.scenario import schema as published

TEST = Path("tests", "test_trendyol_contract.py")
FIRST_PROFILE = next(iter(PROFILES))

CONFIG = """\
#:schema ./trendyol-emulator.schema.json
# An editor completes this file once that schema is there:
#   trendyol-emulator schema config > trendyol-emulator.schema.json

profiles = {profiles}

{integration}

# [profile.{first}]
# storefront = "RO"          # the seller's first unless given; TR means the Turkish edition
# span_days = 30             # how far the integration looks back
# level = "L1"               # L0 its traffic, L1 what it was sent, L2 what it exports, L3 what it did

# [search]
# examples = 200             # random scenarios a profile, after the directed ones
# seconds = 60

# [report]
# junit = "reports/trendyol.xml"
# html = "reports/trendyol.html"

# [[waive]]
# rule = "TY-PLT-001"
# reason = "why, in words for whoever reads the report"
# expires = 2027-01-31
"""
INTEGRATION = """\
[integration]
command = {command}   # run as COMMAND sync, COMMAND export KIND, COMMAND reset
# timeout_seconds = 180"""
INTEGRATION_CHOICES = """\
# One of the three:
# [integration]
# command = "python -m my_shop"        # run as COMMAND sync, COMMAND export KIND, COMMAND reset
# url = "http://127.0.0.1:9000"        # POST /sync, /export/KIND, /reset
# python = "my_shop.sync:MyShop"       # an object with sync(stage), export(kind), reset()"""

CONTRACT = '''\
"""The integration, judged against generated worlds of the marketplace."""

from contract_tests import IntegrationContract


class TestIntegration(IntegrationContract):
    profiles = {profiles}

    def sync(self, stage):
        """Do one synchronisation; an exception or False says that something went wrong."""
        raise NotImplementedError("run your integration with stage.base_url, .seller, .key, .secret")

    def export(self, kind):
        """Give the rows that the integration holds, as dictionaries; none of a kind it does not know."""
        return []

    def reset(self):
        """Forget everything."""
'''


class CommandLine(click.ParamType[str]):
    """A command line as a shell would take it; empty for none."""

    name = "command"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Refuse what cannot be split into words."""
        try:
            shlex.split(value)
        except ValueError as fault:
            self.fail(f"{value!r} is no command line: {fault}", param, ctx)
        return value


class ProfileNames(click.ParamType[list[str]]):
    """Names of profiles with commas between them."""

    name = "profiles"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Refuse a name that no profile has."""
        names = [name.strip() for name in value.split(",") if name.strip()]
        unknown = [name for name in names if name not in PROFILES]
        if unknown or not names:
            self.fail(
                f"{', '.join(unknown) or 'nothing'}: known are {', '.join(sorted(PROFILES))}", param, ctx
            )
        return names


@click.command(epilog="Example: trendyol-emulator init --command 'python my_client.py' --profile finance")
@option("--command", type=CommandLine(), help="What runs the integration.")
@option("--profile", multiple=True, type=click.Choice(sorted(PROFILES)), help="What it can do.")
@option("--test", is_flag=True, help="Also write a pytest for an integration in Python.")
@option("--force", is_flag=True, help="Overwrite what is there.")
@ends_with_a_code
def init(*, command: str | None, profile: Sequence[str], test: bool, force: bool) -> None:
    """Write a starter trendyol-emulator.toml here; on a terminal it asks for what no option says."""
    paths = [Path(NAME), *([TEST] if test else [])]
    there = [str(path) for path in paths if path.exists()]
    if there and not force:
        raise click.UsageError(f"{' and '.join(there)} exists already: --force overwrites")
    if command is None and asking():
        command = click.prompt("Command that runs the integration", "", type=CommandLine())
    if not profile and asking():
        question = f"Profiles, of {', '.join(sorted(PROFILES))}"
        profile = click.prompt(question, FIRST_PROFILE, type=ProfileNames())
    for path, text in zip(paths, starters(command or "", profile or [FIRST_PROFILE]), strict=False):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        click.echo(f"Wrote {path}")
    click.echo(next_step(command or "", test=test))


def asking() -> bool:
    """Tell whether somebody is there to answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def starters(command: str, profiles: Sequence[str]) -> tuple[str, str]:
    """Write the starter of the configuration and that of the test."""
    names = json.dumps(list(profiles))
    integration = INTEGRATION.format(command=_toml_string(command)) if command else INTEGRATION_CHOICES
    config = CONFIG.format(profiles=names, integration=integration, first=profiles[0])
    return config, CONTRACT.format(profiles=names)


def _toml_string(text: str) -> str:
    """Write text as a TOML string, without escapes where it can."""
    return json.dumps(text, ensure_ascii=False) if "'" in text or not text.isprintable() else f"'{text}'"


def next_step(command: str, *, test: bool) -> str:
    """Say what to do now."""
    if command:
        return "Next: trendyol-emulator check"
    if test:
        return f"Next: call your integration in {TEST}, then pytest {TEST}"
    return f"Next: say in {NAME} how the integration is run, then trendyol-emulator check"


@click.command(epilog="Example: trendyol-emulator schema config > trendyol-emulator.schema.json")
@click.argument("name", required=False)
@ends_with_a_code
def schema(name: str | None) -> None:
    """Print a published JSON Schema, or list their names."""
    names = sorted(
        path.name.removesuffix(".json")
        for path in files("contract_tests").joinpath("records/schemas").iterdir()
    )
    if name is None:
        click.echo("\n".join(names))
    elif name in names:
        document = config_schema() if name == "config" else published(name)
        click.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        raise click.UsageError(f"there is no schema {name}; known: {', '.join(names)}")
