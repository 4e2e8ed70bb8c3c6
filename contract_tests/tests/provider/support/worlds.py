"""Worlds without a server, for the tests that look at the marketplace itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from emulator.app import renderers
from emulator.contract.contract import load_contract
from emulator.contract.sources import cache_folder
from emulator.world.core.plan import Plan, midnight
from emulator.world.core.seeded_files import Files
from emulator.world.core.world import World
from emulator.world.opening import open_world

NOW_MS = 1_795_305_600_000
DAY_MS = 86_400_000


def bytes_of(world: World) -> bytes:
    """The whole private database of a world."""
    assert world.private_file is not None
    return world.private_file.read_bytes()


def opened(
    directory: Path,
    name: str = "demo",
    *,
    database: Path | None = None,
    cache: Path | None = None,
    wall: Callable[[], int] = lambda: NOW_MS,
    **options: Any,
) -> World:
    """Open a world of the fixtures in a directory; ``options`` are members of its plan.

    Shapes: ``cache`` is where its seeded file lies; one that all tests share unless given.
    """
    contract = load_contract()
    members = {
        "recipe": contract.worlds[name],
        "lookups": contract.lookups,
        "lookups_digest": contract.lookups_digest,
        "seed": 7,
        "now_ms": NOW_MS,
        "decisions": contract.decide({}),
        "renderers": renderers,
        **options,
    }
    anchor_ms = midnight(wall() if members["now_ms"] is None else members["now_ms"])
    plan = Plan(**members, anchor_ms=anchor_ms)
    return open_world(plan, Files(directory, cache or cache_folder() / "tests", database), wall)
