"""Batches in the world itself: when they are done, in which order, and how long their results last."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.provider.support.worlds import opened
from emulator.world.batches.model import Batch, Kind
from emulator.world.batches.rows import batch_by_id, body_digest, queue_batch, was_sent_since
from emulator.world.catalogue.listings import contents_of, variant_by_barcode
from emulator.world.core.listing import Listing
from emulator.world.core.world import World

HOUR_MS = 3_600_000
LISTING = Listing(2748, "RO")


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = opened(tmp_path_factory.mktemp("batches"))
    yield world
    world.close()


@pytest.fixture
def world(room: World) -> World:
    room.reset()
    room.unusual = False
    room.clock.freeze()
    return room


def barcode_of(world: World) -> str:
    """The first barcode of the listing that can be bought."""
    variants = (each for content in contents_of(world, LISTING) for each in content.variants)
    return next(each.barcode for each in variants if each.on_sale)


def push(world: World, quantity: int, count: int = 1, kind: Kind = "inventory") -> Batch:
    """Queue a batch that sets a stock, with so many items; all but the first are of unknown barcodes."""
    items: list[dict[str, Any]] = [{"barcode": barcode_of(world), "quantity": quantity}]
    items += [{"barcode": f"unknown-{number}", "quantity": 1} for number in range(1, count)]
    with world.transaction():
        return queue_batch(world, LISTING, kind, items)


def stock_of(world: World) -> int:
    match = variant_by_barcode(world, LISTING, barcode_of(world))
    assert match is not None
    return match[1].quantity


def result(world: World, batch: Batch) -> Batch | None:
    return batch_by_id(world, LISTING.seller_id, batch.id)


def test_batch_changes_nothing_until_it_is_due(world: World) -> None:
    before, batch = stock_of(world), push(world, 77)
    assert batch.due_ms == world.clock.now_ms() + 2_001
    world.advance(2_000)
    waiting = result(world, batch)
    assert stock_of(world) == before
    assert waiting is not None
    assert waiting.completed_ms is None


def test_batch_is_done_with_its_result_at_its_moment(world: World) -> None:
    batch = push(world, 77, count=2)
    world.advance(60_000)
    answer = result(world, batch)
    assert stock_of(world) == 77
    assert answer is not None
    assert answer.completed_ms == batch.due_ms
    assert {place: [each.reason for each in some] for place, some in answer.failures.items()} == {
        1: ["barcode-unknown"]
    }


def test_large_batch_takes_longer(world: World) -> None:
    assert push(world, 1, count=1000).due_ms - world.clock.now_ms() == 3_000


def test_small_batch_waits_for_the_large_one_before_it(world: World) -> None:
    large, small = push(world, 11, count=1000), push(world, 12)
    assert small.due_ms == large.due_ms
    world.advance(60_000)
    assert stock_of(world) == 12


def test_batches_of_an_unusual_world_overtake_each_other(world: World) -> None:
    world.unusual = True
    batches = [push(world, number) for number in range(1, 21)]
    assert [each.due_ms for each in batches] != sorted(each.due_ms for each in batches)


def test_result_is_gone_four_hours_after_completion(world: World) -> None:
    batch = push(world, 5)
    world.advance(batch.due_ms - world.clock.now_ms() + 4 * HOUR_MS - 1)
    assert result(world, batch) is not None
    world.advance(1)
    assert result(world, batch) is None


@pytest.mark.parametrize(("kind", "hours"), [("inventory", 4), ("create", 7), ("archive", 72)])
def test_id_ends_in_the_end_of_its_result(world: World, kind: Kind, hours: int) -> None:
    now_ms = world.clock.now_ms()
    batch = push(world, 5, kind=kind)
    assert int(batch.id.rpartition("-")[2]) == now_ms // 1000 + hours * 3600
    assert replace(batch).expires_ms("by-id") == now_ms + hours * HOUR_MS


def test_result_is_the_sellers_own(world: World) -> None:
    assert batch_by_id(world, 2738, push(world, 5).id) is None


def test_same_items_are_known_again_since_a_moment(world: World) -> None:
    digest, now_ms = body_digest(push(world, 5).items_json), world.clock.now_ms()
    assert was_sent_since(world, LISTING, "inventory", digest, now_ms - 1)
    assert not was_sent_since(world, LISTING, "inventory", digest, now_ms)
    assert not was_sent_since(world, Listing(2748, "GR"), "inventory", digest, now_ms - 1)


def test_rows_of_old_batches_are_forgotten(world: World) -> None:
    push(world, 5)
    world.advance(8 * 24 * HOUR_MS)
    push(world, 6)
    world.advance(60_000)
    assert world.store.row("SELECT COUNT(*) FROM batch") == (1,)


def test_batch_survives_a_restart(tmp_path: Path) -> None:
    place = tmp_path / "stage.db"
    world = opened(tmp_path, database=place)
    world.clock.freeze()
    batch = push(world, 91)
    world.close()
    again = opened(tmp_path, database=place)
    again.advance(60_000)
    assert stock_of(again) == 91
    answer = result(again, batch)
    assert answer is not None
    assert answer.completed_ms == batch.due_ms
    again.close()
