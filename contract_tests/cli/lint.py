"""The verbs that need no integration: lint and rules."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from contract_tests.cli.exit_codes import ends_with_a_code
from contract_tests.cli.inputs import SCHEMES, Address, open_recording
from contract_tests.cli.options import (
    ALLOW_EMPTY,
    CONTROL_TOKEN,
    EDITION,
    FORMAT,
    LANGUAGE,
    REPORT,
    deliver,
    option,
    with_empty_allowed,
)
from contract_tests.cli.readiness import check_report_places
from contract_tests.judge.verdict import judge_traffic
from contract_tests.profiles.every import PROFILES
from contract_tests.records.findings import Verdict
from contract_tests.records.har import history_of, read_archive
from contract_tests.reports.rulebook import as_rows, print_refusal, print_rule, print_rules, profiles_of
from contract_tests.reports.verdicts import section_of_traffic
from contract_tests.stages.control_api import http_client
from contract_tests.stages.rulebook import installed_refusal, installed_rulebook, read_rulebook


@click.command(epilog="Example: trendyol-emulator lint traffic.har --edition tr --report junit=lint.xml")
@click.argument("traffic", metavar="FILE.har|URL")
@EDITION
@option("--level", default="SHOULD", type=click.Choice(["MUST", "SHOULD"]), help="MUST leaves advice out.")
@ALLOW_EMPTY
@CONTROL_TOKEN
@REPORT
@FORMAT
@LANGUAGE
@ends_with_a_code
def lint(traffic: str, edition: str | None, level: str, report: Any, format: str, **options: Any) -> None:
    """Judge recorded traffic: a HAR file of any tool, or the journal of a running emulator (its URL)."""
    check_report_places(path for _, path in report)
    if traffic.startswith(SCHEMES):
        Address().convert(traffic, None, click.get_current_context())
        ask = http_client(traffic, options["control_token"])
        rulebook = read_rulebook(ask)
        history = history_of(
            ask("GET", "/_emulator/requests?format=har")["log"]["entries"], rulebook, edition
        )
    else:
        rulebook = installed_rulebook()
        with open_recording(Path(traffic)) as file:
            history = read_archive(file, rulebook, edition)
    verdict = at_level(judge_traffic(history, rulebook), level)
    parts = [section_of_traffic(traffic, history, verdict)]
    deliver(with_empty_allowed(parts) if options["allow_empty"] else parts, report, format)


def at_level(verdict: Verdict, level: str) -> Verdict:
    """Leave the advice out where only MUST is to be judged."""
    findings = (finding for finding in verdict.findings if finding.blocking or level == "SHOULD")
    return replace(verdict, findings=tuple(findings))


class RulesGroup(click.Group):
    """The verbs of rules."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the verbs there are to somebody who asks for another one."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as fault:
            verbs = ", ".join(self.list_commands(ctx))
            raise click.UsageError(f"{fault.format_message()} The verbs are: {verbs}.", ctx) from fault


@click.group(cls=RulesGroup)
def rules() -> None:
    """Every rule for integrations, with its source and confidence."""


@rules.command("list", epilog="Example: trendyol-emulator rules list --format json")
@option("--profile", type=click.Choice(sorted(PROFILES)), help="Only those that a profile can meet.")
@option("--level", type=click.Choice(["MUST", "SHOULD"]), help="Only those of one level.")
@FORMAT
@LANGUAGE
@ends_with_a_code
def list_rules(profile: str | None, level: str | None, format: str) -> None:
    """List every rule, or those of a profile or level."""
    rules = [
        rule
        for rule in installed_rulebook().rules
        if level in (None, rule.level) and (profile is None or profile in profiles_of(rule))
    ]
    if format == "json":
        click.echo(as_rows(rules), nl=False)
    else:
        print_rules(Console(), rules)


@rules.command("show", epilog="Example: trendyol-emulator rules show TY-CAT-005")
@click.argument("rule_id", metavar="ID")
@LANGUAGE
@ends_with_a_code
def show_rule(rule_id: str) -> None:
    """Show one rule: its sentence, where it holds, its judge and its source; or a refusal of the emulator."""
    refusal = installed_refusal(rule_id.lower())
    if refusal is not None:
        print_refusal(Console(), rule_id.lower(), refusal)
        return
    rules = [rule for rule in installed_rulebook().rules if rule.id == rule_id.upper()]
    if not rules:
        raise click.UsageError(f"there is no rule {rule_id}; rules list names them all")
    print_rule(Console(), rules)
