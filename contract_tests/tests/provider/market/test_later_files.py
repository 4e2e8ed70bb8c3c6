"""Worlds of one plan that begin one after the other: what fell due before they do is done once."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.provider.conftest import emulator_on
from contract_tests.tests.provider.support.worlds import DAY_MS, NOW_MS
from emulator.contract.sources import cache_folder
from emulator.stage.stages import Stages
from emulator.world.core.later_files import UNUSED_S, keep, latest_file
from emulator.world.core.meta import signing_secret
from emulator.world.core.seeded_files import Files
from emulator.world.core.world import World
from emulator.world.opening import open_world

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


def test_world_begins_each_time_with_what_fell_due_before_being_done(stages: Stages) -> None:
    names = [f"opened-again-{number}" for number in range(3)]
    worlds = [stages.open(name, "demo", now_ms=NOON_MS).world for name in names]
    try:
        assert [world.next_due_ms > NOON_MS for world in worlds] == [True, True, True]
        assert latest_file(worlds[0].seeded_file(), NOON_MS) != worlds[0].seeded_file()
        first, *later = map(all_rows, worlds)
        assert first["package"]
        assert later == [first, first]
        worlds[1].reset()
        assert worlds[1].next_due_ms > NOON_MS
        assert all_rows(worlds[1]) == first
    finally:
        for name in names:
            stages.close(name)


def test_world_that_was_led_on_is_the_one_that_caught_up(stages: Stages, tmp_path: Path) -> None:
    early_world = stages.open("led-on", "demo", now_ms=NOON_MS).world
    files = Files(tmp_path, cache=stages.settings.cache or cache_folder() / "worlds")
    plain_world = open_world(early_world.plan, files, stages.wall)
    try:
        assert plain_world.next_due_ms <= NOON_MS
        assert all_rows(plain_world) == all_rows(early_world)
    finally:
        plain_world.close()
        stages.close("led-on")


def test_secret_of_a_world_is_in_no_file_that_others_begin_with(stages: Stages) -> None:
    world = stages.open("with-a-secret", "demo", seed=4711, now_ms=NOON_MS).world
    try:
        secret = signing_secret(world.store)
        for file in world.seeded_file().parent.glob(f"{world.seeded_file().stem}*"):
            file.unlink()
        world.reset()
        assert signing_secret(world.store) == secret
        file_to_begin = latest_file(world.seeded_file(), NOON_MS)
        assert file_to_begin != world.seeded_file()
        assert secret.encode() not in file_to_begin.read_bytes()
    finally:
        stages.close("with-a-secret")


def test_latest_file_before_a_moment_is_begun_with(tmp_path: Path) -> None:
    source, place = tmp_path / "demo-[1].world", tmp_path / "led-on"
    source.write_text("seeded")
    for at_ms in (5, 12, 30):
        place.write_text(f"at {at_ms}")
        keep(source, at_ms, place)
    moments = (4, 5, 11, 12, 29, 30, 99)
    texts = [latest_file(source, at_ms).read_text() for at_ms in moments]
    assert texts == ["seeded", "at 5", "at 5", "at 12", "at 12", "at 30", "at 30"]


def test_file_that_was_led_on_further_goes_once_nobody_uses_it(tmp_path: Path) -> None:
    source, place = tmp_path / "demo.world", tmp_path / "led-on"
    source.write_text("seeded")
    place.write_text("led on")
    for at_ms in (5, 12):
        keep(source, at_ms, place)
    long_ago = time.time() - 2 * UNUSED_S
    os.utime(tmp_path / "demo-5.world", (long_ago, long_ago))
    keep(source, 30, place)
    assert {file.name for file in tmp_path.glob("*.world")} == {
        "demo.world",
        "demo-12.world",
        "demo-30.world",
    }


def test_world_begins_where_its_file_cannot_be_kept(tmp_path: Path) -> None:
    source = tmp_path / "demo.world"
    source.write_text("seeded")
    keep(source, 5, tmp_path / "gone")
    assert latest_file(source, 5) == source
