"""The write-ahead log of a durable file is carried into it while it is open, beside those who write."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from emulator.world.store.checkpoints import COMMITS
from emulator.world.store.sqlite import SqliteStore


def rows_of(file: Path) -> int:
    """Count the rows in a file."""
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("SELECT COUNT(*) FROM thing").fetchone()[0])


def test_file_alone_has_what_was_committed_before_a_checkpoint(tmp_path: Path) -> None:
    place, alone = tmp_path / "world.db", tmp_path / "alone.db"
    store = SqliteStore(place, durable=True)
    store.execute("CREATE TABLE thing (id INTEGER PRIMARY KEY)")
    for number in range(COMMITS):
        with store.writing():
            store.execute("INSERT INTO thing VALUES (?)", (number,))
    assert store._checkpoints is not None
    store._checkpoints.finish()
    alone.write_bytes(place.read_bytes())
    assert rows_of(alone) == COMMITS
    store.close()
    assert rows_of(place) == COMMITS
