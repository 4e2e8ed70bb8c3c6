"""The schemas of one database: a world's own, and the seeded ones that worlds are copied from."""

from __future__ import annotations

import sqlite3
from collections.abc import Container, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from emulator.world.store import schema
from emulator.world.store.differences import changes
from emulator.world.store.interface import Row, Store, StoreFault
from emulator.world.store.place import PRIVATE, SCHEMA, PostgresPlace, key_of
from emulator.world.store.postgres_link import Link
from emulator.world.store.postgres_sql import native_schema, quote_name
from emulator.world.store.sqlite import SqliteStore

# The version counts transactions that wrote; `base` is the schema that all tables are equal to but those in
# `store_touched`.
VERSION_TABLE = """CREATE TABLE store_version
    (one INTEGER PRIMARY KEY CHECK (one = 1), version BIGINT NOT NULL, base TEXT NOT NULL)
    WITH (fillfactor = 10);
CREATE TABLE store_touched (name TEXT PRIMARY KEY);
INSERT INTO store_version (one, version, base) VALUES (1, 1, '{base}')"""
SNAPSHOT = "_s_"
SEED_PREFIX = f"{SCHEMA}_seed_"
MOST_SEED_SCHEMAS = 20
"""How many seeded states a database keeps; the oldest go."""


def exists(link: Link, name: str) -> bool:
    """Whether there is a schema of that name."""
    return link.run("SELECT 1 FROM pg_namespace WHERE nspname = ?", (name,)).fetchone() is not None


def is_world(link: Link, name: str) -> bool:
    """Whether a schema has the table that tells versions apart."""
    sql = "SELECT 1 FROM pg_tables WHERE schemaname = ? AND tablename = 'store_version'"
    return link.run(sql, (name,)).fetchone() is not None


def create(link: Link, source: Path) -> None:
    """Make the schema of a world as a copy of a seeded one; whoever else makes it meanwhile comes first.

    Errors: StoreFault in one sentence where the rights are missing.
    """
    source_schema = seed_schema(link, source)
    name = link.place.schema
    with _alone(link, name):
        if is_world(link, name):
            return
        link.send(f"CREATE SCHEMA IF NOT EXISTS {quote_name(name)}")
        _create_tables(link)
        link.send(VERSION_TABLE.format(base=source_schema))
        link.send(rows_into_empty(source_schema))
        link.send(";".join(native_schema(statement) for statement in schema.index_statements()))
    link.send("ANALYZE " + ", ".join(schema.table_names()))


def seed_schema(link: Link, source: Path) -> str:
    """The schema that holds the state of a seeded file, which is read into it first where there is none."""
    name = SEED_PREFIX + source.stem.rpartition("-")[2]
    if exists(link, name):
        return name
    with _alone(link, name):
        if exists(link, name):
            return name
        link.send(f"CREATE SCHEMA {quote_name(name)}; SET LOCAL search_path = {quote_name(name)}")
        _create_tables(link)
        _read_file(link, source)
        link.send(f"COMMENT ON SCHEMA {quote_name(name)} IS 'a seeded state of trendyol-emulator'")
    _forget_oldest(link)
    return name


def rows_into_empty(source: str) -> str:
    """The statements that fill empty tables with the rows of another schema."""
    tables = (
        f"INSERT INTO {name} SELECT * FROM {quote_name(source)}.{name}" for name in schema.table_names()
    )
    return "; ".join((*tables, *_counting_on()))


def differences_from(source: str, tables: Container[str]) -> str:
    """The statements that make some tables equal to those of another schema, by their differences."""
    keys = ((name, key) for name, key in schema.key_columns().items() if name in tables)
    statements = (
        statement
        for name, key in keys
        for statement in changes(name, key, f"{quote_name(source)}.{name}", "theirs.* *= ours.*")
    )
    return "; ".join((*statements, *_counting_on(), based_on(source)))


def based_on(source: str) -> str:
    """The statements that note that all tables are equal to those of another schema."""
    return f"DELETE FROM store_touched; UPDATE store_version SET base = '{source}'"


def _counting_on() -> Iterator[str]:
    """The statements after which the database numbers new rows beyond all that are there, never back."""
    for table, column in schema.counted_columns():
        counter = f"pg_get_serial_sequence('{table}', '{column}')"
        yield (
            f"SELECT setval({counter}, GREATEST(nextval({counter}), COALESCE(MAX({column}), 0) + 1), false)"
            f" FROM {table}"
        )


def copy_to_sqlite(store: Store, place: Path) -> SqliteStore:
    """Copy all tables to a SQLite file, to be read and never written."""
    copy = SqliteStore(place, durable=False)
    for file in schema.FILES:
        copy.script(schema.INDEX.sub("", file.read_text(encoding="utf-8")))
    with copy.writing():
        for table in schema.table_names():
            _copy_rows(copy, table, store.rows(f"SELECT * FROM {table}"))
        schema.create_indexes(copy)
    copy.execute("PRAGMA query_only=ON")
    return copy


def _copy_rows(copy: Store, table: str, rows: list[Row]) -> None:
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        copy.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def drop(link: Link, name: str) -> None:
    """Remove a schema with all that is in it."""
    link.send(f"DROP SCHEMA IF EXISTS {quote_name(name)} CASCADE")


def drop_with_snapshots(link: Link, name: str) -> None:
    """Remove the schema of a world, and those of its snapshots."""
    for each in (name, *_names_like(link, f"{name}{SNAPSHOT}")):
        drop(link, each)


def snapshot_schema(place: PostgresPlace, name: str) -> str:
    """The schema of a snapshot of a world."""
    return f"{place.schema}{SNAPSHOT}{name}"


def snapshot_names(link: Link) -> list[str]:
    """The names of a world's snapshots."""
    start = snapshot_schema(link.place, "")
    return sorted(schema.removeprefix(start) for schema in _names_like(link, start))


def copy_of_tables(name: str) -> str:
    """The statements that copy all tables to a schema of their own, in the place of what was there."""
    new = quote_name(name)
    copies = (f"CREATE TABLE {new}.{table} AS TABLE {table}" for table in schema.table_names())
    return "; ".join((f"DROP SCHEMA IF EXISTS {new} CASCADE; CREATE SCHEMA {new}", *copies))


def _names_like(link: Link, start: str) -> list[str]:
    """The schemas whose names begin so, the newest first."""
    sql = "SELECT nspname FROM pg_namespace WHERE nspname LIKE ? ESCAPE '!' ORDER BY oid DESC"
    return [name for (name,) in link.run(sql, (start.replace("_", "!_") + "%",)).fetchall()]


def drop_abandoned(link: Link) -> None:
    """Remove the private schemas of processes that ended without doing so: nobody holds their lock."""
    for name in _names_like(link, PRIVATE):
        if SNAPSHOT in name:
            continue
        with suppress(StoreFault):
            if link.number(f"BEGIN; SELECT pg_try_advisory_xact_lock({key_of(name)})::int"):
                drop_with_snapshots(link, name)
        link.send("COMMIT")


@contextmanager
def _alone(link: Link, name: str) -> Iterator[None]:
    """One transaction in which nobody else makes or removes the schema of that name."""
    link.send(f"BEGIN; SELECT pg_advisory_xact_lock({key_of(name)})")
    try:
        yield
    except BaseException:
        with suppress(StoreFault):
            link.send("ROLLBACK")
        raise
    link.send("COMMIT")


def _create_tables(link: Link) -> None:
    for file in schema.FILES:
        link.send(native_schema(schema.INDEX.sub("", file.read_text(encoding="utf-8"))))


def _read_file(link: Link, source: Path) -> None:
    with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as file:
        for table in schema.table_names():
            columns = link.run(f"SELECT * FROM {table} LIMIT 0", ()).description or ()
            names = ", ".join(column.name for column in columns)
            statement = f"COPY {table} ({names}) FROM STDIN (FORMAT BINARY)".encode()
            with link.connection.cursor() as cursor, cursor.copy(statement) as copy:
                copy.set_types([column.type_code for column in columns])
                for row in file.execute(f"SELECT {names} FROM {table}"):
                    copy.write_row(row)


def _forget_oldest(link: Link) -> None:
    for name in _names_like(link, SEED_PREFIX)[MOST_SEED_SCHEMAS:]:
        drop(link, name)
