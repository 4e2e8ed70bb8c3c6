"""The marketplace's table of contents: what seeds a world, what its calendar does, and how one is opened."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from emulator.world import recipes
from emulator.world.accounts import api_clients, buyers, sellers
from emulator.world.catalogue import account_product_rows
from emulator.world.catalogue import seed as catalogue
from emulator.world.core import meta, seeded_files
from emulator.world.core.calendar import Job
from emulator.world.core.clock import Clock, ClockState
from emulator.world.core.istanbul import next_wednesday
from emulator.world.core.plan import Plan
from emulator.world.core.seeded_files import Files
from emulator.world.core.world import World
from emulator.world.money import payouts, settlements
from emulator.world.money import seed as money
from emulator.world.orders import customers, due
from emulator.world.orders import seed as orders
from emulator.world.purchases import cutoffs
from emulator.world.store import schema
from emulator.world.store.interface import Store
from emulator.world.store.sqlite import SqliteStore

# Each reads its own parts of the recipe, and finds in the world what those before it have put there. Rows
# come before the indexes of their tables, what follows from them after.
SEEDS: tuple[Callable[[World], None], ...] = (
    sellers.seed_sellers,
    buyers.seed_buyers,
    api_clients.seed_clients,
    catalogue.seed_contents,
    catalogue.seed_listings,
    account_product_rows.seed_products,
    customers.seed_customers,
    orders.seed_orders,
)
FOLLOWING_SEEDS: tuple[Callable[[World], None], ...] = (World.catch_up, money.seed_money)

JOBS: Mapping[str, Job[World]] = {
    payouts.KIND: Job(payouts.cut_payment_orders, next_wednesday),
    settlements.FOLLOW_UP: Job(settlements.follow_up_due),
    due.ORDER: Job(due.order_due),
    due.PACKAGE: Job(due.package_due),
    due.BOOKING: Job(due.booking_due),
    cutoffs.KIND: Job(cutoffs.cut_off),
}


def open_world(plan: Plan, files: Files, wall: Callable[[], int]) -> World:
    """Open a world: a private copy of the seeded state, or the durable file where it was left.

    Units: ``wall()`` is real time in epoch milliseconds.
    Errors: StoreFault in one sentence when the durable file is not a world this version can continue,
    RecipeFault in one when the recipe makes no world.
    """
    if files.database is not None and files.database.exists():
        return _continue(plan, files.database, wall, files.cache)
    seeded_file = _seeded_file(plan, files.cache)
    source = seeded_file()
    if files.database is not None and not seeded_files.copy_if_absent(source, files.database):
        return _continue(plan, files.database, wall, files.cache)
    place = files.database or seeded_files.private_copy(source, files.directory)
    world = _over(plan, SqliteStore(place, durable=files.database is not None), wall, seeded_file)
    world.private_file = place if files.database is None else None
    world.start_clock()
    return world


def _continue(plan: Plan, database: Path, wall: Callable[[], int], cache_dir: Path) -> World:
    store = SqliteStore(database, durable=True)
    schema.check(store, database)
    same_plan = meta.same_world(store, plan, database)
    world = _over(same_plan, store, wall, _seeded_file(same_plan, cache_dir))
    world.refresh()
    return world


def _over(plan: Plan, store: Store, wall: Callable[[], int], seeded_file: Callable[[], Path]) -> World:
    clock = Clock(wall, ClockState(), lambda state: meta.keep_clock(store, state))
    return World(plan, store, clock, seeded_file, JOBS)


def _seeded_file(plan: Plan, cache_dir: Path) -> Callable[[], Path]:
    """Give the function that finds or makes the plan's seeded file; its name is worked out once, here."""
    name = f"{plan.name}-{plan.fingerprint()}"
    return lambda: seeded_files.seeded_file(cache_dir, name, lambda place: _build(plan, place))


def _build(plan: Plan, place: Path) -> None:
    with recipes.faults_of_recipe():
        recipes.check(plan.recipe)
    store = SqliteStore(place, durable=False)
    schema.create_tables(store)
    meta.keep_plan(store, plan)
    clock = Clock(lambda: plan.anchor_ms, ClockState("frozen", at_ms=plan.anchor_ms))
    world = World(plan, store, clock, lambda: place, JOBS)
    try:
        with recipes.faults_of_recipe(), _collector_at_rest(), world.transaction():
            for seed in SEEDS:
                seed(world)
            schema.create_indexes(store)
            for seed in FOLLOWING_SEEDS:
                seed(world)
    finally:
        world.close()


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Within the block nobody looks for garbage among the many values of a seed, where there is none."""
    is_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if is_on:
            gc.enable()
