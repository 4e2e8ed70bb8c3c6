"""Seeded databases kept as files: made once for a plan, copied for each world, restored at each reset."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

KEPT_BYTES, KEPT_FILES = 1 << 29, 200


def seeded(directory: Path, name: str, build: Callable[[Path], None]) -> Path:
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


def planted(seeded_file: Path, place: Path) -> bool:
    """Copy a seeded database to a place where nothing stands yet; False when another process was first."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".planting-") as workshop:
        draft = Path(workshop) / "draft.db"
        shutil.copyfile(seeded_file, draft)
        try:
            place.hardlink_to(draft)
        except FileExistsError:
            return False
    return True


def private_copy(seeded_file: Path, directory: Path) -> Path:
    """A copy of a seeded database under a name nobody else has."""
    place = private_place(directory)
    shutil.copyfile(seeded_file, place)
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
        told = ((file.stat(), file) for file in directory.glob("*.world"))
        kept = sorted((facts.st_mtime, facts.st_size, file) for facts, file in told)
        room = KEPT_BYTES - kept.pop()[1]
        for place, (_, size, file) in enumerate(reversed(kept), 1):
            room -= size
            if room < 0 or place >= KEPT_FILES:
                file.unlink(missing_ok=True)
