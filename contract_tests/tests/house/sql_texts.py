"""Every statement that the tests have a world run on SQLite runs on PostgreSQL, with the same values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from contract_tests.tests.postgres_server import fast_server
from emulator import Settings, create_app
from emulator.stage.stages import Stages
from emulator.world.store.interface import StoreFault
from emulator.world.store.place import postgres_place
from emulator.world.store.sqlite import SqliteStore

SEVERAL = re.compile(r"\?(, \?)+")
Values = tuple[Any, ...]
PLACE = "contract_tests/tests/house/sql_texts.py"
OF_THE_STORE = re.compile(r"PRAGMA|CREATE|BEGIN|COMMIT|.*sqlite_master|.*\btypeof\(")
"""What the statements look like that a store makes for itself."""


class Undone(Exception):
    """What a statement did is to be undone."""


@contextmanager
def noting_statements(statements: dict[str, Values]) -> Iterator[None]:
    """Note each statement that a world runs, with the values of the first time."""

    def noting_one(run: Callable[..., Any]) -> Callable[..., Any]:
        def note(store: SqliteStore, sql: str, values: Sequence[Any] = ()) -> Any:
            if sql not in statements:
                statements[sql] = tuple(map(plain, values))
            return run(store, sql, values)

        return note

    def noting_many(run: Callable[..., Any]) -> Callable[..., Any]:
        def note(store: SqliteStore, sql: str, rows: Iterable[Sequence[Any]]) -> Any:
            for row in (remaining := iter(rows)):
                statements.setdefault(sql, tuple(map(plain, row)))
                return run(store, sql, chain((row,), remaining))
            return None

        return note

    with (
        patch.object(SqliteStore, "execute", noting_one(SqliteStore.execute)),
        patch.object(SqliteStore, "rows", noting_one(SqliteStore.rows)),
        patch.object(SqliteStore, "row", noting_one(SqliteStore.row)),
        patch.object(SqliteStore, "executemany", noting_many(SqliteStore.executemany)),
    ):
        yield


def plain(value: Any) -> Any:
    """A value as another process can take it: texts that are names of an enumeration become plain ones."""
    return str(value) if isinstance(value, str) else value


def refusals_of(statements: Mapping[str, Values], folder: Path) -> list[str]:
    """The statements that PostgreSQL does not take in a world of `demo`, each with its reason."""
    import psycopg

    with fast_server(folder) as url:
        app = create_app(Settings(world="demo", database=postgres_place(url).private_one()))
        stages: Stages = app.extensions["stages"]
        store = stages.default.world.store
        refusals = []
        for sql, values in sorted(statements.items()):
            try:
                with store.writing():
                    store.execute(sql, values)
                    raise Undone
            except (Undone, psycopg.IntegrityError):
                continue
            except (psycopg.Error, StoreFault) as fault:
                refusals.append(f"{sql}\n    {fault}")
        stages.close_all()
    return refusals


def report_on_statements(statements: dict[str, Values], folder: Path) -> pytest.TestReport | None:
    """A failed test where PostgreSQL takes a statement not, nothing where it takes all or is not there."""
    by_form = {
        SEVERAL.sub("?, ?", sql): (sql, values)
        for sql, values in statements.items()
        if not OF_THE_STORE.match(sql)
    }
    try:
        refusals = refusals_of(dict(by_form.values()), folder)
    except pytest.skip.Exception:
        return None
    name = "every_statement_runs_on_postgresql"
    message = "\n".join(refusals)
    where = (PLACE, 0, name)
    return pytest.TestReport(f"{PLACE}::{name}", where, {}, "failed", message, "call") if refusals else None
