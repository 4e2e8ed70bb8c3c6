"""A process is killed while batches are queued and done: no answered one is lost, none is done twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from contract_tests.tests.provider.support.worlds import opened
from emulator.world.batches.rows import batches_of, queue_batch
from emulator.world.catalogue.listings import contents_of
from emulator.world.core.listing import Listing
from emulator.world.core.world import World

LISTING = Listing(2738, "TR")
ROWS, TIMES = 1_000, 10
RECIPE = {
    "name": "crash",
    "sellers": [
        {"id": 2738, "name": "Demo", "edition": "tr", "storefronts": ["TR"]}
        | {"key": "k", "secret": "s", "tier": "50k"}
    ],
    "listings": [{"seller": 2738, "storefront": "TR", "contents": 520, "variants": [2, 2]}],
    "batches": {"delay_ms": 1_000, "delay_ms_per_thousand": 0},
}
# Queues a batch that gives each row the batch's own number, says so, and has the one before it done.
SCRIPT = """
import sys
from pathlib import Path
from contract_tests.tests.provider.batches.test_batch_crash import LISTING, barcodes, push, shop

world = shop(Path(sys.argv[1]))
codes, number = barcodes(world), int(sys.argv[2])
print("ready", flush=True)
while True:
    number += 1
    batch_id = push(world, codes, number)
    print(batch_id, number, flush=True)
    world.advance(1_000)
"""


def shop(folder: Path) -> World:
    world = opened(folder, recipe=RECIPE, database=folder / "stage.db", cache=folder.parent / "cache")
    world.clock.freeze()
    return world


def barcodes(world: World) -> list[str]:
    return [each.barcode for content in contents_of(world, LISTING) for each in content.variants][:ROWS]


def push(world: World, codes: list[str], number: int) -> str:
    items = [{"barcode": code, "quantity": number % 20_000} for code in codes]
    with world.transaction():
        return queue_batch(world, LISTING, "inventory", items).id


def crash(folder: Path, first_number: int, wait_s: float) -> dict[str, int]:
    """Let a process push and apply for a while and kill it; give the batches that it has answered."""
    command = [sys.executable, "-c", SCRIPT, str(folder), str(first_number)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ}) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(wait_s)
        process.send_signal(signal.SIGKILL)
        lines = process.stdout.read().splitlines()
    pairs = [line.split() for line in lines if line.count(" ") == 1]
    return {batch_id: int(number) for batch_id, number in pairs}


def check(world: World, answers: dict[str, int]) -> None:
    """Every answered batch is there; those that are done are done whole, the last one is in stock."""
    rows = {batch.id: batch for batch in batches_of(world, LISTING, "inventory")}
    assert answers.keys() <= rows.keys()
    done_batches = [batch for batch in rows.values() if batch.completed_ms is not None]
    for batch in done_batches:
        assert len(batch.effects) == ROWS
        assert all(effect is not None for effect in batch.effects)
    waiting = world.store.rows("SELECT payload FROM due WHERE kind = 'batch'")
    assert len(waiting) == len(rows) - len(done_batches), "one row of the calendar for each batch that waits"
    codes = set(barcodes(world))
    stocks = {
        each.quantity for content in contents_of(world, LISTING) for each in content.variants
        if each.barcode in codes
    }  # fmt: skip
    if done_batches:
        assert stocks == {max(done_batches, key=lambda batch: batch.number).items[0]["quantity"]}


@pytest.mark.parametrize(
    "times", [pytest.param(1, id="once"), pytest.param(TIMES, id="often", marks=pytest.mark.nightly)]
)
def test_killed_process_loses_and_doubles_nothing(tmp_path: Path, times: int) -> None:
    folder = tmp_path / "stage"
    folder.mkdir()
    answers: dict[str, int] = {}
    rng = random.Random(13)
    for number in range(times):
        answers |= crash(folder, first_number=number * 1000, wait_s=0.2 + rng.random() * 0.5)
        world = shop(folder)
        check(world, answers)
        world.advance(5_000)
        check(world, answers)
        assert all(batch.completed_ms for batch in batches_of(world, LISTING, "inventory"))
        world.close()
    assert answers
