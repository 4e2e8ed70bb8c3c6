"""Worlds without a server, for the tests that look at the marketplace itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from emulator.app import RENDERERS
from emulator.contract.contract import load_contract
from emulator.world.core.world import World, open_world

NOW_MS = 1_795_305_600_000
DAY_MS = 86_400_000


def bytes_of(world: World) -> bytes:
    """The whole private database of a world."""
    assert world.private is not None
    return world.private.read_bytes()


def opened(directory: Path, name: str = "demo", **options: Any) -> World:
    """Open a world of the fixtures in a directory; a recipe may be given in place of a name."""
    contract = load_contract()
    recipe = options.pop("recipe", None) or contract.worlds[name]
    given: dict[str, Any] = {
        "lookups": contract.lookups,
        "samples": contract.samples,
        "seed": 7,
        "wall": lambda: NOW_MS,
        "now_ms": NOW_MS,
        "renderers": RENDERERS,
        "decisions": contract.decide({}),
        "directory": directory,
    }
    return open_world(recipe, **{**given, **options})
