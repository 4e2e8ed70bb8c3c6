"""The report for people: verdicts, findings with law, source and the line that repeats them, coverage."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape

from contract_tests.findings import Finding, Verdict
from contract_tests.reports.verdicts import Section, clean

CONFIDENCE = {"D": "documented", "C": "seen by a client", "I": "inferred"}
COLOURS = {"MUST": "bold red", "SHOULD": "yellow"}


def show(console: Console, sections: Iterable[Section]) -> None:
    """Print every section and the verdict of all."""
    every = list(sections)
    for section in every:
        _section(console, section)
    passed = clean(every)
    grave = sum(finding.grave for section in every for finding in section.verdict.findings)
    console.print("[bold green]PASSED[/]" if passed else f"[bold red]FAILED[/] {grave} broken MUST rules")


def _section(console: Console, section: Section) -> None:
    mark = "[green]clean[/]" if section.verdict.clean else "[red]broken[/]"
    console.print(f"[bold]{escape(section.title)}[/] {mark}")
    for line in section.lines:
        console.print(f"  {escape(line)}", soft_wrap=True, highlight=False)
    for finding in section.verdict.findings:
        _finding(console, finding)
    if section.printed:
        console.print("  The client printed:", style="dim")
        for line in section.printed.splitlines():
            console.print(f"    {escape(line)}", soft_wrap=True, highlight=False)
    _coverage(console, section.verdict)
    console.print()


def _finding(console: Console, finding: Finding) -> None:
    rule = finding.rule
    times = f" ({finding.count} times)" if finding.count > 1 else ""
    where = ", ".join(word for word in (finding.operation, finding.scenario) if word)
    console.print()
    console.print(
        f"  [{COLOURS[rule.level]}]{rule.level} {rule.id}[/] {escape(where)}{times}", highlight=False
    )
    rows = [
        ("law", rule.law),
        ("seen", finding.seen),
        ("source", f"{rule.source.page or 'no page'} ({CONFIDENCE[rule.source.confidence]})"),
        *[("request", request) for request in finding.requests[:2]],
        ("repeat", finding.repeat),
    ]
    for name, text in rows:
        if text:
            console.print(f"    [dim]{name:<8}[/]{escape(text)}", soft_wrap=True, highlight=False)


def _coverage(console: Console, verdict: Verdict) -> None:
    exercised, never = sorted(verdict.exercised), verdict.never
    console.print()
    console.print(f"  [dim]Rules exercised ({len(exercised)}): {' '.join(exercised)}[/]", highlight=False)
    console.print(f"  [dim]Rules never met ({len(never)}): {' '.join(never) or 'none'}[/]", highlight=False)
