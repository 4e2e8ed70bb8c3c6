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

# Of a run of like requests so many at its beginning and its end are told one by one.
SHOWN_EACH_END = 4
TOLD_VALUE_CHARS = 40
# Requests this near to something that matters are always shown; a shorter stretch is not worth folding.
NEAR, FOLDED_FROM = 2, 4
# Where the text of a line begins, behind mark, time and what happened.
TEXT_AT = 25
# What says when an event strikes, not what it does.
PLACED = frozenset({"sync", "operation", "at", "times"})


@dataclass(frozen=True, slots=True)
class Failure:
    """One smallest failing scenario.

    Shapes: ``rules`` are the ids it breaks, the one it was shrunk for first; ``seen`` is what was seen of
    that one; ``folder`` holds its artefacts (scenario.json, test_scenario.py, traffic.har, requests.sh,
    timeline.md), None when nothing was written; ``repeat`` is the shell line that plays it again.
    """

    scenario: Scenario
    rules: tuple[str, ...]
    seen: str
    timeline: tuple[Moment, ...] = ()
    folder: Path | None = None
    repeat: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Moments one after another; ``folded`` where they are requests that nothing points at."""

    moments: tuple[Moment, ...]
    folded: bool


def timeline(recording: Recording, findings: Sequence[Finding]) -> tuple[Moment, ...]:
    """Tell what happened, in order; requests that findings point at are marked."""
    marked = {
        request.partition(" ")[0] for finding in findings if finding.blocking for request in finding.requests
    }
    told: list[Moment] = []
    for number, sync in enumerate(recording.syncs, start=1):
        told += (Moment(sync.started_ms, "event", f"moved: {one}") for one in sync.move_summaries)
        told.append(Moment(sync.started_ms, "sync", _started(number, sync)))
        told += _within(recording, sync, marked)
        told.append(Moment(sync.ended_ms, "sync", _ended(number, sync)))
    end = recording.syncs[-1].ended_ms if recording.syncs else 0
    broken = (
        Moment(end, "verdict", f"{one.rule.id}: {one.evidence}", emphasis=True)
        for one in findings
        if one.blocking
    )
    return (*told, *broken)


def _started(number: int, sync: Sync) -> str:
    return f"sync {number} begins{', no trouble planned' if sync.quiet else ''}"


def _ended(number: int, sync: Sync) -> str:
    code = "does not end" if sync.run.exit is None else f"ends with exit {sync.run.exit}"
    return f"sync {number} {code}"


def _within(recording: Recording, sync: Sync, marked: set[str]) -> Iterator[Moment]:
    exchanges = list(recording.exchanges_of(sync))
    asked = {one.number for one in exchanges}
    happened: dict[int, list[Moment]] = {}
    for one in recording.fault_log:
        if one.get("request") in asked:
            moment = Moment(one["at_ms"], "event", str(one["effect"]), one["request"])
            happened.setdefault(one["request"], []).append(moment)
    kept = {number for number in asked if number in happened or f"#{number}" in marked}
    for line in shortened(exchanges, kept):
        if isinstance(line, Exchange):
            grave = f"#{line.number}" in marked
            yield from happened.get(line.number, ())
            yield Moment(line.at_ms, "request", told(line), line.number, grave)
        else:
            yield Moment(line[0], "request", f"... {line[1]} more like it")


def shortened(exchanges: Iterable[Exchange], kept: set[int]) -> Iterator[Exchange | tuple[float, int]]:
    """Leave out the middle of long runs of like requests, not what is ``kept``; tell from when, how many."""
    for _, run in groupby(exchanges, key=lambda one: (one.operation, one.status, one.number in kept)):
        alike = list(run)
        if len(alike) <= 2 * SHOWN_EACH_END + 1 or alike[0].number in kept:
            yield from alike
            continue
        yield from alike[:SHOWN_EACH_END]
        yield alike[SHOWN_EACH_END].at_ms, len(alike) - 2 * SHOWN_EACH_END
        yield from alike[-SHOWN_EACH_END:]


def told(exchange: Exchange) -> str:
    """Tell a request and its answer in one line."""
    asked = " ".join(f"{name}={value[:TOLD_VALUE_CHARS]}" for name, value in exchange.query if value)
    name = exchange.operation or f"{exchange.method} {exchange.path}"
    return f"{name} {asked}".rstrip() + f" -> {_answer(exchange)}"


def _answer(exchange: Exchange) -> str:
    if not exchange.status:
        return "no answer"
    body = exchange.body.json if exchange.is_success else None
    lists = [one for one in body.values() if isinstance(one, list)] if isinstance(body, dict) else []
    if not lists:
        return str(exchange.status)
    total = exchange.body.facts.get("totalElements", exchange.body.facts.get("meta.total_items"))
    return f"{exchange.status}, {len(lists[0])} rows" + (f" of {total}" if total is not None else "")


def written(moments: Iterable[Moment]) -> str:
    """Write a story as Markdown."""
    return "".join(f"- `{clock(one)}` {_marked(one)}\n" for one in moments)


def _marked(moment: Moment) -> str:
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
    telling = [at for at, moment in enumerate(moments) if moment.emphasis or moment.what != "request"]
    shown = {near for at in telling for near in range(at - NEAR, at + NEAR + 1)}
    for folded, part in groupby(enumerate(moments), lambda one: bool(telling) and one[0] not in shown):
        held = tuple(moment for _, moment in part)
        yield Stretch(held, folded and len(held) >= FOLDED_FROM)


def text(moment: Moment) -> str:
    """Say what happened; a request has its number, by which a finding names it."""
    number = f"#{moment.request} " if moment.request and moment.what == "request" else ""
    return f"{number}{moment.text}"


def line(moment: Moment) -> str:
    """Write a moment in one line; what a finding points at is marked."""
    return f"{'>' if moment.emphasis else ' '} {clock(moment)}  {moment.what:<7}  {text(moment)}"


def is_event(line: str) -> bool:
    """Tell whether a written line is about trouble or a move of the marketplace."""
    return line[:TEXT_AT].endswith(f"{'event':<7}  ")


def lines(timeline: Iterable[Moment]) -> Iterator[str]:
    """Write a timeline, the lines of long stretches of plain requests counted."""
    for stretch in stretches(timeline):
        if stretch.folded:
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
    told = [_number(len(scenario.events), "event"), *([_number(moves, "move")] if moves else [])]
    return ", ".join([*told, _number(len(scenario.plan), "sync")])


def _number(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"


def events(scenario: Scenario) -> Iterator[str]:
    """Say what happens in a scenario, one line an event."""
    for event in scenario.events:
        facts = ", ".join(f"{name} {_plain(value)}" for name, value in event.items() if name not in PLACED)
        yield f"{_placed(event)}: {facts}"


def _placed(event: Event) -> str:
    """Say when an event strikes; one that waits for no request strikes before its sync."""
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
