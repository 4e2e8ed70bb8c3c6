"""The kit's verbs that need no integration: lint and rules; and what all of its verbs share."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console

from contract_tests.cli.exit_codes import CLEAN, FINDINGS, ends_with_a_code
from contract_tests.judge.verdict import judge_traffic
from contract_tests.records.findings import Verdict
from contract_tests.records.har import history_of, read_archive
from contract_tests.reports.console import show
from contract_tests.reports.html import html_report
from contract_tests.reports.json import json_report
from contract_tests.reports.junit import junit_report
from contract_tests.reports.markdown import markdown_report
from contract_tests.reports.rulebook import as_rows, print_rule, print_rules
from contract_tests.reports.sarif import sarif_report
from contract_tests.reports.verdicts import Section, clean, section_of_traffic
from contract_tests.stages.control_api import http_client
from contract_tests.stages.rulebook import installed_rulebook, read_rulebook

WRITERS = {
    "json": json_report,
    "junit": junit_report,
    "sarif": sarif_report,
    "html": html_report,
    "markdown": markdown_report,
}


def option(name: str, **kwargs: Any) -> Callable[[Any], Any]:
    """Declare an option that TRENDYOL_EMULATOR_NAME sets as well."""
    variable = "TRENDYOL_EMULATOR_" + name.partition("/")[0].lstrip("-").replace("-", "_").upper()
    return click.option(name, envvar=variable, show_envvar=True, **kwargs)


class Report(click.ParamType[tuple[str, Path]]):
    """FORMAT=PATH, the format one of those the kit writes."""

    name = "FORMAT=PATH"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Split the two; an unknown format is a usage error."""
        kind, _, path = str(value).partition("=")
        if kind not in WRITERS or not path:
            self.fail(f"{value!r} is not FORMAT=PATH with FORMAT one of {', '.join(WRITERS)}", param, ctx)
        return kind, Path(path)


REPORT = option(
    "--report", multiple=True, type=Report(), help=f"Also write {'|'.join(WRITERS)}=PATH; may be repeated."
)
FORMAT = option("--format", default="text", type=click.Choice(["text", "json"]), help="What to print.")
EDITION = option("--edition", type=click.Choice(["int", "tr"]), help="International or Turkish.")


@click.command(epilog="Example: trendyol-emulator lint traffic.har --edition tr --report junit=lint.xml")
@click.argument("traffic", metavar="FILE.har|URL")
@EDITION
@option("--level", default="SHOULD", type=click.Choice(["MUST", "SHOULD"]), help="MUST leaves advice out.")
@REPORT
@FORMAT
@ends_with_a_code
def lint(traffic: str, edition: str | None, level: str, report: Any, format: str) -> None:
    """Judge recorded traffic: a HAR file of any tool, or the journal of a running emulator (its URL)."""
    if traffic.startswith(("http://", "https://")):
        ask = http_client(traffic)
        law = read_rulebook(ask)
        history = history_of(ask("GET", "/_emulator/requests?format=har")["log"]["entries"], law, edition)
    else:
        text = Path(traffic).read_bytes()
        law = installed_rulebook()
        history = read_archive(text, law, edition)
    verdict = at_level(judge_traffic(history, law), level)
    deliver([section_of_traffic(traffic, history, verdict)], report, format)


def at_level(verdict: Verdict, level: str) -> Verdict:
    """Leave the advice out where only MUST is to be judged."""
    findings = (finding for finding in verdict.findings if finding.blocking or level == "SHOULD")
    return replace(verdict, findings=tuple(findings))


def deliver(
    sections: Sequence[Section], reports: Sequence[tuple[str, Path]], form: str, code: int | None = None
) -> NoReturn:
    """Write the reports, print one, and end with the code of the verdict, or with another one."""
    for kind, path in reports:
        path.write_bytes(WRITERS[kind](sections))
    if form == "json":
        click.echo(json_report(sections), nl=False)
    else:
        show(Console(soft_wrap=not sys.stdout.isatty()), sections)
    verdict = CLEAN if clean(sections) else FINDINGS
    sys.exit(verdict if code is None else code)


@click.group()
def rules() -> None:
    """Every law for integrations, with its source and confidence."""


@rules.command("list", epilog="Example: trendyol-emulator rules list --format json")
@FORMAT
@ends_with_a_code
def list_rules(format: str) -> None:
    """List every rule."""
    if format == "json":
        click.echo(as_rows(installed_rulebook().rules), nl=False)
    else:
        print_rules(Console(), installed_rulebook().rules)


@rules.command("show", epilog="Example: trendyol-emulator rules show TY-CAT-005")
@click.argument("rule_id", metavar="ID")
@ends_with_a_code
def show_rule(rule_id: str) -> None:
    """Show one rule: its law, where it holds, its judge and its source."""
    rules = [rule for rule in installed_rulebook().rules if rule.id == rule_id.upper()]
    if not rules:
        raise click.UsageError(f"there is no rule {rule_id}; rules list names them all")
    print_rule(Console(), rules)
