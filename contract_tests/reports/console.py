"""The report for people: verdicts, each broken rule once with all that shows it, coverage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console

from contract_tests.records import story
from contract_tests.records.findings import Finding, Verdict, WaivedFinding
from contract_tests.records.rulebook import Rule
from contract_tests.records.scenario import Moment
from contract_tests.records.story import Failure
from contract_tests.reports import sources
from contract_tests.reports.evidence import say_evidence, say_output, say_timeline
from contract_tests.reports.groups import Group, failures_without_findings, groups_of, sentence
from contract_tests.reports.language import say, upper_case
from contract_tests.reports.rows import Row, escape, print_rows, wrap_text
from contract_tests.reports.verdicts import HEADLINES, Section, State, state_of

COLOURS = {"MUST": "bold red", "SHOULD": "yellow"}
STATE_COLOURS = {
    State.PASS: "green",
    State.FAIL: "red",
    State.INTERRUPTION: "yellow",
    State.GAP: "yellow",
}
TIMELINE_LINES, LINES_BEFORE, LINES_AFTER, REQUESTS = 8, 2, 2, 2
# More rules than these are counted by their letters.
MOST_IDS = 60
# These are there to be copied or clicked, so no line break may go into them.
UNBROKEN = frozenset({"repeat", "replay", "world", "source", "request", "artefacts"})


def show(console: Console, sections: Iterable[Section]) -> None:
    """Print every section and the verdict of all."""
    every = list(sections)
    for section in every:
        _section(console, section)
    state = state_of(every)
    word = f"[bold {STATE_COLOURS[state]}]{upper_case(say(HEADLINES[state]))}[/]"
    console.print(f"{word} {escape(sentence(every))}", highlight=False)


def _section(console: Console, section: Section) -> None:
    mark = f"[{STATE_COLOURS[section.state]}]{say(section.state)}[/]"
    console.print(f"[bold]{escape(say_evidence(section.title))}[/] {mark}", highlight=False)
    for line in section.lines:
        console.print(f"  {escape(say_evidence(line))}", soft_wrap=True, highlight=False)
    if section.warning:
        console.print(
            f"  [yellow]{escape(say_evidence(section.warning))}[/]", soft_wrap=True, highlight=False
        )
    for group in groups_of(section):
        _group(console, group)
    for failure in failures_without_findings(section):
        console.print()
        _rows(console, _failure(failure))
    for waiver in section.verdict.waived_findings:
        _print_waiver(console, waiver)
    if section.client_output:
        console.print(f"\n  {say('The client printed:')}", style="dim")
        for line in say_output(section.client_output).splitlines():
            console.print(f"    {escape(line)}", soft_wrap=True, highlight=False)
    _coverage(console, section.verdict)
    console.print()


def _group(console: Console, group: Group) -> None:
    rule = group.rule
    times = f" {say('({count} times)', count=group.count)}" if group.count > 1 else ""
    console.print(f"\n  [{COLOURS[rule.level]}]{rule.level} {rule.id}[/]{times}", highlight=False)
    _rows(console, _rule_rows(rule))
    for finding in group.findings:
        _rows(console, _finding(finding))
    for failure in group.failures:
        _rows(console, _failure(failure))
    names = ", ".join(dict.fromkeys(failure.rules[0] for failure in group.beside))
    _rows(console, [("timeline", say("with {rules}", rules=names))] if names and not group.failures else [])


def _rule_rows(rule: Rule) -> list[Row]:
    return [
        ("law", say(rule.sentence)),
        ("do", say(rule.advice)),
        ("source", sources.describe_source(rule.source)),
    ]


def _finding(finding: Finding) -> Iterator[Row]:
    where = ", ".join(word for word in (finding.operation, finding.scenario) if word)
    evidence = say_evidence(finding.evidence)
    yield "seen", f"{say_evidence(where)}: {evidence}" if where else evidence
    for request in finding.requests[:REQUESTS]:
        yield "request", say_evidence(request)
    yield "repeat", finding.repeat


def _failure(failure: Failure) -> Iterator[Row]:
    scenario = failure.scenario
    yield (
        "smallest",
        say_evidence(f"{scenario.name}: {story.size(scenario)}; breaks {' '.join(failure.rules)}"),
    )
    for line in _short(say_timeline(failure.timeline)):
        yield "", line
    yield "artefacts", str(failure.folder or "")
    yield "replay", failure.repeat
    yield "world", failure.serve


def _short(timeline: tuple[Moment, ...]) -> Iterator[str]:
    """Give the lines around the most important one; the verdict is printed above already."""
    lines = list(story.lines((one for one in timeline if one.what != "verdict"), say_evidence))
    end = min(len(lines), max(_end(lines), TIMELINE_LINES))
    start = max(0, end - TIMELINE_LINES)
    yield from _left_out(start, "... {count} line before", "... {count} lines before")
    yield from lines[start:end]
    yield from _left_out(len(lines) - end, "... {count} line after", "... {count} lines after")


def _left_out(number: int, one: str, many: str) -> list[str]:
    return [f"  {say(one if number == 1 else many, count=number)}"] if number > 0 else []


def _end(lines: list[str]) -> int:
    """Choose where to stop: soon after what a finding points at last, else after what the last event did."""
    marked_places = [at for at, line in enumerate(lines) if line.startswith(">")]
    event_places = [at for at, line in enumerate(lines) if story.is_event(line, say_evidence)]
    if marked_places:
        return marked_places[-1] + 1 + LINES_AFTER
    return event_places[-1] - LINES_BEFORE + TIMELINE_LINES if event_places else len(lines)


def _print_waiver(console: Console, waiver: WaivedFinding) -> None:
    finding = waiver.finding
    heading = f"[dim]{say('waived')}[/] {finding.rule.level} {finding.rule.id}"
    until = escape(say("until {day}", day=waiver.expires))
    console.print(f"\n  {heading} {until}", highlight=False)
    _rows(console, [("reason", waiver.reason), ("seen", say_evidence(finding.evidence))])


def _rows(console: Console, rows: Iterable[Row]) -> None:
    print_rows(console, rows, indent=4, names=9, whole=UNBROKEN, hang=story.TEXT_AT, label=say)


def _coverage(console: Console, verdict: Verdict) -> None:
    exercised_ids, never = sorted(verdict.counts), verdict.unexercised_ids
    console.print()
    for text in (
        say("Rules exercised ({count}): {rules}", count=len(exercised_ids), rules=_ids(exercised_ids)),
        say("Rules never met ({count}): {rules}", count=len(never), rules=_ids(never)),
        *(
            say("Not judgeable: {rules}: {reason}", rules=", ".join(ids), reason=say_evidence(why))
            for why, ids in verdict.ids_by_gap.items()
        ),
    ):
        for line in wrap_text(console, text, 2):
            console.print(f"  [dim]{escape(line)}[/]", soft_wrap=True, highlight=False)


def _ids(rule_ids: Sequence[str]) -> str:
    """Name rules; where there are too many to be read, say how many there are of each three letters."""
    if len(rule_ids) <= MOST_IDS:
        return " ".join(rule_ids) or say("none")
    counts = Counter(rule_id.rpartition("-")[0] for rule_id in rule_ids)
    return ", ".join(f"{letters} {count}" for letters, count in counts.items())
