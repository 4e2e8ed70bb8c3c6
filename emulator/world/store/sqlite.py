"""The embedded database: sqlite3 of the standard library, over a private file or a durable one."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from emulator.world.store.interface import Row, StoreFault

FAST = ("page_size=8192", "cache_size=-8000", "mmap_size=134217728", "temp_store=MEMORY")
PRIVATE = (*FAST, "journal_mode=MEMORY", "synchronous=OFF", "locking_mode=EXCLUSIVE")
DURABLE = (*FAST, "journal_mode=WAL", "synchronous=NORMAL")
WAIT_S = 10.0
CHUNK = 1 << 20


class SqliteStore:
    """One connection to one SQLite file.

    A private file belongs to this process alone and dies with it, so it skips every safeguard; a durable one
    is in WAL mode: what was answered survives a crash, and other processes of the machine may share it.
    """

    def __init__(self, path: Path, *, durable: bool) -> None:
        self.path = path
        self.durable = durable
        self._connection = self._connect()
        self._seen_version = self._version()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, timeout=WAIT_S, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        try:
            for pragma in DURABLE if self.durable else PRIVATE:
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.DatabaseError as fault:
            connection.close()
            raise StoreFault(f"{self.path} cannot be opened as a world: {fault}.") from fault
        return connection

    def _version(self) -> int:
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0]) if self.durable else 0

    def execute(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Run one statement; say how many rows it touched."""
        return self._connection.execute(sql, values).rowcount

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each row of values.

        Errors: StoreFault when a row claims the place of another.
        """
        try:
            self._connection.executemany(sql, rows)
        except sqlite3.IntegrityError as fault:
            raise StoreFault(f"two rows claim one place: {fault}") from fault

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Read every row of a query."""
        return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        """Read the first row of a query, or None."""
        row: Row | None = self._connection.execute(sql, values).fetchone()
        return row

    def has_table(self, name: str) -> bool:
        """Whether there is a table of that name."""
        return self.row("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (name,)) is not None

    def script(self, sql: str) -> None:
        """Run several statements, as the schema is made of."""
        self._connection.executescript(sql)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction that may write; inside another one it is part of that one."""
        if self._connection.in_transaction:
            yield
            return
        with self._commit_after("BEGIN IMMEDIATE"):
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        """One unchanging view for several queries; inside a transaction it is part of that one."""
        if self._connection.in_transaction or not self.durable:
            yield
            return
        with self._commit_after("BEGIN"):
            yield

    @contextmanager
    def _commit_after(self, begin: str) -> Iterator[None]:
        self._connection.execute(begin)
        try:
            yield
        except BaseException:
            self._connection.rollback()
            raise
        self._connection.commit()

    def changed_elsewhere(self) -> bool:
        """Whether another process has written since the last time this was asked."""
        before, self._seen_version = self._seen_version, self._version()
        return before != self._seen_version

    def restore(self, seeded: Path) -> None:
        """Make the whole database equal to a seeded one.

        A private file is written over as a file; one that other processes have open gets page by page.
        """
        if not self.durable:
            self._connection.close()
            _write_over(self.path, seeded)
            self._connection = self._connect()
            return
        source = sqlite3.connect(seeded)
        try:
            source.backup(self._connection)
        finally:
            source.close()

    def frozen_copy(self, place: Path) -> SqliteStore:
        """Copy the whole database, as it stands, to ``place``, to be read and never written."""
        target = sqlite3.connect(place)
        try:
            self._connection.backup(target)
        finally:
            target.close()
        copy = SqliteStore(place, durable=False)
        copy.execute("PRAGMA query_only=ON")
        return copy

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()


def _write_over(place: Path, source: Path) -> None:
    """Copy over a file that stands already: its memory is used again, ten times faster than a fresh copy."""
    with source.open("rb") as original, place.open("r+b") as copy:
        shutil.copyfileobj(original, copy, CHUNK)
        copy.truncate()
