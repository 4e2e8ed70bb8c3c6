"""Seeded files led on to a later moment, beside the seeded ones: what fell due before it is done once.

Their names are that of the seeded file with the moment, epoch milliseconds UTC.
"""

from __future__ import annotations

import glob
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from emulator.world.core import seeded_files

UNUSED_S = 60.0
"""How long nobody has used a file that a later one took the place of when it is removed."""


def latest_file(source: Path, at_ms: int) -> Path:
    """Give the file to begin with at a moment: the last one that was led on from a seeded one, or that."""
    for moment_ms, file in sorted(_files_of(source), reverse=True):
        with suppress(FileNotFoundError):
            if moment_ms <= at_ms:
                os.utime(file)
                return file
    return source


def keep(source: Path, at_ms: int, place: Path) -> None:
    """Keep a copy of a world that was led on to a moment for those that begin later, where there is room."""
    with suppress(OSError):
        seeded_files.copy_if_absent(place, source.with_name(f"{source.stem}-{at_ms}{source.suffix}"))
    for moment_ms, file in _files_of(source):
        with suppress(OSError):
            if moment_ms < at_ms and time.time() - file.stat().st_mtime > UNUSED_S:
                file.unlink()
    seeded_files.forget_oldest(source.parent)


def _files_of(source: Path) -> Iterator[tuple[int, Path]]:
    for file in source.parent.glob(f"{glob.escape(source.stem)}-*{source.suffix}"):
        yield int(file.stem.rpartition("-")[2]), file
