"""The report for a CI summary or a pull request: GitHub's Markdown."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator

from contract_tests.records import story
from contract_tests.records.findings import Finding, WaivedFinding
from contract_tests.records.printable import printable
from contract_tests.records.rulebook import Rule
from contract_tests.records.story import Failure
from contract_tests.reports.evidence import say_evidence, say_output, say_timeline
from contract_tests.reports.groups import Group, failures_without_findings, groups_of, sentence
from contract_tests.reports.language import say
from contract_tests.reports.sources import CONFIDENCE, address
from contract_tests.reports.verdicts import HEADLINES, MANY_LINES, Section, State, state_of

MARKS = {State.PASS: "✅", State.FAIL: "❌", State.INTERRUPTION: "⏹️", State.GAP: "⚠️"}
COLUMNS = ("Checked", "Verdict", "MUST", "SHOULD", "Waived", "Rules exercised", "Never met")
# What would begin emphasis, a link, code or a table cell; and what begins a block at the start of a line.
SPECIAL = re.compile(r"([\\`*_{}\[\]|~])")
BEGINS_A_BLOCK = re.compile(r"^([-+=#]|\d+(?=[.)]))")


def markdown_report(sections: Iterable[Section]) -> bytes:
    """Write every section as GitHub-flavoured Markdown."""
    return printable("\n".join(_lines(list(sections))).strip() + "\n").encode()


def plain(text: str) -> str:
    """Write text so that it shows as it is: one line, nothing in it is markup."""
    flat = " ".join(text.split())
    return BEGINS_A_BLOCK.sub(_escape_start, SPECIAL.sub(r"\\\1", html.escape(flat, quote=False)))


def _escape_start(start: re.Match[str]) -> str:
    return f"{start[0]}\\" if start[0].isdigit() else f"\\{start[0]}"


def code_block(text: str, language: str = "") -> str:
    """Write text as a code block, whatever backticks it holds."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def _lines(sections: list[Section]) -> Iterator[str]:
    state = state_of(sections)
    yield f"## {MARKS[state]} {say(HEADLINES[state])}: {plain(sentence(sections))}\n"
    yield f"| {' | '.join(map(say, COLUMNS))} |"
    yield "|---|---|--:|--:|--:|--:|--:|"
    yield from map(_row, sections)
    yield ""
    for section in sections:
        yield from _section(section)


def _row(section: Section) -> str:
    verdict = section.verdict
    groups = groups_of(section)
    musts = sum(group.blocking for group in groups)
    cells = (
        plain(say_evidence(section.title)),
        f"{MARKS[section.state]} {say(section.state)}",
        musts,
        len(groups) - musts,
        len(verdict.waived_findings),
        len(verdict.counts),
        len(verdict.unexercised_ids),
    )
    return f"| {' | '.join(map(str, cells))} |"


def _section(section: Section) -> Iterator[str]:
    yield f"### {plain(say_evidence(section.title))}\n"
    runs = "\n".join(f"- {plain(say_evidence(line))}" for line in section.lines)
    if len(section.lines) > MANY_LINES:
        yield from _details(say("What was run, in {count} lines", count=len(section.lines)), runs)
    else:
        yield f"{runs}\n"
    if section.warning:
        yield f"{MARKS[State.GAP]} {plain(say_evidence(section.warning))}\n"
    for group in groups_of(section):
        yield from _group(group)
    for failure in failures_without_findings(section):
        yield from _failure(failure)
    if section.verdict.waived_findings:
        yield f"#### {say('Waived')}\n"
        yield from map(_waiver_line, section.verdict.waived_findings)
        yield ""
    if section.client_output:
        yield from _details(say("What the client printed"), code_block(say_output(section.client_output)))
    yield from _coverage(section)


def _group(group: Group) -> Iterator[str]:
    rule = group.rule
    mark = "🔴" if group.blocking else "🟡"
    times = f" {say('({count} times)', count=group.count)}" if group.count > 1 else ""
    yield f"#### {mark} {rule.level} {rule.id}{times}\n"
    yield f"{plain(say(rule.sentence))}  \n{_source(rule)}\n"
    if rule.advice:
        yield f"**{say('What to do:')}** {plain(say(rule.advice))}\n"
    for finding in group.findings:
        yield from _finding(finding)
    for failure in group.failures:
        yield from _failure(failure)
    if group.beside and not group.failures:
        names = ", ".join(one.rules[0] for one in group.beside)
        yield say("Its timeline stands with {rules}.", rules=names) + "\n"


def _source(rule: Rule) -> str:
    page, confidence = address(rule.source), say(CONFIDENCE[rule.source.confidence])
    name = plain(rule.source.page or say("no page"))
    link = f"[{name}]({page})" if page else name
    note = f". {plain(rule.source.note)}" if rule.source.note else ""
    return f"{say('Source:')} {link} ({confidence}){note}"


def _finding(finding: Finding) -> Iterator[str]:
    where = ", ".join(word for word in (finding.operation, finding.scenario) if word)
    evidence = plain(say_evidence(finding.evidence))
    yield f"- **{plain(say_evidence(where))}**: {evidence}" if where else f"- {evidence}"
    if finding.repeat:
        yield f"\n{code_block(finding.repeat, 'sh')}"
    yield ""


def _failure(failure: Failure) -> Iterator[str]:
    scenario = failure.scenario
    lines = [
        f"{say('scenario')}: {say_evidence(story.setting(scenario))}",
        *map(say_evidence, story.events(scenario)),
        "",
        *story.lines(say_timeline(failure.timeline), say_evidence),
    ]
    size, sentence = say_evidence(story.size(scenario)), say_evidence(failure.sentence)
    title = say("Smallest failing scenario, {size}: {sentence}", size=size, sentence=sentence)
    more = "" if failure.folder is None else f"\n\n{say('Artefacts:')} {plain(str(failure.folder))}"
    commands = "\n".join(filter(None, (failure.repeat, failure.serve)))
    again = f"\n\n{code_block(commands, 'sh')}" if commands else ""
    yield from _details(title, code_block("\n".join(lines), "text") + more + again)


def _waiver_line(waiver: WaivedFinding) -> str:
    finding = waiver.finding
    where = f" {plain(finding.operation)}" if finding.operation else ""
    until = f"{say('until {day}', day=plain(waiver.expires))}, {plain(waiver.reason)}"
    evidence = plain(say_evidence(finding.evidence))
    return f"- {finding.rule.level} {finding.rule.id}{where}: {evidence} - {until}"


def _coverage(section: Section) -> Iterator[str]:
    counts_by_rule, never = section.verdict.counts, section.verdict.unexercised_ids
    counts = ", ".join(f"{rule_id} ({count})" for rule_id, count in sorted(counts_by_rule.items()))
    met = say("Exercised, with the number of occasions: {counts}", counts=counts or say("none"))
    rest = say("Never met: {rules}", rules=", ".join(never) or say("none"))
    gaps = [
        say("Not judgeable: {rules}: {reason}", rules=", ".join(ids), reason=say_evidence(why))
        for why, ids in section.verdict.ids_by_gap.items()
    ]
    title = say("Rules: {met} exercised, {unmet} never met", met=len(counts_by_rule), unmet=len(never))
    yield from _details(title, "\n\n".join([met, rest, *gaps]))


def _details(title: str, body: str) -> Iterator[str]:
    summary = html.escape(" ".join(title.split()), quote=False)
    yield f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>\n"
