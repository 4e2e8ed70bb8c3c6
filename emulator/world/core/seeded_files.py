"""Seeded databases as files: made once for a plan, copied for each world, restored at each reset."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from emulator.world.store.place import PostgresPlace

try:
    import fcntl
except ImportError:  # Windows: two processes may build the same there.
    fcntl = None  # type: ignore[assignment]

_LOCKS_BY_PLACE: dict[Path, Lock] = {}
CACHE_BYTES, CACHE_FILES = 1 << 30, 200


@dataclass(frozen=True, slots=True)
class Files:
    """Where a world's files are: private ones, seeded ones between runs, and its durable one, if any."""

    directory: Path
    cache: Path
    database: Path | PostgresPlace | None = None


def seeded_file(directory: Path, name: str, build: Callable[[Path], None]) -> Path:
    """The seeded database of that name, built first when it is not there.

    Several threads and processes may ask at once: the first builds it beside the place and the file moves in
    whole, so that nobody ever opens half of one; the others wait for it.
    """
    place = directory / f"{name}.world"
    if _is_there(place):
        return place
    directory.mkdir(parents=True, exist_ok=True)
    with _only_builder(place):
        if _is_there(place):
            return place
        with tempfile.TemporaryDirectory(dir=directory, prefix=".building-") as workshop:
            draft = Path(workshop) / "draft.db"
            build(draft)
            draft.replace(place)
    forget_oldest(directory)
    return place


def _is_there(place: Path) -> bool:
    """Tell whether a file is there, and note that it was used."""
    with contextlib.suppress(FileNotFoundError):
        os.utime(place)
        return True
    return False


@contextlib.contextmanager
def _only_builder(place: Path) -> Iterator[None]:
    """Be the only one who builds at a place: of this process, and of all where the system locks files."""
    lock_place = place.with_suffix(".building")
    with _LOCKS_BY_PLACE.setdefault(place, Lock()), lock_place.open("wb") as lock:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            lock_place.unlink(missing_ok=True)


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


def forget_oldest(directory: Path) -> None:
    """Remove what was not used for longest once there is too much or too many, but never the newest."""
    with contextlib.suppress(FileNotFoundError):
        stats = ((file.stat(), file) for file in directory.glob("*.world"))
        oldest_first = sorted((facts.st_mtime, facts.st_size, file) for facts, file in stats)
        room = CACHE_BYTES - oldest_first.pop()[1]
        for place, (_, size, file) in enumerate(reversed(oldest_first), 1):
            room -= size
            if room < 0 or place >= CACHE_FILES:
                file.unlink(missing_ok=True)
