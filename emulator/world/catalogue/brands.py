"""The brands: those of the lookups, and those that sellers have asked for in this world."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from emulator.world.core.ids import next_number
from emulator.world.core.plan import DAY_MS

if TYPE_CHECKING:
    from emulator.world.core.world import World

FIRST_NEW_ID = 2_000_000
# A new brand is looked at by people before it is listed. Source: v3.0/docs/brand-create-service, D that it is
# moderated; that it takes a day is I.
REVIEW_MS = DAY_MS
_BRANDS: dict[str, tuple[Brand, ...]] = {}


class Brand(NamedTuple):
    """One brand."""

    id: int
    name: str


def listed_brands(world: World) -> list[Brand]:
    """Every brand that products can name now, the oldest first."""
    return [*_lookup_brands(world), *_new_brands(world)]


def brand_by_id(world: World, brand_id: int) -> Brand | None:
    """The listed brand of that number, or None."""
    return next((each for each in listed_brands(world) if each.id == brand_id), None)


def luxury_brand_ids(world: World) -> frozenset[int]:
    """The numbers of the brands of the luxury part."""
    return frozenset(world.plan.lookups["more_brands"]["luxe"])


def create_brand(world: World, seller_id: int, name: str) -> int:
    """Take in a brand that a seller asks for, and give its number; it is listed once it was looked at."""
    brand_id = next_number(world.store, "brand", FIRST_NEW_ID)
    world.store.execute(
        "INSERT INTO brand (brand_id, name, seller_id, created_ms) VALUES (?, ?, ?, ?)",
        (brand_id, name, seller_id, world.clock.now_ms()),
    )
    return brand_id


def _lookup_brands(world: World) -> tuple[Brand, ...]:
    """The brands of the world's lookups, made once a process."""
    plan = world.plan
    if plan.lookups_digest not in _BRANDS:
        usual_brands = (Brand(each["id"], each["name"]) for each in plan.lookups["brands"])
        more_brands = (Brand(*row) for row in plan.lookups["more_brands"]["rows"])
        _BRANDS[plan.lookups_digest] = (*usual_brands, *more_brands)
    return _BRANDS[plan.lookups_digest]


def _new_brands(world: World) -> Iterator[Brand]:
    rows = world.store.rows(
        "SELECT brand_id, name FROM brand WHERE created_ms <= ? ORDER BY brand_id",
        (world.clock.now_ms() - REVIEW_MS,),
    )
    return (Brand(*row) for row in rows)
