"""Carries the write-ahead log of a file into its database, beside those who write."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from threading import Thread

COMMITS = 100
"""After so many commits the log is carried over."""


class Checkpoints:
    """The checkpoints of one file, each in a thread of its own: it waits for the disk, and nobody for it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._commits = 0
        self._thread: Thread | None = None

    def note_commit(self) -> None:
        """Begin a checkpoint after enough commits, unless one is going on."""
        self._commits += 1
        if self._commits < COMMITS or (self._thread is not None and self._thread.is_alive()):
            return
        self._commits = 0
        self._thread = Thread(target=self._carry_over, name="checkpoint", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Wait for the checkpoint that is going on."""
        if self._thread is not None:
            self._thread.join()

    def _carry_over(self) -> None:
        # What the disk refuses is left in the log; whoever writes there is told of it.
        with suppress(sqlite3.Error), closing(sqlite3.connect(self._path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
