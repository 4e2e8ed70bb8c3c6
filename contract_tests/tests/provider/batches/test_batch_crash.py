"""A process is killed while batches are queued and done: no answered one is lost, none is done twice."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from contract_tests.tests.provider.support.batch_crash import LISTING, check, crash, shop
from emulator.world.batches.rows import batches_of

TIMES = 10


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
