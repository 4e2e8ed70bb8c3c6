"""What seeds a world, in which order; loaded where a world is made, not where its file is found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from emulator.world import recipes
from emulator.world.accounts import api_clients, buyers, sellers
from emulator.world.catalogue import account_product_rows, cross_country
from emulator.world.catalogue import seed as catalogue
from emulator.world.claims import seed as claims
from emulator.world.claims.search import returned_parcels
from emulator.world.core import meta
from emulator.world.core.clock import Clock, ClockState
from emulator.world.core.collector import collector_at_rest
from emulator.world.core.plan import Plan
from emulator.world.core.world import World
from emulator.world.exports import seed as exports
from emulator.world.jobs import JOBS
from emulator.world.money import seed as money
from emulator.world.orders import customers, seed_kinds
from emulator.world.orders import seed as orders
from emulator.world.orders.seed_bookings import seed_bookings_with
from emulator.world.questions import seed as questions
from emulator.world.store import schema
from emulator.world.store.sqlite import SqliteStore
from emulator.world.traffic import due as traffic

# Each reads its own parts of the recipe, and finds in the world what those before it have put there. Rows
# come before the indexes of their tables, what follows from them after.
SEEDS: tuple[Callable[[World], None], ...] = (
    sellers.seed_sellers,
    buyers.seed_buyers,
    api_clients.seed_clients,
    catalogue.seed_contents,
    catalogue.seed_listings,
    cross_country.seed_syncs,
    account_product_rows.seed_products,
    customers.seed_customers,
    orders.seed_orders,
    seed_kinds.seed_kinds,
    exports.seed_exports,
    questions.seed_questions,
)
FOLLOWING_SEEDS: tuple[Callable[[World], None], ...] = (
    claims.seed_claims,
    World.catch_up,
    money.seed_entries,
    seed_bookings_with(returned_parcels),
    money.seed_payouts,
    traffic.start_traffic,
)


def build(plan: Plan, place: Path) -> None:
    """Make the seeded file of a plan.

    Errors: RecipeFault in one sentence when the recipe makes no world.
    """
    with recipes.faults_of_recipe():
        recipes.check(plan.recipe)
    store = SqliteStore(place, durable=False)
    schema.create_tables(store)
    meta.keep_plan(store, plan)
    clock = Clock(lambda: plan.anchor_ms, ClockState("frozen", at_ms=plan.anchor_ms))
    world = World(plan, store, clock, lambda: place, lambda: JOBS)
    try:
        with recipes.faults_of_recipe(), collector_at_rest(), world.transaction():
            for seed in SEEDS:
                seed(world)
            schema.create_indexes(store)
            for seed in FOLLOWING_SEEDS:
                seed(world)
    finally:
        world.close()
