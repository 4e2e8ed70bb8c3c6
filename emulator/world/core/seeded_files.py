"""Seeded databases as files: made once for a plan, copied for each world, restored at each reset."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

CACHE_BYTES, CACHE_FILES = 1 << 30, 200


@dataclass(frozen=True, slots=True)
class Files:
    """Where a world's files are: private ones, seeded ones between runs, and its durable one, if any."""

    directory: Path
    cache: Path
    database: Path | None = None


def seeded_file(directory: Path, name: str, build: Callable[[Path], None]) -> Path:
    """The seeded database of that name, built first when it is not there.

    Several processes may ask at once: each builds beside the place and the file moves in whole, so that
    nobody ever opens half of one.
    """
    place = directory / f"{name}.world"
    if place.exists():
        os.utime(place)
        return place
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory, prefix=".building-") as workshop:
        draft = Path(workshop) / "draft.db"
        build(draft)
        draft.replace(place)
    _forget_oldest(directory)
    return place


def copy_if_absent(source: Path, place: Path) -> bool:
    """Copy a seeded database to a place where nothing stands yet; False when another process was first."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".copying-") as workshop:
        draft = Path(workshop) / "draft.db"
        shutil.copyfile(source, draft)
        try:
            place.hardlink_to(draft)
        except FileExistsError:
            return False
    return True


def private_copy(source: Path, directory: Path) -> Path:
    """A copy of a seeded database under a name nobody else has."""
    place = private_place(directory)
    shutil.copyfile(source, place)
    return place


def private_place(directory: Path) -> Path:
    """An empty file under a name nobody else has."""
    directory.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=directory, suffix=".db")
    os.close(handle)
    return Path(name)


def _forget_oldest(directory: Path) -> None:
    """Remove what was not used for longest once there is too much or too many, but never the newest."""
    with contextlib.suppress(FileNotFoundError):
        stats = ((file.stat(), file) for file in directory.glob("*.world"))
        oldest_first = sorted((facts.st_mtime, facts.st_size, file) for facts, file in stats)
        room = CACHE_BYTES - oldest_first.pop()[1]
        for place, (_, size, file) in enumerate(reversed(oldest_first), 1):
            room -= size
            if room < 0 or place >= CACHE_FILES:
                file.unlink(missing_ok=True)
