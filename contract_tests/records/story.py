"""The story of a failure: its smallest scenario, what happened when, and both as lines that people read."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson

from contract_tests.records.counts import count_of
from contract_tests.records.exchange_lines import describe_exchange, with_dates
from contract_tests.records.findings import Finding
from contract_tests.records.history import Exchange
from contract_tests.records.recording import Recording, Sync
from contract_tests.records.scenario import Event, Moment, Scenario, least_syncs

# Of a run of like requests so many at its beginning and its end are listed one by one.
LINES_EACH_END = 4
# Requests this near to something that matters are never folded; a shorter stretch is not worth folding.
NEAR, FOLD_FROM_LINES = 2, 4
ROW_NAME = re.compile(r"[A-Za-z0-9][\w-]{5,}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d.*|1[5-9]\d{11}")
# Where the text of a line begins, behind mark, time and what happened.
TEXT_AT = 25
# The words of an event that say when it happens, not what it does.
PLACEMENT_WORDS = frozenset({"sync", "operation", "at", "times"})
# Gives an English sentence in the language of the reader.
Say = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Failure:
    """One smallest failing scenario."""

    scenario: Scenario
    rules: tuple[str, ...]
    """The ids of the rules that it breaks, the one it was shrunk for first."""
    sentence: str
    """The evidence for the first rule."""
    timeline: tuple[Moment, ...] = ()
    folder: Path | None = None
    """The folder of scenario.json, traffic.har, timeline.md and the other artefacts, if saved."""
    repeat: str = ""
    """The shell line that plays it again."""

    @property
    def serve(self) -> str:
        """The shell line that opens its world, where the curl lines of its findings go."""
        path = shlex.quote(str(self.folder / "scenario.json")) if self.folder else ""
        return f"trendyol-emulator replay {path} --serve" if path else ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Moments one after another; ``is_folded`` where they are requests that nothing points at."""

    moments: tuple[Moment, ...]
    is_folded: bool


def timeline(recording: Recording, findings: Sequence[Finding]) -> tuple[Moment, ...]:
    """Tell what happened, in order; requests that findings point at are marked."""
    marks = marks_of(recording, [finding for finding in findings if finding.blocking])
    moments: list[Moment] = []
    for number, sync in enumerate(recording.syncs, start=1):
        moments += (Moment(sync.started_ms, "event", f"moved: {one}") for one in sync.move_summaries)
        moments.append(Moment(sync.started_ms, "sync", _begin_line(number, sync)))
        moments += _moments_within(recording, sync, marks)
        moments.append(Moment(sync.ended_ms, "sync", _end_line(number, sync)))
    end = recording.syncs[-1].ended_ms if recording.syncs else 0
    verdict = (
        Moment(end, "verdict", f"{one.rule.id}: {with_dates(one.evidence)}", emphasis=True)
        for one in findings
        if one.blocking
    )
    return (*moments, *verdict)


def marks_of(recording: Recording, findings: Iterable[Finding]) -> set[str]:
    """Name the requests that findings point at: their own, else the last ones in which their rows stood.

    Rows that never stood in any answer were lost where a fault had its effect.
    """
    marks: set[str] = set()
    for finding in findings:
        own = {request.partition(" ")[0] for request in finding.requests}
        marks |= own or _last_with(row_names(finding.evidence), recording)
    return marks or {f"#{one['request']}" for one in recording.fault_log if one.get("request")}


def row_names(evidence: str) -> set[str]:
    """Find what an evidence calls rows by: barcodes, numbers and references, no moment, no small number."""
    words = ROW_NAME.findall(evidence)
    return {word for word in words if any(map(str.isdigit, word)) and not MOMENT.fullmatch(word)}


def _last_with(names: Collection[str], recording: Recording) -> set[str]:
    last: dict[str, int] = {}
    for one in recording.history.exchanges:
        text = f"{one.request_body} {one.body.text} {one.raw_query}" if one.status else one.request_body
        last |= {name: one.number for name in names if name in text}
    return {f"#{number}" for number in last.values()}


def _begin_line(number: int, sync: Sync) -> str:
    return f"sync {number} begins{', no fault planned' if sync.quiet else ''}"


def _end_line(number: int, sync: Sync) -> str:
    code = "does not end" if sync.run.exit is None else f"ends with exit {sync.run.exit}"
    return f"sync {number} {code}"


def _moments_within(recording: Recording, sync: Sync, marks: set[str]) -> Iterator[Moment]:
    exchanges = list(recording.exchanges_of(sync))
    numbers = {one.number for one in exchanges}
    moments_by_request: dict[int, list[Moment]] = {}
    for one in recording.fault_log:
        if one.get("request") in numbers:
            moment = Moment(one["at_ms"], "event", str(one["effect"]), one["request"])
            moments_by_request.setdefault(one["request"], []).append(moment)
    to_show = {number for number in numbers if number in moments_by_request or f"#{number}" in marks}
    for line in shorten(exchanges, to_show):
        if isinstance(line, Exchange):
            grave = f"#{line.number}" in marks
            yield from moments_by_request.get(line.number, ())
            yield Moment(line.at_ms, "request", describe_exchange(line), line.number, grave)
        else:
            yield Moment(line[0], "request", f"... {line[1]} more like it")


def shorten(exchanges: Iterable[Exchange], to_show: set[int]) -> Iterator[Exchange | tuple[float, int]]:
    """Leave out the middle of long runs of like requests, but none of the numbers ``to_show``.

    Shapes: what is left out is the time of its first request, and how many requests it is.
    """
    for _, run in groupby(exchanges, key=lambda one: (one.operation, one.status, one.number in to_show)):
        alike = list(run)
        if len(alike) <= 2 * LINES_EACH_END + 1 or alike[0].number in to_show:
            yield from alike
            continue
        yield from alike[:LINES_EACH_END]
        yield alike[LINES_EACH_END].at_ms, len(alike) - 2 * LINES_EACH_END
        yield from alike[-LINES_EACH_END:]


def as_markdown(moments: Iterable[Moment], say: Say = str) -> str:
    """Write a story as Markdown."""
    return "".join(
        f"- `{clock(one)}` {_markdown_line(replace(one, text=say(one.text)))}\n" for one in moments
    )


def _markdown_line(moment: Moment) -> str:
    return f"**{text(moment)}**" if moment.emphasis else text(moment)


def clock(moment: Moment) -> str:
    """Write the time of a moment, UTC, to the millisecond."""
    return _instant(moment).strftime("%H:%M:%S.") + f"{_instant(moment).microsecond // 1000:03d}"


def day(moment: Moment) -> str:
    """Write the day of a moment, UTC."""
    return _instant(moment).strftime("%Y-%m-%d")


def _instant(moment: Moment) -> datetime:
    return datetime.fromtimestamp(moment.at_ms / 1000, UTC)


def stretches(timeline: Iterable[Moment]) -> Iterator[Stretch]:
    """Cut a timeline where plain requests begin and end; those near anything else stay in sight."""
    moments = list(timeline)
    marks = [at for at, moment in enumerate(moments) if moment.emphasis or moment.what != "request"]
    near_marks = {near for at in marks for near in range(at - NEAR, at + NEAR + 1)}
    for is_plain, part in groupby(enumerate(moments), lambda one: bool(marks) and one[0] not in near_marks):
        run = tuple(moment for _, moment in part)
        yield Stretch(run, is_plain and len(run) >= FOLD_FROM_LINES)


def text(moment: Moment) -> str:
    """Say what happened; a request has its number, by which a finding names it."""
    number = f"#{moment.request} " if moment.request and moment.what == "request" else ""
    return f"{number}{moment.text}"


def line(moment: Moment, say: Say = str) -> str:
    """Write a moment in one line; what a finding points at is marked."""
    return f"{'>' if moment.emphasis else ' '} {clock(moment)}  {say(moment.what):<7}  {text(moment)}"


def is_event(line: str, say: Say = str) -> bool:
    """Tell whether a written line is about a fault or a move of the marketplace."""
    return line[:TEXT_AT].endswith(f"{say('event'):<7}  ")


def lines(timeline: Iterable[Moment], say: Say = str) -> Iterator[str]:
    """Write a timeline, the lines of long stretches of plain requests counted.

    Shapes: ``say`` gives words of ours in the language of the reader.
    """
    for stretch in stretches(timeline):
        if stretch.is_folded:
            yield f"{'':{TEXT_AT}}{say(f'... {len(stretch.moments)} more lines')}"
        else:
            yield from (line(one, say) for one in stretch.moments)


def setting(scenario: Scenario) -> str:
    """Say where a scenario plays."""
    world = scenario.world if isinstance(scenario.world, str) else scenario.world.get("name", "its own")
    parts = [
        scenario.profile,
        " ".join(filter(None, ("edition", scenario.edition, scenario.storefront))),
        f"world {world}",
        f"seed {scenario.seed}",
        f"limits {scenario.limits}" if scenario.limits != "on" else "",
        "unusual answers" if scenario.unusual else "",
        f"as of {scenario.as_of}" if scenario.as_of else "",
    ]
    return ", ".join(filter(None, parts))


def size(scenario: Scenario) -> str:
    """Say how small a scenario is."""
    moves = scenario.event_count - len(scenario.events)
    counts = [count_of(len(scenario.events), "event"), *([count_of(moves, "move")] if moves else [])]
    return ", ".join([*counts, count_of(least_syncs(scenario.plan), "sync")])


def events(scenario: Scenario) -> Iterator[str]:
    """Say what happens in a scenario, one line an event."""
    for event in scenario.events:
        facts = {name: value for name, value in event.items() if name not in PLACEMENT_WORDS}
        yield f"{_placement(event)}: {', '.join(f'{name} {_plain(value)}' for name, value in facts.items())}"


def _placement(event: Event) -> str:
    """Say when an event happens: at requests of an operation, else before its sync."""
    before = f"before sync {event.get('sync', 1)}"
    if "operation" not in event:
        return before
    first = event.get("at", 1)
    last = first + event.get("times", 1) - 1
    numbers = f"request {first}" if last == first else f"requests {first} to {last}"
    operation = "any operation" if event["operation"] == "*" else event["operation"]
    return f"sync {event.get('sync', 1)}, {numbers} of {operation}"


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value).decode()
