"""The story of a failure in lines: what happened when, and what its scenario holds, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import orjson

from contract_tests.records.scenario import Event, Moment, Scenario

# Requests this near to something that matters are always shown; a shorter stretch is not worth folding.
NEAR, FOLDED_FROM = 2, 4
# Where the text of a line begins, behind mark, time and what happened.
TEXT_AT = 25
# What says when an event strikes, not what it does.
PLACED = frozenset({"sync", "operation", "at", "times"})


@dataclass(frozen=True, slots=True)
class Stretch:
    """Moments one after another; ``folded`` where they are requests that nothing points at."""

    moments: tuple[Moment, ...]
    folded: bool


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
    telling = [at for at, moment in enumerate(moments) if moment.grave or moment.what != "request"]
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
    return f"{'>' if moment.grave else ' '} {clock(moment)}  {moment.what:<7}  {text(moment)}"


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
    moves = scenario.happens - len(scenario.events)
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
