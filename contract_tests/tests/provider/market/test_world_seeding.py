"""Seeding: the same plan gives the same bytes anywhere, kept for the next run, never seen half done."""

from __future__ import annotations

import gc
import hashlib
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import emulator.world
from contract_tests.tests.provider.support.recipes import small
from contract_tests.tests.provider.support.worlds import DAY_MS, NOW_MS, bytes_of, opened
from emulator.world.catalogue import listings
from emulator.world.core import ids, plan, seeded_files
from emulator.world.core.listing import Listing
from emulator.world.recipes import RecipeFault

PRINT_SEEDED = """
import sys
from pathlib import Path
from contract_tests.tests.provider.support.worlds import opened
place = Path(sys.argv[1])
print(opened(place, sys.argv[2], cache=place).seeded_file().read_bytes().hex())
"""


def seeded_in_another_process(directory: Path, world: str, hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    result = subprocess.run(
        [sys.executable, "-c", PRINT_SEEDED, str(directory), world],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return hashlib.sha256(result.stdout.encode()).hexdigest()


def test_fingerprint_covers_the_code_of_every_room() -> None:
    assert Path(emulator.world.__file__).parent == plan.WORLD_CODE
    assert {place.parent.name for place in plan.WORLD_CODE.rglob("seed*.py")} >= {
        "catalogue",
        "money",
        "orders",
    }


@pytest.mark.parametrize("world", ["demo", "samples"])
def test_same_seed_and_day_give_the_same_bytes_in_any_process(tmp_path: Path, world: str) -> None:
    one = seeded_in_another_process(tmp_path / "one", world, "1")
    assert one == seeded_in_another_process(tmp_path / "other", world, "2")


def test_another_seed_gives_another_world(tmp_path: Path) -> None:
    one, other = (opened(tmp_path, seed=seed) for seed in (1, 2))
    assert one.seeded_file() != other.seeded_file()
    assert next(listings.contents_of(one, Listing(2748, "RO"))) != next(
        listings.contents_of(other, Listing(2748, "RO"))
    )


def test_day_moves_every_date_and_nothing_else(tmp_path: Path) -> None:
    today, tomorrow = (opened(tmp_path, now_ms=NOW_MS + late) for late in (0, DAY_MS))
    early, late = (next(listings.contents_of(world, Listing(2748, "RO"))) for world in (today, tomorrow))
    assert (late.id, late.title, late.created_ms) == (early.id, early.title, early.created_ms + DAY_MS)


def test_seeded_world_is_kept_for_the_next_run(tmp_path: Path) -> None:
    opened(tmp_path / "one", cache=tmp_path / "cache").close()
    (kept,) = (tmp_path / "cache").glob("*.world")
    made_at = kept.stat().st_ino
    opened(tmp_path / "other", cache=tmp_path / "cache").close()
    assert [file.stat().st_ino for file in (tmp_path / "cache").iterdir()] == [made_at]


def test_kept_worlds_make_room_for_new_ones_oldest_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [opened(tmp_path, "empty", seed=seed, cache=tmp_path).seeded_file() for seed in (1, 2)]
    for age, place in enumerate(places):
        os.utime(place, (age, age))
    monkeypatch.setattr(seeded_files, "CACHE_BYTES", places[0].stat().st_size * 2)
    newest = opened(tmp_path, "empty", seed=3, cache=tmp_path).seeded_file()
    assert [place.exists() for place in (*places, newest)] == [False, True, True]


def test_worlds_opened_at_once_share_one_seeding(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        recipe, cache = small(), tmp_path / "cache"
        worlds = list(pool.map(lambda _: opened(tmp_path / "x", cache=cache, recipe=recipe), range(4)))
    assert len({world.private_file for world in worlds}) == 4
    assert len({hashlib.sha256(bytes_of(world)).digest() for world in worlds}) == 1
    assert [file.suffix for file in (tmp_path / "cache").iterdir()] == [".world"]
    for world in worlds:
        world.close()


def test_seeding_is_done_once_for_all_who_ask_at_once(tmp_path: Path) -> None:
    builds: list[Path] = []

    def build(place: Path) -> None:
        builds.append(place)
        time.sleep(0.2)
        if len(builds) == 1:
            raise OSError("no space left on device")
        place.write_bytes(b"seeded")

    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(seeded_files.seeded_file, tmp_path, "one", build) for _ in range(4)]
    failures = [job.exception() for job in jobs if job.exception()]
    assert (len(failures), len(builds)) == (1, 2)
    assert {job.result() for job in jobs if not job.exception()} == {tmp_path / "one.world"}
    assert [file.name for file in tmp_path.iterdir()] == ["one.world"]


def test_garbage_is_collected_again_after_a_seeding_that_failed(tmp_path: Path) -> None:
    opened(tmp_path, "empty", cache=tmp_path).close()
    assert gc.isenabled()
    orders = [{"seller": 2738, "storefront": "TR", "count": 1, "days": 1, "marketplaces": ["trendyol"]}]
    with pytest.raises(RecipeFault, match="sells nothing on TR yet"):
        opened(tmp_path, recipe=small(listings=[], money=[], orders=orders))
    assert gc.isenabled()


def test_chance_depends_on_seed_and_labels_alone() -> None:
    def drawn(seed: int, *labels: object) -> list[int]:
        rng = ids.chance(seed, *labels)
        return [ids.between(rng, 1, 1000) for _ in range(5)]

    assert drawn(1, "a", 2) == drawn(1, "a", 2)
    assert len({tuple(drawn(*given)) for given in ((1, "a", 2), (2, "a", 2), (1, "a", 3), (1, "b", 2))}) == 4


def test_seeded_uuid_is_a_version_4_uuid_of_its_labels() -> None:
    assert ids.seeded_uuid(1, "package", 5) == ids.seeded_uuid(1, "package", 5)
    assert ids.seeded_uuid(1, "package", 5)[14] == "4"
