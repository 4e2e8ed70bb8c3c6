"""Tells a recording as a story: syncs, requests, what struck in between, and what was found in the end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby

from contract_tests.records.findings import Finding
from contract_tests.records.history import Exchange
from contract_tests.records.recording import Recording, Sync
from contract_tests.records.scenario import Moment

# Of a run of like requests so many at its beginning and its end are told one by one.
SHOWN_EACH_END = 4
TOLD_VALUE_CHARS = 40


def timeline(recording: Recording, findings: Sequence[Finding]) -> tuple[Moment, ...]:
    """Tell what happened, in order; requests that findings point at are marked."""
    marked = {
        request.partition(" ")[0] for finding in findings if finding.grave for request in finding.requests
    }
    told: list[Moment] = []
    for number, sync in enumerate(recording.syncs, start=1):
        told += (Moment(sync.started_ms, "event", f"moved: {one}") for one in sync.moved)
        told.append(Moment(sync.started_ms, "sync", _started(number, sync)))
        told += _within(recording, sync, marked)
        told.append(Moment(sync.ended_ms, "sync", _ended(number, sync)))
    end = recording.syncs[-1].ended_ms if recording.syncs else 0
    broken = (
        Moment(end, "verdict", f"{one.rule.id}: {one.seen}", grave=True) for one in findings if one.grave
    )
    return (*told, *broken)


def _started(number: int, sync: Sync) -> str:
    return f"sync {number} begins{', no trouble planned' if sync.quiet else ''}"


def _ended(number: int, sync: Sync) -> str:
    code = "does not end" if sync.run.exit is None else f"ends with exit {sync.run.exit}"
    return f"sync {number} {code}"


def _within(recording: Recording, sync: Sync, marked: set[str]) -> Iterator[Moment]:
    exchanges = list(recording.during(sync))
    asked = {one.number for one in exchanges}
    happened: dict[int, list[Moment]] = {}
    for one in recording.happenings:
        if one.get("request") in asked:
            moment = Moment(one["at_ms"], "event", str(one["what"]), one["request"])
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
    body = exchange.body.json if exchange.answered else None
    lists = [one for one in body.values() if isinstance(one, list)] if isinstance(body, dict) else []
    if not lists:
        return str(exchange.status)
    total = exchange.body.facts.get("totalElements", exchange.body.facts.get("meta.total_items"))
    return f"{exchange.status}, {len(lists[0])} rows" + (f" of {total}" if total is not None else "")


def written(moments: Iterable[Moment]) -> str:
    """Write a story as Markdown."""
    return "".join(f"- `{clock(one.at_ms)}` {_marked(one)}\n" for one in moments)


def _marked(moment: Moment) -> str:
    number = f"#{moment.request} " if moment.request and moment.what == "request" else ""
    return f"**{number}{moment.text}**" if moment.grave else f"{number}{moment.text}"


def clock(at_ms: float) -> str:
    """Write an instant as a time of day in UTC."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%H:%M:%S.%f")[:-3]
