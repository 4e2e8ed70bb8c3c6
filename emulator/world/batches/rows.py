"""Batches in the store: queued, looked up, completed, forgotten once nobody asks for them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson

from emulator.world.batches.model import HOUR_MS, ID_HOURS, Batch, Failure, Failures, Kind
from emulator.world.core.ids import chance, happens, next_number, seeded_uuid
from emulator.world.core.listing import Listing

if TYPE_CHECKING:
    from emulator.world.core.world import World
    from emulator.world.store.interface import Row

BATCH = "batch"
# How long a batch takes: so much, and so much more for a thousand items; a recipe may say otherwise. No page
# says it; clients that look every 3 to 5 seconds find most of them done, C.
DELAY_MS, DELAY_MS_PER_THOUSAND = 2_000, 1_000
# In a world with unusual answers some batches come late, and later ones overtake them.
LATE_SHARE, LATE_MS = 0.3, 60_000
# Rows stay longer than the results they give.
KEPT_MS = 7 * 24 * HOUR_MS
COLUMNS = (
    "batch_no, batch_id, seller_id, storefront, kind, items, item_count, created_ms, due_ms, completed_ms,"
    " failures, effects"
)
INSERT = (
    "INSERT INTO batch (batch_no, batch_id, seller_id, storefront, kind, items, item_count, digest,"
    " created_ms, due_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def queue_batch(world: World, listing: Listing, kind: Kind, items: Sequence[Any]) -> Batch:
    """Write a batch down and put it on the calendar.

    Shapes: ``items`` are plain JSON values, as its applier reads them.
    """
    return queue_json(world, listing, kind, orjson.dumps(items), len(items))


def queue_json(
    world: World, listing: Listing, kind: Kind, items_json: bytes, item_count: int, digest: str = ""
) -> Batch:
    """Write a batch down whose items are JSON already, and put it on the calendar."""
    now_ms = world.clock.now_ms()
    number = next_number(world.store, BATCH)
    batch_id = seeded_uuid(world.seed, BATCH, number)
    if kind in ID_HOURS:
        batch_id = f"{batch_id}-{now_ms // 1000 + ID_HOURS[kind] * 3600}"
    due_ms = _due_ms(world, listing.seller_id, number, item_count)
    digest = digest or body_digest(items_json)
    values = (number, batch_id, *listing, kind, items_json, item_count, digest, now_ms, due_ms)
    world.store.execute(INSERT, values)
    world.schedule(due_ms, BATCH, number)
    return Batch(number, batch_id, listing, kind, items_json, item_count, now_ms, due_ms)


def batch_by_id(world: World, seller_id: int, batch_id: str) -> Batch | None:
    """The batch of that id, or None where the seller has none or its result has expired."""
    row = world.store.row(
        f"SELECT {COLUMNS} FROM batch WHERE seller_id = ? AND batch_id = ?", (seller_id, batch_id)
    )
    if row is None:
        return None
    batch = _batch(row)
    expires_ms = batch.expires_ms(world.decisions["batch-life"])
    return None if expires_ms is not None and expires_ms <= world.clock.now_ms() else batch


def batch_by_number(world: World, number: int) -> Batch | None:
    """The batch of that place among all, or None where it has been forgotten."""
    row = world.store.row(f"SELECT {COLUMNS} FROM batch WHERE batch_no = ?", (number,))
    return None if row is None else _batch(row)


def batches_of(world: World, listing: Listing, kind: Kind) -> Iterator[Batch]:
    """Every batch of a kind that is still kept, in the order of sending."""
    for row in world.store.rows(
        f"SELECT {COLUMNS} FROM batch WHERE seller_id = ? AND storefront = ? AND kind = ? ORDER BY batch_no",
        (*listing, kind),
    ):
        yield _batch(row)


def was_sent_since(world: World, listing: Listing, kind: Kind, digest: str, since_ms: int) -> bool:
    """Whether items of that digest were sent after a moment, epoch milliseconds UTC."""
    row = world.store.row(
        "SELECT 1 FROM batch WHERE seller_id = ? AND digest = ? AND storefront = ? AND kind = ?"
        " AND created_ms > ? LIMIT 1",
        (listing.seller_id, digest, listing.storefront, kind, since_ms),
    )
    return row is not None


def complete_batch(world: World, batch: Batch, failures: Mapping[int, Failures], at_ms: int) -> None:
    """Write down that a batch is done, and what could not be; forget those whose results are long gone."""
    world.store.execute(
        "UPDATE batch SET completed_ms = ?, failures = ? WHERE batch_no = ?",
        (at_ms, orjson.dumps({str(place): each for place, each in failures.items()}), batch.number),
    )
    world.store.execute(
        "DELETE FROM batch WHERE seller_id = ? AND due_ms < ? AND completed_ms IS NOT NULL",
        (batch.listing.seller_id, at_ms - KEPT_MS),
    )


def note_effects(world: World, batch: Batch, effects: Sequence[Any]) -> None:
    """Note what was done by each item of a batch, as plain JSON values."""
    world.store.execute(
        "UPDATE batch SET effects = ? WHERE batch_no = ?", (orjson.dumps(effects), batch.number)
    )


def body_digest(items_json: bytes) -> str:
    """What tells the items of one batch from those of another."""
    return hashlib.blake2b(items_json, digest_size=16).hexdigest()


def _due_ms(world: World, seller_id: int, number: int, item_count: int) -> int:
    """When a batch is done: not before those that were sent before it, unless the world is unusual.

    Shapes: ``late`` of a recipe names the batches that come late, instead of chance.
    """
    setting = world.plan.recipe.get("batches", {})
    delay_ms: int = setting.get("delay_ms", DELAY_MS)
    delay_ms += setting.get("delay_ms_per_thousand", DELAY_MS_PER_THOUSAND) * item_count // 1000
    own_ms = world.clock.now_ms() + delay_ms
    late_numbers = setting.get("late")
    if world.unusual or late_numbers:
        is_late = happens(chance(world.seed, "late batch", number), LATE_SHARE)
        is_late = is_late if late_numbers is None else number in late_numbers
        return own_ms + LATE_MS if is_late else own_ms
    row = world.store.row(
        "SELECT MAX(due_ms) FROM batch WHERE seller_id = ? AND completed_ms IS NULL", (seller_id,)
    )
    last_ms: int | None = row[0] if row else None
    return own_ms if last_ms is None else max(own_ms, last_ms)


def _batch(row: Row) -> Batch:
    number, batch_id, seller_id, storefront, kind, items_json, item_count, *moments, failures, effects = row
    created_ms, due_ms, completed_ms = moments
    return Batch(
        number,
        batch_id,
        Listing(seller_id, storefront),
        kind,
        items_json,
        item_count,
        created_ms,
        due_ms,
        completed_ms,
        {} if failures is None else _failures(failures),
        () if effects is None else tuple(orjson.loads(effects)),
    )


def _failures(failures_json: bytes) -> dict[int, Failures]:
    return {
        int(place): tuple(Failure(**facts) for facts in each)
        for place, each in orjson.loads(failures_json).items()
    }
