"""Having batches done: the applier of its kind moves the world, and the result is written down with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from emulator.world.batches.model import Batch, Failures, Kind
from emulator.world.batches.rows import batch_by_number, complete_batch
from emulator.world.core.collector import collector_at_rest
from emulator.world.core.world import World

# Moves the world by the items of a batch, and gives the failures of each, in order.
Apply: TypeAlias = Callable[[World, Batch, Sequence[Any]], Sequence[Failures]]


def work_off(appliers: Mapping[Kind, Apply]) -> Callable[[World, int, Any], None]:
    """Give the work of the calendar that has batches done by their appliers."""

    def apply_batch(world: World, at_ms: int, number: int) -> None:
        batch = batch_by_number(world, number)
        assert batch is not None
        with collector_at_rest():
            outcomes = appliers[batch.kind](world, batch, batch.items)
        failures = {place: each for place, each in enumerate(outcomes) if each}
        complete_batch(world, batch, failures, at_ms)

    return apply_batch
