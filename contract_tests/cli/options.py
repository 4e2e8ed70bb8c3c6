"""The options that several verbs share, and how each of them delivers its reports."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console

from contract_tests.cli.exit_codes import CLEAN, ENVIRONMENT, FINDINGS, warn
from contract_tests.cli.inputs import Address, Seconds
from contract_tests.config.file import RUN_S, NotAConfig, as_default_map, find_config, read_config
from contract_tests.reports.console import show
from contract_tests.reports.html import html_report
from contract_tests.reports.json import json_report
from contract_tests.reports.junit import junit_report
from contract_tests.reports.language import LANGUAGES, speaking
from contract_tests.reports.markdown import markdown_report
from contract_tests.reports.sarif import sarif_report
from contract_tests.reports.verdicts import Section, State, state_of

WRITERS = {
    "json": json_report,
    "junit": junit_report,
    "sarif": sarif_report,
    "html": html_report,
    "markdown": markdown_report,
}

CODES = {
    State.PASS: CLEAN,
    State.FAIL: FINDINGS,
    State.INTERRUPTION: ENVIRONMENT,
    State.GAP: ENVIRONMENT,
}


def option(name: str, **kwargs: Any) -> Callable[[Any], Any]:
    """Declare an option that TRENDYOL_EMULATOR_NAME sets as well."""
    variable = "TRENDYOL_EMULATOR_" + name.partition("/")[0].lstrip("-").replace("-", "_").upper()
    return click.option(name, envvar=variable, show_envvar=True, **kwargs)


class Report(click.ParamType[tuple[str, Path]]):
    """FORMAT=PATH, the format one of those that are written."""

    name = "FORMAT=PATH"

    def __init__(self, formats: Iterable[str]) -> None:
        self.formats = tuple(formats)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Split the two; an unknown format is a usage error."""
        kind, _, path = str(value).partition("=")
        if kind not in self.formats or not path:
            self.fail(
                f"{value!r} is not FORMAT=PATH with FORMAT one of {', '.join(self.formats)}", param, ctx
            )
        return kind, Path(path)


def report_option(formats: Iterable[str]) -> Callable[[Any], Any]:
    """Declare the option that writes reports beside what is printed."""
    names = tuple(formats)
    return option(
        "--report",
        multiple=True,
        type=Report(names),
        help=f"Also write {'|'.join(names)}=PATH; may be repeated.",
    )


REPORT = report_option(WRITERS)
FORMAT = option("--format", default="text", type=click.Choice(["text", "json"]), help="What to print.")
LANGUAGE = option(
    "--language",
    type=click.Choice(LANGUAGES),
    default=LANGUAGES[0],
    expose_value=False,
    callback=lambda context, _parameter, language: context.with_resource(speaking(language)),
    help="The language of what is printed and of html and markdown reports.",
)
EDITION = option("--edition", type=click.Choice(["int", "tr"]), help="International or Turkish.")


def config_first(context: click.Context, _parameter: click.Parameter, path: str | None) -> Any:
    """Read the config before the other options, so that it gives their defaults."""
    try:
        config = read_config(Path(path)) if path else find_config(Path())
    except NotAConfig as fault:
        raise click.UsageError(str(fault)) from fault
    if config is not None:
        context.default_map = {**(context.default_map or {}), **as_default_map(config)}
    return config


CONFIG = option(
    "--config", is_eager=True, callback=config_first, help="The config file; the one here or above if any."
)
TIMEOUT = option(
    "--timeout",
    default=RUN_S,
    show_default=True,
    type=Seconds(0, min_open=True),
    help="Seconds a command may take for a verb.",
)
CONTROL_TOKEN = option("--control-token", help="The control token of a running emulator, where it has one.")
URL = option("--url", type=Address(), help="A running emulator for commands; one is started otherwise.")
ATTACH = option(
    "--attach", is_flag=True, help="Lead a command there that names the vendor's hosts, as exec does."
)
TUNNEL = option(
    "--tunnel", multiple=True, metavar="HOST", help="With --attach: a host that may really be reached."
)
ALLOW_EMPTY = option(
    "--allow-empty", is_flag=True, help="Pass where nothing was asked or nothing can be judged."
)
COMMAND = click.argument("command", nargs=-1, type=click.UNPROCESSED, metavar="[-- CMD...]")


def drives_a_client(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Give a verb the options of those that drive a client and report on it."""
    declarations = (ATTACH, TUNNEL, URL, CONTROL_TOKEN, TIMEOUT, REPORT, FORMAT, LANGUAGE, COMMAND)
    return reduce(lambda command, declare: declare(command), reversed(declarations), verb)


def deliver(
    sections: Sequence[Section], reports: Sequence[tuple[str, Path]], form: str, code: int | None = None
) -> NoReturn:
    """Write the reports, print one, and end with the code of the verdict, or with another one."""
    unwritten = [fault for kind, path in reports if (fault := write_report(kind, path, sections))]
    if form == "json":
        click.echo(json_report(sections), nl=False)
    else:
        show(Console(soft_wrap=not sys.stdout.isatty()), sections)
    for sentence in unwritten:
        warn(sentence)
    verdict = CODES[state_of(sections)]
    sys.exit(code or verdict or (ENVIRONMENT if unwritten else CLEAN))


def write_report(kind: str, path: Path, sections: Sequence[Section]) -> str:
    """Write one report; say in one sentence why it could not be, so that the others are written."""
    try:
        path.write_bytes(WRITERS[kind](sections))
    except Exception as fault:
        reason = fault.strerror if isinstance(fault, OSError) else repr(fault)
        return f"the {kind} report was not written to {path}: {reason}"
    return ""


def with_empty_allowed(sections: Sequence[Section]) -> list[Section]:
    """Take it for enough that nothing was judged; the reports still say so."""
    return [
        replace(one, gap="", lines=(*one.lines, one.warning))
        if one.state is State.GAP and not one.stop
        else one
        for one in sections
    ]
