"""Named snapshots of a world: all its rows with the moment they were saved at, to be taken back to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from emulator.world.core import meta

if TYPE_CHECKING:
    from emulator.world.core.clock import Clock
    from emulator.world.store.interface import Store

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,27}")
SAVED_AT = "saved_at_ms"
_SAME = ("schema", "world", "seed", "anchor_ms")


class UnknownSnapshot(LookupError):
    """There is no snapshot of that name."""


class OtherSnapshot(ValueError):
    """The snapshot is of another world; the text says which."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One saved state.

    Units: ``saved_at_ms`` epoch milliseconds UTC by the world's clock.
    """

    name: str
    saved_at_ms: int


def all_snapshots(store: Store) -> list[Snapshot]:
    """The snapshots by name."""
    facts = ((name, store.snapshot_facts(name)) for name in store.snapshot_names())
    return [_snapshot(name, each) for name, each in facts if each is not None]


def save(store: Store, clock: Clock, name: str) -> Snapshot:
    """Save the state under a name; one that is there by that name is replaced.

    Errors: ValueError for what is no name.
    """
    if not NAME.fullmatch(name):
        raise ValueError(f"{name[:40]!r} is no name: write up to 28 small letters, digits and -")
    now_ms = clock.now_ms()
    meta.keep(store, SAVED_AT, str(now_ms))
    store.save_snapshot(name)
    return Snapshot(name, now_ms)


def load(store: Store, clock: Clock, name: str) -> Snapshot:
    """Take a world back to a saved state; its clock goes on from the moment of saving.

    Errors: UnknownSnapshot, OtherSnapshot.
    """
    facts = store.snapshot_facts(name)
    if facts is None:
        raise UnknownSnapshot(f"there is no snapshot named {name}")
    own = {key: meta.fact(store, key) for key in _SAME}
    others = [f"{key} {facts.get(key)}, not {own[key]}" for key in _SAME if facts.get(key) != own[key]]
    if others:
        raise OtherSnapshot(f"the snapshot {name} is of another world: {'; '.join(others)}")
    snapshot = _snapshot(name, facts)
    store.load_snapshot(name, partial(_resume, store, clock, snapshot.saved_at_ms))
    return snapshot


def _resume(store: Store, clock: Clock, saved_at_ms: int) -> None:
    state = meta.clock_state(store) or clock.state
    if state.mode == "running":
        state = replace(state, offset_ms=saved_at_ms - clock.wall())
    clock.set(state)


def _snapshot(name: str, facts: Mapping[str, str]) -> Snapshot:
    return Snapshot(name, int(facts.get(SAVED_AT, 0)))
