"""Everything a seeded world follows from, as one value with a fingerprint."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import orjson

from emulator.world.core.rendering import Renderers

DAY_MS = 86_400_000
# What is added to every id of a recipe, by its long_ids: nothing, enough to lie beyond 32 bits, or enough to
# lie beyond the 53 that a JavaScript number holds exactly.
ID_BASES: Mapping[bool | str, int] = {
    False: 0,
    True: 5_000_000_000,
    "beyond-doubles": 2**53 + 5_000_000_000,
}
WORLD_CODE = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a world is made from: two equal plans give two databases of equal bytes.

    Units: epoch milliseconds UTC.
    """

    recipe: Mapping[str, Any]
    """The parsed world file."""
    lookups: Mapping[str, Any]
    """Parsed JSON by name."""
    lookups_digest: str
    """What tells it from other lookups."""
    seed: int
    """Where all chance comes from."""
    anchor_ms: int
    """Midnight UTC of the first day."""
    now_ms: int | None
    """Where the clock starts, None for real time."""
    decisions: Mapping[str, str]
    """The side chosen wherever sources contradict each other."""
    renderers: Callable[[], Renderers]
    """Gives what makes documented JSON of rows."""
    rendering_files: tuple[Path, ...] = ()
    """The files of that code."""

    @property
    def name(self) -> str:
        """The name of the recipe."""
        return str(self.recipe["name"])

    @property
    def id_base(self) -> int:
        """What drawn ids are counted from."""
        return ID_BASES[self.recipe.get("long_ids", False)]

    @property
    def start_ms(self) -> int:
        """Where the clock starts, the first midnight when it follows real time."""
        return self.anchor_ms if self.now_ms is None else self.now_ms

    def begins_at(self, wall_ms: int) -> int:
        """Where the clock starts at a moment of real time."""
        return wall_ms if self.now_ms is None else self.now_ms

    def fingerprint(self) -> str:
        """A short name for this plan's seeded database; the code that seeds and renders is part of it."""
        facts = [self.recipe, self.lookups_digest, self.seed, self.anchor_ms, self.decisions]
        facts.append(faker_version())
        if any("edges" in part for part in self.recipe.get("money", ())):
            facts.append(self.start_ms)
        description = orjson.dumps(facts, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
        return hashlib.sha256(description + _source(self.rendering_files)).hexdigest()[:24]


def midnight(moment_ms: int) -> int:
    """Midnight UTC of the day a moment lies in."""
    return moment_ms - moment_ms % DAY_MS


@cache
def _source(more: tuple[Path, ...]) -> bytes:
    digest = hashlib.sha256()
    for file in (*sorted(_files_below(WORLD_CODE)), *map(str, more)):
        with open(file, "rb", buffering=0) as source:
            digest.update(source.read() + b"\0")
    return digest.digest()


def _files_below(top: Path) -> Iterator[str]:
    # Every start looks at them all; pathlib would take three times as long.
    for place, _, names in os.walk(top):
        yield from (os.path.join(place, name) for name in names if name.endswith((".py", ".sql")))


@cache
def faker_version() -> str:
    """Which Faker is installed, read from its source: importing it or the metadata would cost every start.

    Errors: LookupError when none is.
    """
    spec = find_spec("faker")
    source = Path(spec.origin).read_text(encoding="utf-8") if spec and spec.origin else ""
    line = re.search(r'^VERSION = "(.+)"$', source, re.MULTILINE)
    if line is None:
        raise LookupError("Faker is not installed; install trendyol-emulator again")
    return line[1]
