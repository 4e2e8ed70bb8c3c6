"""What the verb `snapshot` does to a kept database, whether an emulator has it open or not."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from emulator.world.core import meta, snapshots
from emulator.world.core.clock import Clock, ClockState
from emulator.world.opening import open_kept_store
from emulator.world.store.interface import Store
from emulator.world.store.place import PostgresPlace

Verb = Callable[[Store, Clock, str], Sequence[str]]


def run_verb(verb: str, name: str, database: Path | PostgresPlace) -> Sequence[str]:
    """Do one verb to the world of a database, and give the lines to print.

    Errors: StoreFault, UnknownSnapshot, OtherSnapshot and ValueError, each with one sentence.
    """
    store = open_kept_store(database)
    try:
        clock = Clock(
            lambda: time.time_ns() // 1_000_000,
            meta.clock_state(store) or ClockState(),
            lambda state: meta.keep_clock(store, state),
        )
        return VERBS[verb](store, clock, name)
    finally:
        store.close()


def _save(store: Store, clock: Clock, name: str) -> Sequence[str]:
    return [f"saved {_line(snapshots.save(store, clock, name))}"]


def _load(store: Store, clock: Clock, name: str) -> Sequence[str]:
    return [f"loaded {_line(snapshots.load(store, clock, name))}"]


def _list(store: Store, clock: Clock, name: str) -> Sequence[str]:
    return [_line(each) for each in snapshots.all_snapshots(store)] or ["no snapshots"]


def _delete(store: Store, clock: Clock, name: str) -> Sequence[str]:
    if not store.delete_snapshot(name):
        raise snapshots.UnknownSnapshot(f"there is no snapshot named {name}")
    return [f"deleted {name}"]


def _line(snapshot: snapshots.Snapshot) -> str:
    moment = datetime.fromtimestamp(snapshot.saved_at_ms / 1000, UTC)
    return f"{snapshot.name}  {moment:%Y-%m-%d %H:%M:%S} UTC"


VERBS: Mapping[str, Verb] = {"save": _save, "load": _load, "list": _list, "delete": _delete}
