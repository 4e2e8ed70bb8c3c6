"""A process that pushes and is killed: what the test of it shares with the process itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from contract_tests.tests.provider.support.worlds import opened
from emulator.world.batches.rows import batches_of, queue_batch
from emulator.world.catalogue.listings import contents_of
from emulator.world.core.listing import Listing
from emulator.world.core.world import World

LISTING = Listing(2738, "TR")
ROWS = 1_000
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
from contract_tests.tests.provider.support.batch_crash import LISTING, barcodes, push, shop

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
