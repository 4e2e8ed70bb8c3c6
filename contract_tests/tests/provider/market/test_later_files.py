"""Worlds of one plan that are opened one after the other: what fell due before they begin is done once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.provider.conftest import emulator_on
from contract_tests.tests.provider.support.worlds import DAY_MS, NOW_MS
from emulator.stage.stages import Stages
from emulator.world.core.later_files import MOST_FILES, MOST_PLANS, OLD_MS, LaterFiles
from emulator.world.core.world import World

NOON_MS = NOW_MS + DAY_MS // 2


def all_rows(world: World) -> dict[str, list[Any]]:
    world.clock.freeze(NOON_MS)
    world.catch_up()
    tables = world.store.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    return {name: world.store.rows(f"SELECT * FROM {name}") for (name,) in tables}


@pytest.fixture(scope="module")
def stages() -> Iterator[Stages]:
    """Worlds in files, on whichever store the suite runs."""
    with emulator_on(None) as emulator:
        yield emulator.extensions["stages"]


def test_world_that_is_opened_again_is_the_same_and_has_less_to_do(stages: Stages) -> None:
    names = [f"opened-again-{number}" for number in range(3)]
    worlds = [stages.open(name, "demo", now_ms=NOON_MS).world for name in names]
    try:
        assert [world.next_due_ms <= NOON_MS for world in worlds] == [True, False, False]
        first, *later = map(all_rows, worlds)
        assert first["package"]
        assert later == [first, first]
        worlds[1].reset()
        assert all_rows(worlds[1]) == first
    finally:
        for name in names:
            stages.close(name)


def test_file_is_made_by_the_second_world_and_again_when_it_is_old(tmp_path: Path) -> None:
    files, moments = LaterFiles(), []
    source = tmp_path / "seeded.world"
    source.write_text("seeded")

    def copy_at(at_ms: int, plan: str = "demo") -> str:
        def lead_on(place: Path) -> None:
            moments.append(at_ms)
            place.write_text(f"at {at_ms}")

        return files.private_copy(plan, at_ms, source, tmp_path, lead_on).read_text()

    assert [copy_at(at_ms) for at_ms in (5, 6, 7, 6 + OLD_MS)] == ["seeded", "at 6", "at 6", "at 6"]
    assert [copy_at(at_ms) for at_ms in (7 + OLD_MS, 8)] == [f"at {7 + OLD_MS}", "at 8"]
    assert moments == [6, 7 + OLD_MS, 8]
    for number in range(MOST_PLANS):
        copy_at(1, str(number))
    for number in range(MOST_PLANS - MOST_FILES, MOST_PLANS):
        copy_at(1, str(number))
    assert (len(files.files), len(files.plans)) == (MOST_FILES, MOST_PLANS)
    assert len(list((tmp_path / "later").iterdir())) == MOST_FILES
    files.close()
    assert list((tmp_path / "later").iterdir()) == []
