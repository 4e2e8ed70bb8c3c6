"""One isolated marketplace: a database, a clock, a seed and the renderers of its rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import RLock
from typing import Any

from emulator.world import opening, recipes
from emulator.world.accounts import access_tokens
from emulator.world.accounts.api_clients import ApiClients
from emulator.world.accounts.buyers import Buyers
from emulator.world.accounts.sellers import Accounts
from emulator.world.core import calendar, meta, seeded_files
from emulator.world.core.clock import Clock, ClockState, starting
from emulator.world.core.plan import Plan, midnight
from emulator.world.recipes import RecipeFault
from emulator.world.store import schema
from emulator.world.store.interface import Store, StoreFault
from emulator.world.store.sqlite import SqliteStore

__all__ = ["RecipeFault", "StoreFault", "World", "open_world"]


@dataclass(slots=True)
class World:
    """The marketplace of one stage.

    Shapes: ``counts``, ``places``, ``bodies`` and ``details`` remember totals, where pages end, drawn
    contents and drawn products until rows change; ``seeded`` gives the file of the seeded state; ``private``
    is the file that nobody needs once the world is closed; ``called`` tells it from other worlds of the same
    recipe that are open beside it; ``token_generation`` counts how often all tokens were expired;
    ``unusual`` where it tells what it holds in legal but odd ways.
    """

    plan: Plan
    store: Store
    clock: Clock
    seeded: Callable[[], Path]
    accounts: Accounts = field(init=False)
    buyers: Buyers = field(init=False)
    clients: ApiClients = field(init=False)
    called: str = ""
    unusual: bool = False
    private: Path | None = None
    due_at: int = calendar.NEVER
    token_generation: int = 0
    counts: dict[Any, int] = field(default_factory=dict)
    places: dict[Any, tuple[int, ...]] = field(default_factory=dict)
    bodies: dict[int, bytes] = field(default_factory=dict)
    details: dict[tuple[int, str, int], bytes] = field(default_factory=dict)
    _lock: Any = field(default_factory=RLock, repr=False)

    def __post_init__(self) -> None:
        self.accounts = Accounts(self.store)
        self.buyers = Buyers(self.store)
        self.clients = ApiClients(self.store)

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

    @property
    def renderers(self) -> Mapping[str, Callable[..., bytes]]:
        """How each kind of row is drawn as documented JSON."""
        return self.plan.renderers

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One transaction that may write, undone when the block raises; a nested one is part of it."""
        with self._lock:
            try:
                with self.store.writing():
                    self._catch_up()
                    yield
            except BaseException:
                self.refresh()
                raise

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One unchanging view of the world for a request that only reads."""
        with self._lock, self.store.reading():
            self._catch_up()
            yield

    def arm(self, at_ms: int, kind: str, payload: Any = None) -> None:
        """Put work of a kind on the calendar; ``payload`` is any JSON value."""
        calendar.arm(self.store, at_ms, kind, payload)
        self.due_at = min(self.due_at, at_ms)

    def settle(self) -> None:
        """Do what fell due up to now, in order; one comparison when nothing did."""
        self._catch_up()
        if self.clock.now_ms() < self.due_at:
            return
        with self.transaction():
            calendar.work_off(self, self.clock.now_ms())
            self.due_at = calendar.next_moment(self.store)

    def advance(self, ms: int) -> None:
        """Move the clock on and do what fell due on the way, each at its moment."""
        with self.transaction():
            self.clock.advance(ms)
            self.settle()

    def reset(self) -> None:
        """Back to the seeded state, clock included."""
        with self._lock:
            self.store.restore(self.seeded())
            self._wind_up()

    def refresh(self) -> None:
        """Forget what is remembered in memory and read it again from the store."""
        self.accounts.refresh()
        self.buyers.refresh()
        self.clients.refresh()
        self.forget_listings()
        self.clock.state = meta.clock_state(self.store) or self.clock.state
        self.due_at = calendar.next_moment(self.store)
        self.token_generation = access_tokens.generation(self.store)

    def forget_listings(self) -> None:
        """Forget totals, places of pages and bodies, because a listing has changed."""
        self.counts.clear()
        self.places.clear()
        self.bodies.clear()
        self.details.clear()

    def frozen(self, directory: Path) -> World:
        """The world as it stands now, for reading only: a copy of its database, under the same clock."""
        place = seeded_files.private_place(directory)
        with self._lock:
            store = self.store.frozen(place)
        own: dict[str, Any] = {"counts": {}, "places": {}, "bodies": {}, "details": {}, "_lock": RLock()}
        return replace(self, store=store, private=place, **own)

    def close(self) -> None:
        """Let go of the database; a private one goes with it."""
        self.store.close()
        if self.private is not None:
            self.private.unlink(missing_ok=True)

    def _wind_up(self) -> None:
        self.clock.set(starting(self.plan.now_ms, self.clock.wall()))
        self.refresh()

    def _catch_up(self) -> None:
        if self.store.changed_elsewhere():
            self.refresh()


def open_world(
    recipe: Mapping[str, Any],
    *,
    lookups: Mapping[str, Any],
    samples: Mapping[str, Any],
    seed: int,
    wall: Callable[[], int],
    now_ms: int | None,
    renderers: Mapping[str, Callable[..., bytes]],
    decisions: Mapping[str, str],
    directory: Path,
    cache: Path | None = None,
    database: Path | None = None,
) -> World:
    """Open a world: a private copy of the seeded state, or the durable file ``database`` where it was left.

    Shapes: ``directory`` takes private files, ``cache`` (else ``directory``) keeps seeded ones between runs.
    Units: ``wall()`` is real time in epoch milliseconds; ``now_ms`` sets where the clock starts.
    Errors: StoreFault in one sentence when ``database`` is not a world this version can continue,
    RecipeFault in one when nothing can be sown from the recipe.
    """
    chosen = {**decisions, **recipe.get("decisions", {})}
    anchor_ms = midnight(wall() if now_ms is None else now_ms)
    plan = Plan(recipe, lookups, samples, seed, anchor_ms, now_ms, chosen, renderers)
    seedlings = cache or directory
    if database is not None and database.exists():
        return _continued(plan, database, wall, seedlings)
    source = _seeded(plan, seedlings)
    if database is not None and not seeded_files.planted(source, database):
        return _continued(plan, database, wall, seedlings)
    place = database or seeded_files.private_copy(source, directory)
    world = _over(plan, SqliteStore(place, durable=database is not None), wall, seedlings)
    world.private = place if database is None else None
    world._wind_up()
    return world


def _continued(plan: Plan, database: Path, wall: Callable[[], int], seedlings: Path) -> World:
    store = SqliteStore(database, durable=True)
    schema.check(store, database)
    world = _over(meta.same_world(store, plan, database), store, wall, seedlings)
    world.refresh()
    return world


def _over(plan: Plan, store: Store, wall: Callable[[], int], seedlings: Path) -> World:
    clock = Clock(wall, ClockState(), lambda state: meta.keep_clock(store, state))
    return World(plan, store, clock, lambda: _seeded(plan, seedlings))


def _seeded(plan: Plan, seedlings: Path) -> Path:
    return seeded_files.seeded(
        seedlings, f"{plan.name}-{plan.fingerprint()}", lambda place: _build(plan, place)
    )


def _build(plan: Plan, place: Path) -> None:
    with recipes.faults_told():
        recipes.check(plan.recipe)
    store = SqliteStore(place, durable=False)
    schema.create(store)
    meta.keep_plan(store, plan)
    clock = Clock(lambda: plan.anchor_ms, ClockState("frozen", at_ms=plan.anchor_ms))
    world = World(plan, store, clock, lambda: place)
    try:
        with recipes.faults_told(), world.transaction():
            opening.sow(world)
    finally:
        world.close()
