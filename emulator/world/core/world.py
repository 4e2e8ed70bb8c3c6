"""One isolated marketplace: a database, a clock, a seed and what is remembered of its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from threading import RLock
from typing import Any, ParamSpec, TypeVar

from emulator.world.core import calendar, later_files, meta, seeded_files, snapshots
from emulator.world.core.calendar import Job
from emulator.world.core.clock import Clock, starting
from emulator.world.core.memo import Memo
from emulator.world.core.plan import Plan
from emulator.world.core.rendering import Rendering
from emulator.world.core.snapshots import Snapshot
from emulator.world.store.interface import Store

P = ParamSpec("P")
T = TypeVar("T")
K = TypeVar("K")
V = TypeVar("V")


@dataclass(slots=True)
class World:
    """The marketplace of one stage."""

    plan: Plan
    """What it was made from."""
    store: Store
    """Where its rows are."""
    clock: Clock
    """Its only time."""
    seeded_file: Callable[[], Path]
    """Gives the file of its seeded state, which is made first where there is none."""
    jobs: Callable[[], Mapping[str, Job[World]]]
    """Gives what is to be done when a row of the calendar falls due, by the kind of the row."""
    stage_name: str = ""
    """What tells it from other worlds of the same recipe that are open beside it."""
    unusual: bool = False
    """Whether it answers in legal but odd ways."""
    on_webhook: Callable[[], None] = lambda: None
    """Called when there may be something to tell a subscriber."""
    private_file: Path | None = None
    """The file that nobody needs once it is closed."""
    leads_on: bool = False
    """Whether it begins, each time, with what fell due before being done, and keeps that for the next."""
    next_due_ms: int = calendar.NEVER
    """When the next row of the calendar falls due, epoch milliseconds UTC."""
    readings: dict[Callable[[Store], Any], Any] = field(default_factory=dict)
    """What was read of whole tables, by the reader."""
    memory: dict[Memo[Any, Any], dict[Any, Any]] = field(default_factory=dict)
    """What is remembered of rows until one of them changes."""
    lock: Any = field(default_factory=RLock, repr=False)
    """Held by whoever reads or moves it; a server that finds it held lets others go first."""

    @property
    def name(self) -> str:
        """The name of the recipe."""
        return self.plan.name

    @property
    def seed(self) -> int:
        """The number all chance in this world comes from."""
        return self.plan.seed

    @property
    def anchor_ms(self) -> int:
        """Midnight UTC of the first day, which every seeded date is counted from."""
        return self.plan.anchor_ms

    @property
    def decisions(self) -> Mapping[str, str]:
        """The side chosen wherever sources contradict each other."""
        return self.plan.decisions

    def renderer(self, rendering: Rendering[P]) -> Callable[P, bytes]:
        """The function that makes a kind of documented JSON."""
        return self.plan.renderers()[rendering]

    def read(self, reader: Callable[[Store], T]) -> T:
        """What a reader makes of its table; it reads once, until the table changes."""
        value: T
        if reader in self.readings:
            value = self.readings[reader]
            return value
        with self.lock:
            self.readings[reader] = value = reader(self.store)
        return value

    def recall(self, memo: Memo[K, V], room: int = 1) -> dict[K, V]:
        """What is remembered of a kind, to be read and added to; emptied without room for so many more."""
        values: dict[K, V] = self.memory.setdefault(memo, {})
        if len(values) + room > memo.capacity:
            values.clear()
        return values

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One transaction that may write, undone when the block raises; a nested one is part of it."""
        with self.lock:
            try:
                with self.store.writing():
                    self._notice_changes()
                    yield
            except BaseException:
                self.refresh()
                raise

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One unchanging view of the world for a request that only reads."""
        with self.lock, self.store.reading():
            self._notice_changes()
            yield

    def schedule(self, at_ms: int, kind: str, payload: Any = None) -> None:
        """Put work of a kind on the calendar; ``payload`` is any JSON value."""
        calendar.schedule(self.store, at_ms, kind, payload)
        self.next_due_ms = min(self.next_due_ms, at_ms)

    def catch_up(self) -> None:
        """Do what fell due up to now, in order; one comparison when nothing did."""
        self._notice_changes()
        now_ms = self.clock.now_ms()
        if now_ms >= self.next_due_ms:
            self._work_off(now_ms)

    def _work_off(self, until_ms: int) -> None:
        with self.transaction():
            calendar.run_due(self, self.jobs(), until_ms)
            self.next_due_ms = calendar.next_moment(self.store)

    def advance(self, ms: int) -> None:
        """Move the clock on and do what fell due on the way, each at its moment."""
        with self.transaction():
            self.catch_up()
            self.clock.advance(ms)
            self.catch_up()

    def reset(self) -> None:
        """Back to the seeded state, clock included."""
        with self.lock:
            secret = meta.fact(self.store, meta.SIGNING_SECRET)
            file = self.seeded_file()
            if self.leads_on:
                file = later_files.latest_file(file, self.plan.begins_at(self.clock.wall()))
            self.store.restore(file, partial(self._begin_anew, secret))

    def _begin_anew(self, secret: str | None) -> None:
        self.begin()
        if secret is not None:
            meta.keep(self.store, meta.SIGNING_SECRET, secret)

    def begin(self) -> None:
        """Set the clock to where the plan starts it; a world that leads on does what fell due before."""
        wall_ms = self.clock.wall()
        at_ms = self.plan.begins_at(wall_ms)
        self.clock.set(starting(self.plan.now_ms, wall_ms))
        self.refresh()
        if self.leads_on and self.private_file and self.next_due_ms <= at_ms:
            self._work_off(at_ms)
            later_files.keep(self.seeded_file(), at_ms, self.private_file)

    def save_snapshot(self, name: str) -> Snapshot:
        """Save the state as it is now under a name.

        Errors: ValueError for what is no name.
        """
        with self.lock:
            self.catch_up()
            return snapshots.save(self.store, self.clock, name)

    def load_snapshot(self, name: str) -> Snapshot:
        """Go back to a saved state, clock included.

        Errors: UnknownSnapshot, OtherSnapshot.
        """
        with self.lock:
            self._notice_changes()
            try:
                return snapshots.load(self.store, self.clock, name)
            finally:
                self.refresh()

    def refresh(self) -> None:
        """Forget what is remembered in memory; clock and calendar are read again from the store."""
        self.readings.clear()
        self.forget_rows()
        self.clock.state = meta.clock_state(self.store) or self.clock.state
        self.next_due_ms = calendar.next_moment(self.store)

    def forget_rows(self) -> None:
        """Forget what is remembered of rows, because one of them has changed."""
        for values in self.memory.values():
            values.clear()

    def forget(self, reader: Callable[[Store], Any]) -> None:
        """Have a reader read its table again, because the table has changed."""
        self.readings.pop(reader, None)

    def frozen_copy(self, directory: Path) -> World:
        """The world as it stands now, for reading only: a copy of its database, under the same clock."""
        place = seeded_files.private_place(directory)
        with self.lock:
            store = self.store.frozen_copy(place)
        return replace(self, store=store, private_file=place, readings={}, memory={}, lock=RLock())

    def close(self) -> None:
        """Let go of the database; a private one goes with it."""
        self.store.close()
        if self.private_file is not None:
            self.private_file.unlink(missing_ok=True)

    def look_elsewhere(self) -> None:
        """See what other processes have changed; whoever holds the lock at this moment has just done so."""
        if self.lock.acquire(blocking=False):
            try:
                self._notice_changes()
            finally:
                self.lock.release()

    def _notice_changes(self) -> None:
        if self.store.changed_elsewhere():
            self.refresh()
