"""The story of a failure: its smallest scenario, what happened when, and both as lines that people read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson

from contract_tests.records.findings import Finding
from contract_tests.records.history import Exchange
from contract_tests.records.recording import Recording, Sync
from contract_tests.records.scenario import Event, Moment, Scenario

# Of a run of like requests so many at its beginning and its end are listed one by one.
LINES_EACH_END = 4
VALUE_CHARS = 40
# Requests this near to something that matters are never folded; a shorter stretch is not worth folding.
NEAR, FOLD_FROM_LINES = 2, 4
# Where the text of a line begins, behind mark, time and what happened.
TEXT_AT = 25
# The words of an event that say when it happens, not what it does.
PLACEMENT_WORDS = frozenset({"sync", "operation", "at", "times"})


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
    """The folder of scenario.json, test_scenario.py, traffic.har, requests.sh and timeline.md, if saved."""
    repeat: str = ""
    """The shell line that plays it again."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Moments one after another; ``is_folded`` where they are requests that nothing points at."""

    moments: tuple[Moment, ...]
    is_folded: bool


def timeline(recording: Recording, findings: Sequence[Finding]) -> tuple[Moment, ...]:
    """Tell what happened, in order; requests that findings point at are marked."""
    marks = {
        request.partition(" ")[0] for finding in findings if finding.blocking for request in finding.requests
    }
    moments: list[Moment] = []
    for number, sync in enumerate(recording.syncs, start=1):
        moments += (Moment(sync.started_ms, "event", f"moved: {one}") for one in sync.move_summaries)
        moments.append(Moment(sync.started_ms, "sync", _begin_line(number, sync)))
        moments += _moments_within(recording, sync, marks)
        moments.append(Moment(sync.ended_ms, "sync", _end_line(number, sync)))
    end = recording.syncs[-1].ended_ms if recording.syncs else 0
    verdict = (
        Moment(end, "verdict", f"{one.rule.id}: {one.evidence}", emphasis=True)
        for one in findings
        if one.blocking
    )
    return (*moments, *verdict)


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


def describe_exchange(exchange: Exchange) -> str:
    """Tell a request and its answer in one line."""
    query = " ".join(f"{name}={value[:VALUE_CHARS]}" for name, value in exchange.query if value)
    name = exchange.operation or f"{exchange.method} {exchange.path}"
    return f"{name} {query}".rstrip() + f" -> {_answer(exchange)}"


def _answer(exchange: Exchange) -> str:
    if not exchange.status:
        return "no answer"
    body = exchange.body.json if exchange.is_success else None
    lists = [one for one in body.values() if isinstance(one, list)] if isinstance(body, dict) else []
    if not lists:
        return str(exchange.status)
    total = exchange.body.facts.get("totalElements", exchange.body.facts.get("meta.total_items"))
    return f"{exchange.status}, {len(lists[0])} rows" + (f" of {total}" if total is not None else "")


def as_markdown(moments: Iterable[Moment]) -> str:
    """Write a story as Markdown."""
    return "".join(f"- `{clock(one)}` {_markdown_line(one)}\n" for one in moments)


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


def line(moment: Moment) -> str:
    """Write a moment in one line; what a finding points at is marked."""
    return f"{'>' if moment.emphasis else ' '} {clock(moment)}  {moment.what:<7}  {text(moment)}"


def is_event(line: str) -> bool:
    """Tell whether a written line is about a fault or a move of the marketplace."""
    return line[:TEXT_AT].endswith(f"{'event':<7}  ")


def lines(timeline: Iterable[Moment]) -> Iterator[str]:
    """Write a timeline, the lines of long stretches of plain requests counted."""
    for stretch in stretches(timeline):
        if stretch.is_folded:
            yield f"{'':{TEXT_AT}}... {len(stretch.moments)} more lines"
        else:
            yield from map(line, stretch.moments)


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
    counts = [_number(len(scenario.events), "event"), *([_number(moves, "move")] if moves else [])]
    return ", ".join([*counts, _number(len(scenario.plan), "sync")])


def _number(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"


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
