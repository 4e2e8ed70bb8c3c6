"""The write-ahead log of a durable file is carried into it while it is open, beside those who write."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from emulator.world.store.checkpoints import COMMITS
from emulator.world.store.schema import create_tables
from emulator.world.store.sqlite import SqliteStore

COUNT = "SELECT COUNT(*) FROM world_meta WHERE name LIKE 'commit %'"
INSERT = "INSERT INTO world_meta (name, value) VALUES (?, ?)"


def commits_in(file: Path) -> int:
    """Count the rows of commits in a file."""
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute(COUNT).fetchone()[0])


def test_file_alone_has_what_was_committed_before_a_checkpoint(tmp_path: Path) -> None:
    place, alone = tmp_path / "world.db", tmp_path / "alone.db"
    store = SqliteStore(place, durable=True)
    create_tables(store)
    for number in range(COMMITS):
        with store.writing():
            store.execute(INSERT, (f"commit {number}", ""))
    assert store._checkpoints is not None
    store._checkpoints.finish()
    alone.write_bytes(place.read_bytes())
    assert commits_in(alone) == COMMITS
    store.close()
    assert commits_in(place) == COMMITS
