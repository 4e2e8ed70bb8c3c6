"""The tables of a world and the version of their shape."""

from __future__ import annotations

import re
from pathlib import Path

from emulator.world.store.interface import Store, StoreFault

VERSION = 8
FILES = tuple(sorted(Path(__file__).parents[1].rglob("*.sql")))
TABLE = re.compile(r"CREATE TABLE (\w+)")
INDEX = re.compile(r"CREATE INDEX [^;]+;")


def create_tables(store: Store) -> None:
    """Lay out the empty tables of every noun and write down the version of their shape."""
    for file in FILES:
        store.script(INDEX.sub("", file.read_text(encoding="utf-8")))
    store.execute("INSERT INTO world_meta (name, value) VALUES ('schema', ?)", (str(VERSION),))


def create_indexes(store: Store) -> None:
    """Lay out the indexes of every table; once there are rows, for a row costs less without them."""
    for file in FILES:
        for statement in INDEX.findall(file.read_text(encoding="utf-8")):
            store.execute(statement)


def check(store: Store, where: Path) -> None:
    """Refuse a database whose tables have a shape this version does not know, or which is damaged."""
    row = None
    if store.has_table("world_meta"):
        row = store.row("SELECT value FROM world_meta WHERE name = 'schema'")
    if row is None:
        raise StoreFault(f"{where} is a database, but it does not hold a world of this emulator.")
    if row[0] != str(VERSION):
        raise StoreFault(
            f"{where} holds a world of schema {row[0]}; this version knows schema {VERSION} only."
        )
    for name in table_names():
        if not store.has_table(name):
            raise StoreFault(f"{where} holds a world without its table {name}; name another --database.")
    damage = store.damage(table_names())
    if damage is not None:
        raise StoreFault(f"{where} holds a damaged world: {damage}; name another --database.")


def table_names() -> list[str]:
    """Name the tables of every noun."""
    return [name for file in FILES for name in TABLE.findall(file.read_text(encoding="utf-8"))]
