"""What a client saves: its copy of the marketplace, in one SQLite file."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from contract_tests.clients.protocol import Row

ENCODE = json.JSONEncoder(default=str).encode
DECODE = json.JSONDecoder(parse_float=Decimal).decode

SCHEMA = """
CREATE TABLE IF NOT EXISTS rows (kind TEXT, key TEXT, body TEXT, PRIMARY KEY (kind, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS requests (limit_name TEXT, at REAL);
"""


class LocalCopy:
    """Rows by kind and key, as they came; money keeps every digit."""

    def __init__(self, path: str | Path = ":memory:") -> None:
        # One run at a time uses it, though not each of them in the same thread.
        self._database = sqlite3.connect(path, check_same_thread=False)
        self._database.executescript(SCHEMA)
        self._lock = threading.RLock()

    def replace(self, kind: str, key: str, rows: Iterable[Row]) -> None:
        """Hold exactly these rows of a kind: what is no longer listed is forgotten."""
        with self._lock, self._database:
            self._database.execute("DELETE FROM rows WHERE kind = ?", (kind,))
            self._put(kind, key, rows)

    def merge(self, kind: str, key: str, rows: Iterable[Row]) -> None:
        """Hold these rows too; a newer one takes the place of an older one with its key."""
        with self._lock, self._database:
            self._put(kind, key, rows)

    def _put(self, kind: str, key: str, rows: Iterable[Row]) -> None:
        values = ((kind, str(row[key]), ENCODE(row)) for row in rows)
        self._database.executemany("INSERT OR REPLACE INTO rows VALUES (?, ?, ?)", values)

    def merge_newer(self, kind: str, key: str, moment: str, rows: Iterable[Row]) -> None:
        """Hold those of the rows that are as new as what is there, by ``moment``, or newer."""
        with self._writing():
            for row in rows:
                query = "SELECT body FROM rows WHERE kind = ? AND key = ?"
                saved_row = self._database.execute(query, (kind, str(row[key]))).fetchone()
                if saved_row is None or DECODE(saved_row[0])[moment] <= row[moment]:
                    self._put(kind, key, [row])

    def add_once(self, kind: str, key: str, rows: Iterable[Row]) -> None:
        """Hold those of the rows whose key is not there yet."""
        values = [(kind, str(row[key]), ENCODE(row)) for row in rows]
        with self._writing():
            self._database.executemany("INSERT OR IGNORE INTO rows VALUES (?, ?, ?)", values)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Have the file alone: another process may write to it, and another thread of this one."""
        with self._lock, self._database:
            self._database.execute("BEGIN IMMEDIATE")
            yield

    def rows(self, kind: str) -> list[Row]:
        """The rows of a kind in the order of their keys; money as decimal strings."""
        bodies = self._database.execute("SELECT body FROM rows WHERE kind = ? ORDER BY key", (kind,))
        return [DECODE(body) for (body,) in bodies]

    def request_times(self) -> defaultdict[str, deque[float]]:
        """When the runs before this one sent their last requests, by the name of the limit."""
        instants: defaultdict[str, deque[float]] = defaultdict(deque)
        for limit_name, at in self._database.execute("SELECT limit_name, at FROM requests ORDER BY at"):
            instants[limit_name].append(at)
        return instants

    def save_request_times(self, times: Iterable[tuple[str, float]]) -> None:
        """Keep the instants for the next run."""
        with self._lock, self._database:
            self._database.execute("DELETE FROM requests")
            self._database.executemany("INSERT INTO requests VALUES (?, ?)", times)

    def reset(self) -> None:
        """Forget all."""
        with self._database:
            self._database.executescript("DELETE FROM rows; DELETE FROM requests;")

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()
