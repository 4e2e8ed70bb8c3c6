"""What the client holds: its copy of the marketplace, in one SQLite file."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict, deque
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from contract_tests.clients.protocol import Row

ENCODE = json.JSONEncoder(default=str).encode

SCHEMA = """
CREATE TABLE IF NOT EXISTS held (kind TEXT, key TEXT, body TEXT, PRIMARY KEY (kind, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sent (limited TEXT, at REAL);
"""


class LocalCopy:
    """Rows by kind and key, as they came; money keeps every digit."""

    def __init__(self, path: str | Path = ":memory:") -> None:
        # One run at a time uses it, though not each of them in the same thread.
        self._database = sqlite3.connect(path, check_same_thread=False)
        self._database.executescript(SCHEMA)

    def replace(self, kind: str, key: str, rows: Iterable[Row]) -> None:
        """Hold exactly these rows of a kind: what is no longer listed is forgotten."""
        with self._database:
            self._database.execute("DELETE FROM held WHERE kind = ?", (kind,))
            self._put(kind, key, rows)

    def merge(self, kind: str, key: str, rows: Iterable[Row]) -> None:
        """Hold these rows too; a newer one takes the place of an older one with its key."""
        with self._database:
            self._put(kind, key, rows)

    def _put(self, kind: str, key: str, rows: Iterable[Row]) -> None:
        values = ((kind, str(row[key]), ENCODE(row)) for row in rows)
        self._database.executemany("INSERT OR REPLACE INTO held VALUES (?, ?, ?)", values)

    def rows(self, kind: str) -> list[Row]:
        """The rows of a kind in the order of their keys; money as decimal strings."""
        found = self._database.execute("SELECT body FROM held WHERE kind = ? ORDER BY key", (kind,))
        return [json.loads(body, parse_float=Decimal) for (body,) in found]

    def request_times(self) -> defaultdict[str, deque[float]]:
        """When the runs before this one sent their last requests, by the name of the limit."""
        instants: defaultdict[str, deque[float]] = defaultdict(deque)
        for limited, at in self._database.execute("SELECT limited, at FROM sent ORDER BY at"):
            instants[limited].append(at)
        return instants

    def save_request_times(self, times: Iterable[tuple[str, float]]) -> None:
        """Keep the instants for the next run."""
        with self._database:
            self._database.execute("DELETE FROM sent")
            self._database.executemany("INSERT INTO sent VALUES (?, ?)", times)

    def reset(self) -> None:
        """Forget all."""
        with self._database:
            self._database.executescript("DELETE FROM held; DELETE FROM sent;")

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()
