"""Work that waits for a moment: rows with a due time, done in order, the clock standing at each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from emulator.world.core.clock import Clock
from emulator.world.store.interface import Store

NEVER = 2**62


class HasCalendar(Protocol):
    """What running due work takes: rows, and a clock that can stand at a moment."""

    store: Store
    clock: Clock


W = TypeVar("W", bound=HasCalendar)


@dataclass(frozen=True, slots=True)
class Job(Generic[W]):
    """What a kind of due work does, and when it comes again.

    Shapes: ``work(world, at_ms, payload)`` moves the world; ``again(at_ms)`` is the next moment, if any.
    """

    work: Callable[[W, int, Any], None]
    again: Callable[[int], int] | None = None


def schedule(store: Store, at_ms: int, kind: str, payload: Any = None) -> None:
    """Put work of a kind on the calendar; ``payload`` is any JSON value."""
    store.execute(
        "INSERT INTO due (at_ms, kind, payload) VALUES (?, ?, ?)", (at_ms, kind, json.dumps(payload))
    )


def next_moment(store: Store) -> int:
    """The earliest due moment, ``NEVER`` when nothing waits."""
    row = store.row("SELECT at_ms FROM due ORDER BY at_ms, seq LIMIT 1")
    return NEVER if row is None else int(row[0])


def counts(store: Store, now_ms: int) -> dict[tuple[str, ...], int]:
    """Count the rows by kind and state: ``waiting`` for their moment, or ``overdue``."""
    rows = store.rows(
        "SELECT kind, CASE WHEN at_ms > ? THEN 'waiting' ELSE 'overdue' END AS state, COUNT(*)"
        " FROM due GROUP BY kind, state",
        (now_ms,),
    )
    return {(str(kind), str(state)): int(count) for kind, state, count in rows}


def run_due(world: W, jobs: Mapping[str, Job[W]], until_ms: int) -> None:
    """Do everything that fell due up to ``until_ms``, earliest first, new rows on the way included."""
    while True:
        row = world.store.row(
            "SELECT seq, at_ms, kind, payload FROM due WHERE at_ms <= ? ORDER BY at_ms, seq LIMIT 1",
            (until_ms,),
        )
        if row is None:
            return
        seq, at_ms, kind, payload = row
        world.store.execute("DELETE FROM due WHERE seq = ?", (seq,))
        _run(world, jobs[kind], at_ms, kind, json.loads(payload))


def _run(world: W, job: Job[W], at_ms: int, kind: str, payload: Any) -> None:
    with world.clock.standing_at(at_ms):
        job.work(world, at_ms, payload)
    if job.again is not None:
        schedule(world.store, job.again(at_ms), kind, payload)
