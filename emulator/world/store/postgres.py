"""A world in a schema of a PostgreSQL server: one connection, one transaction a request.

A row of the schema carries a number that every writing transaction raises before anything else: it lets
one writer in at a time, as SQLite does, and tells all others that something has changed.
"""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

from emulator.world.store import postgres_schemas
from emulator.world.store.interface import Row, StoreFault, StoreUnreachable
from emulator.world.store.place import PostgresPlace, key_of
from emulator.world.store.postgres_link import Link
from emulator.world.store.postgres_sql import ANY_TABLE, native_schema, quote_name, written_table
from emulator.world.store.schema import table_names
from emulator.world.store.sqlite import SqliteStore

READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT version FROM store_version"
WRITE = "BEGIN; UPDATE store_version SET version = version + 1 RETURNING version - 1"
MOST_IDLE, MOST_IDLE_OF_A_KIND = 8, 2
"""How many closed private schemas wait for the next world of their seeded file, each with its connection."""
VERSION = "SELECT version FROM store_version"


def open_private(place: PostgresPlace, source: Path) -> PostgresStore:
    """Open a private schema as a copy of a seeded file; one that was closed before is used again.

    Errors: StoreFault in one sentence.
    """
    idle_store = _take_idle(place.url, source)
    if idle_store is not None:
        idle_store.restore(source, lambda: None)
        return idle_store
    link = Link(place)
    try:
        postgres_schemas.create(link, source)
        return PostgresStore(link, source)
    except BaseException:
        link.close()
        raise


def open_store(place: PostgresPlace, seeded_file: Callable[[], Path]) -> tuple[PostgresStore, bool]:
    """Open a schema, made from the seeded file where there is none, and tell whether it was made.

    Errors: StoreFault in one sentence.
    """
    if place.private:
        return open_private(place, seeded_file()), True
    link = Link(place)
    try:
        is_new = not postgres_schemas.is_world(link, place.schema)
        if is_new:
            postgres_schemas.create(link, seeded_file())
        postgres_schemas.drop_abandoned(link)
        return PostgresStore(link), is_new
    except BaseException:
        link.close()
        raise


def open_kept(place: PostgresPlace) -> PostgresStore:
    """Open a schema that holds a world.

    Errors: StoreFault in one sentence where it holds none.
    """
    link = Link(place)
    if not postgres_schemas.is_world(link, place.schema):
        link.close()
        raise StoreFault(f"{place} holds no world: one is kept by serve --database.")
    return PostgresStore(link)


_IDLE: list[PostgresStore] = []
_IDLE_LOCK = threading.Lock()


def _take_idle(url: str, source: Path) -> PostgresStore | None:
    with _IDLE_LOCK:
        store = next((each for each in reversed(_IDLE) if each.is_of(url, source)), None)
        if store is not None:
            _IDLE.remove(store)
        return store


def _put_idle(store: PostgresStore, url: str, source: Path) -> PostgresStore | None:
    """Have a store wait; give the one that goes instead, itself where enough of its kind are waiting."""
    with _IDLE_LOCK:
        if sum(each.is_of(url, source) for each in _IDLE) >= MOST_IDLE_OF_A_KIND:
            return store
        _IDLE.append(store)
        return _IDLE.pop(0) if len(_IDLE) > MOST_IDLE else None


class PostgresStore:
    """One connection to one schema, which is opened again when it is lost.

    Errors: StoreUnreachable from whatever meets a lost connection; nothing of its transaction is kept.
    """

    def __init__(self, link: Link, source: Path | None = None) -> None:
        self._link = link
        self._source = source
        self._noted_tables: set[str] = set()
        self._new_tables: set[str] = set()
        self._claims: dict[str, object] = {}
        self._changes = 0
        self._seen_version = self._version = link.number(VERSION)

    def execute(self, sql: str, values: Sequence[Any] = ()) -> int:
        """Run one statement; say how many rows it touched."""
        with self._link.lock, self.writing():
            self._touch(written_table(sql))
            count = self._link.run(sql, values).rowcount
            self._changes += max(count, 0)
            return count

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each row of values.

        Errors: StoreFault when a row claims the place of another.
        """
        all_rows = list(rows)  # whatever makes them may ask the database first
        if all_rows:
            with self._link.lock, self.writing():
                self._touch(written_table(sql))
                self._link.run_many(sql, all_rows)
                self._changes += len(all_rows)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """Read every row of a query."""
        with self._link.lock:
            return self._link.run(sql, values).fetchall()

    def row(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        """Read the first row of a query, or None."""
        with self._link.lock:
            return self._link.run(sql, values).fetchone()

    def has_table(self, name: str) -> bool:
        """Whether there is a table of that name."""
        sql = "SELECT 1 FROM pg_tables WHERE schemaname = ? AND tablename = ?"
        return self.row(sql, (self._link.place.schema, name)) is not None

    def damage(self, tables: Iterable[str]) -> str | None:
        """Say nothing: the server looks after its pages, and after the types of its columns."""
        return None

    def script(self, sql: str) -> None:
        """Run several statements, as the schema is made of."""
        with self._link.lock, self.writing():
            self._touch(ANY_TABLE)
            self._link.send(native_schema(sql))

    def writing(self) -> AbstractContextManager[None]:
        """One transaction that may write; inside another one it is part of that one."""
        return self._transaction(WRITE)

    def reading(self) -> AbstractContextManager[None]:
        """One unchanging view for several queries; inside a transaction it is part of that one."""
        return self._transaction(READ)

    def _transaction(self, begin: str) -> AbstractContextManager[None]:
        with self._link.lock:
            return nullcontext() if self._link.is_in_transaction() else self._commit_after(begin)

    @contextmanager
    def _commit_after(self, begin: str) -> Iterator[None]:
        self._version = self._begin(begin)
        self._new_tables.clear()
        if self._version != self._seen_version:
            self._noted_tables.clear()
        try:
            yield
            if begin is not READ:
                with self._link.lock:
                    self._commit()
        except BaseException:
            with self._link.lock, suppress(StoreFault):
                self._link.send("ROLLBACK")
            raise
        if begin is READ:
            with self._link.lock:
                self._link.send_ahead("COMMIT")

    def _touch(self, table: str) -> None:
        """Note that a table differs from the state that the world was last made equal to."""
        if table not in self._noted_tables:
            self._new_tables.add(table)

    def _commit(self) -> None:
        notes = ", ".join(f"('{name}')" for name in self._new_tables)
        note = f"INSERT INTO store_touched VALUES {notes} ON CONFLICT DO NOTHING; " if notes else ""
        if self._link.send(f"{note}COMMIT").command_status != b"COMMIT":
            raise StoreFault(f"{self._link.place} has undone a transaction, as one of its statements failed.")
        self._noted_tables |= self._new_tables
        if self._seen_version == self._version:
            self._seen_version += 1

    def _begin(self, begin: str) -> int:
        """Begin a transaction, if need be on a new connection, and give the version before it."""
        with self._link.lock:
            try:
                return self._link.number(begin)
            except StoreUnreachable:
                self._link.reopen()
                return self._link.number(begin)
            except StoreFault:
                self._link.send("ROLLBACK")
                raise

    def claim(self, work: str) -> bool:
        """Whether this process is the one that does some work, by a lock that its connection has."""
        if self._claims.get(work) is self._link.connection:
            return True
        with self._link.lock:
            sql = "SELECT pg_try_advisory_lock(?)"
            key = key_of(f"{self._link.place.schema} {work}")
            is_ours = bool(self._link.run(sql, (key,)).fetchone() == (True,))
            if is_ours:
                self._claims[work] = self._link.connection
        return is_ours

    def changed_elsewhere(self) -> bool:
        """Whether another process has written since the last time this was asked."""
        with self._link.lock:
            if not self._link.is_in_transaction():
                self._version = self._begin(VERSION)
        before, self._seen_version = self._seen_version, self._version
        if before != self._version:
            self._noted_tables.clear()
        return before != self._version

    def changes(self) -> int:
        """A number that is another one after every write of this process, until the next ``restore``."""
        return self._changes

    def restore(self, source: Path, finish: Callable[[], None]) -> None:
        """Make the whole schema equal to a seeded one, in one transaction."""
        source_schema = postgres_schemas.seed_schema(self._link, source)
        self.replace(source_schema, finish)

    def replace(self, schema: str, finish: Callable[[], None]) -> None:
        """Make all tables equal to those of another schema, in one transaction."""
        with self._link.lock, self.writing():
            self._link.send(postgres_schemas.differences_from(schema, self._different_tables(schema)))
            self._noted_tables.clear()
            self._changes += 1
            finish()

    def _different_tables(self, schema: str) -> Collection[str]:
        """The tables that may differ from those of another schema."""
        tables = {name for (name,) in self.rows("SELECT name FROM store_touched")}
        is_base = self.row("SELECT 1 FROM store_version WHERE base = ?", (schema,)) is not None
        return tables if is_base and ANY_TABLE not in tables else table_names()

    def snapshot_names(self) -> list[str]:
        """Name the schemas of snapshots beside this one."""
        with self._link.lock:
            return postgres_schemas.snapshot_names(self._link)

    def snapshot_facts(self, name: str) -> Mapping[str, str] | None:
        """Read the facts of a saved state, None where there is none of that name."""
        if name not in self.snapshot_names():
            return None
        schema = postgres_schemas.snapshot_schema(self._link.place, name)
        return dict(self.rows(f"SELECT name, value FROM {quote_name(schema)}.world_meta"))

    def save_snapshot(self, name: str) -> None:
        """Copy all tables to a schema beside this one."""
        schema = postgres_schemas.snapshot_schema(self._link.place, name)
        with self._link.lock, self.writing():
            self._link.send(postgres_schemas.copy_of_tables(schema))
            self._link.send(postgres_schemas.based_on(schema))
            self._noted_tables.clear()

    def load_snapshot(self, name: str, finish: Callable[[], None]) -> None:
        """Make all tables equal to those of a saved state."""
        self.replace(postgres_schemas.snapshot_schema(self._link.place, name), finish)

    def delete_snapshot(self, name: str) -> bool:
        """Remove the schema of a saved state; False where there is none."""
        is_there = name in self.snapshot_names()
        with self._link.lock:
            postgres_schemas.drop(self._link, postgres_schemas.snapshot_schema(self._link.place, name))
        return is_there

    def frozen_copy(self, place: Path) -> SqliteStore:
        """Copy the whole schema, as it stands, to ``place``, to be read and never written."""
        with self._link.lock, self.reading():
            return postgres_schemas.copy_to_sqlite(self, place)

    def close(self) -> None:
        """Let go of the connection; a private schema waits for the next world of its kind, or goes."""
        going: PostgresStore | None = self
        with self._link.lock, suppress(StoreFault):
            if self._source is not None and not self.snapshot_names():
                going = _put_idle(self, self._link.place.url, self._source)
        if going is not None:
            going.end()

    def is_of(self, url: str, source: Path) -> bool:
        """Whether this is a private schema of that database, made from that seeded file."""
        return (self._link.place.url, self._source) == (url, source)

    def end(self) -> None:
        """Remove a private schema, and let go of the connection."""
        with self._link.lock, suppress(StoreFault):
            self.drop()
        self._link.close()

    def drop(self) -> None:
        """Remove a private schema."""
        if self._link.place.private:
            postgres_schemas.drop_with_snapshots(self._link, self._link.place.schema)


@atexit.register
def _drop_idle() -> None:
    for store in _IDLE:
        with suppress(StoreFault):
            store.drop()
