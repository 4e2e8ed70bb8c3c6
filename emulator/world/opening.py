"""How a world is opened; what it is seeded with and what it waits for is loaded where it is needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from emulator.world.accounts.api_clients import all_clients
from emulator.world.accounts.buyers import all_buyers
from emulator.world.accounts.sellers import all_sellers
from emulator.world.core import later_files, meta, seeded_files
from emulator.world.core.calendar import Job
from emulator.world.core.clock import Clock, ClockState
from emulator.world.core.plan import Plan
from emulator.world.core.seeded_files import Files
from emulator.world.core.world import World
from emulator.world.store import schema
from emulator.world.store.interface import Store, StoreFault
from emulator.world.store.place import PostgresPlace
from emulator.world.store.sqlite import SqliteStore


def open_world(plan: Plan, files: Files, wall: Callable[[], int], *, leads_on: bool = False) -> World:
    """Open a world: a private copy of the seeded state, or the durable file where it was left.

    Shapes: where it ``leads_on``, a private world begins with what fell due before it does being done.
    Units: ``wall()`` is real time in epoch milliseconds.
    Errors: StoreFault in one sentence when the durable file is not a world this version can continue,
    RecipeFault in one when the recipe makes no world.
    """
    if isinstance(files.database, PostgresPlace):
        return _open_on_server(plan, files.database, wall, files.cache)
    if files.database is not None and files.database.exists():
        return _continue_file(plan, files.database, wall, files.cache)
    seeded_file = _seeded_file(plan, files.cache)
    source = seeded_file()
    if files.database is not None:
        if not seeded_files.copy_if_absent(source, files.database):
            return _continue_file(plan, files.database, wall, files.cache)
        world = _over(plan, SqliteStore(files.database, durable=True), wall, seeded_file)
        world.begin()
        return world
    # A world that lives remembers from when on; it begins with its own first look at the time.
    leads_on = leads_on and not plan.recipe.get("orders_per_hour")
    first = later_files.latest_file(source, plan.begins_at(wall())) if leads_on else source
    place = seeded_files.private_copy(first, files.directory)
    world = _over(plan, SqliteStore(place, durable=False), wall, seeded_file)
    world.private_file, world.leads_on = place, leads_on
    world.begin()
    return world


def open_kept_store(database: Path | PostgresPlace) -> Store:
    """Open the database of a world that is kept, without the world.

    Errors: StoreFault in one sentence where there is none, or one of another version.
    """
    if isinstance(database, PostgresPlace):
        store: Store = _server_driver(database).open_kept(database)
    elif database.exists():
        store = SqliteStore(database, durable=True)
    else:
        raise StoreFault(f"{database} is not there: a world is kept by serve --database.")
    try:
        schema.check(store, database)
    except StoreFault:
        store.close()
        raise
    return store


def _continue_file(plan: Plan, database: Path, wall: Callable[[], int], cache_dir: Path) -> World:
    return _continue(plan, SqliteStore(database, durable=True), database, wall, cache_dir)


def _open_on_server(plan: Plan, place: PostgresPlace, wall: Callable[[], int], cache_dir: Path) -> World:
    seeded_file = _seeded_file(plan, cache_dir)
    store, is_new = _server_driver(place).open_store(place, seeded_file)
    if not is_new:
        return _continue(plan, store, place, wall, cache_dir)
    world = _over(plan, store, wall, seeded_file)
    world.begin()
    return world


def _server_driver(place: PostgresPlace) -> Any:
    # Only who names a server waits for its driver to be loaded, or needs it at all.
    try:
        from emulator.world.store import postgres
    except ImportError as missing:
        raise StoreFault(
            f"{place} needs a driver ({missing.name} is missing): pip install 'trendyol-emulator[postgres]'"
        ) from missing
    return postgres


def _continue(plan: Plan, store: Store, where: object, wall: Callable[[], int], cache_dir: Path) -> World:
    try:
        schema.check(store, where)
        same_plan = meta.same_world(store, plan, where)
        world = _over(same_plan, store, wall, _seeded_file(same_plan, cache_dir))
        world.refresh()
        for accounts_of in (all_sellers, all_buyers, all_clients):
            accounts_of(world)
    except StoreFault:
        store.close()
        raise
    except Exception as fault:  # a damaged row may break whatever reads it
        store.close()
        raise StoreFault(f"{where} holds a world that cannot be continued: {fault}.") from fault
    return world


def _over(plan: Plan, store: Store, wall: Callable[[], int], seeded_file: Callable[[], Path]) -> World:
    clock = Clock(wall, ClockState(), lambda state: meta.keep_clock(store, state))
    return World(plan, store, clock, seeded_file, _jobs)


def _seeded_file(plan: Plan, cache_dir: Path) -> Callable[[], Path]:
    """Give the function that finds or makes the plan's seeded file; its name is worked out once, here."""
    name = f"{plan.name}-{plan.fingerprint()}"
    return lambda: seeded_files.seeded_file(cache_dir, name, lambda place: _seed(plan, place))


def _jobs() -> Mapping[str, Job[World]]:
    # A world in which nothing has fallen due needs nothing of what would follow.
    from emulator.world.jobs import JOBS

    return JOBS


def _seed(plan: Plan, place: Path) -> None:
    # A start that finds its world in the cache needs nothing of what draws one.
    from emulator.world.seeding import build

    build(plan, place)
