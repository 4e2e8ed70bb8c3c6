"""The tables of a world and the version of their shape."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from emulator.world.store.interface import Store, StoreFault

VERSION = 4
FILES = tuple(sorted(Path(__file__).parents[1].rglob("*.sql")))


def create(store: Store) -> None:
    """Lay out the empty tables of every noun and write down the version of their shape."""
    for file in FILES:
        store.script(file.read_text(encoding="utf-8"))
    store.execute("INSERT INTO world_meta (name, value) VALUES ('schema', ?)", (str(VERSION),))


def check(store: Store, where: Path) -> None:
    """Refuse a database whose tables have a shape this version does not know."""
    try:
        found = store.row("SELECT value FROM world_meta WHERE name = 'schema'")
    except sqlite3.DatabaseError:
        found = None
    if found is None:
        raise StoreFault(f"{where} is a database, but it does not hold a world of this emulator.")
    if found[0] != str(VERSION):
        raise StoreFault(
            f"{where} holds a world of schema {found[0]}; this version knows schema {VERSION} only."
        )
