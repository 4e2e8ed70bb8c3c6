"""Databases that cannot be used, or not any more: one sentence each at the start, never a trace."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emulator import Settings, create_app
from emulator.app import open_dispatcher
from emulator.start_up import PlaceFault, database_file, sentence_on
from emulator.world.store.interface import StoreFault
from emulator.world.store.sqlite import SqliteStore

ENVIRONMENT = 4
LAST_MS = 10**23
STATEMENTS = [
    "DROP TABLE seller",
    "DROP TABLE due",
    "DROP TABLE world_meta",
    "UPDATE world_meta SET value = 'abc' WHERE name = 'anchor_ms'",
    f"UPDATE world_meta SET value = '{LAST_MS}' WHERE name = 'anchor_ms'",
    "DELETE FROM world_meta WHERE name = 'anchor_ms'",
    "UPDATE world_meta SET value = x'00ff' WHERE name = 'anchor_ms'",
    "INSERT OR REPLACE INTO world_meta VALUES ('clock', '{')",
    "INSERT OR REPLACE INTO world_meta VALUES ('clock', '{\"x\": 1}')",
    "UPDATE world_meta SET value = '99' WHERE name = 'schema'",
    "UPDATE seller SET storefronts = x'00ff'",
    "INSERT INTO due (at_ms, kind, payload) VALUES ('soon', 'x', '')",
]


@pytest.fixture(scope="module")
def saved_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A durable world as it was left."""
    place = tmp_path_factory.mktemp("saved_world") / "stage.db"
    open_dispatcher(Settings(world="empty", database=place, folder=place.parent)).stages.close_all()
    return place


@pytest.fixture
def database(saved_world: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(saved_world, tmp_path / "stage.db"))


def sentence_at_start(database: Path) -> str:
    """What is said of a database that cannot be continued."""
    with pytest.raises(StoreFault) as fault:
        open_dispatcher(Settings(world="empty", database=database, folder=database.parent))
    return str(fault.value)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_damaged_world_is_one_sentence(database: Path, statement: str) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute(statement)
    connection.close()
    sentence = sentence_at_start(database)
    assert str(database) in sentence
    assert "\n" not in sentence


def cut(database: Path) -> None:
    os.truncate(database, 40_000)


def scramble(database: Path) -> None:
    with database.open("r+b") as file:
        file.seek(3 * 8192)
        file.write(b"\xa5" * 20 * 8192)


def empty(database: Path) -> None:
    database.write_bytes(b"")


def no_database(database: Path) -> None:
    database.write_bytes(b"not a database " * 1000)


@pytest.mark.parametrize("damage", [cut, scramble, empty, no_database])
def test_damaged_file_is_one_sentence(database: Path, damage: Callable[[Path], None]) -> None:
    damage(database)
    assert str(database) in sentence_at_start(database)


def test_well_world_goes_on(database: Path) -> None:
    open_dispatcher(Settings(world="empty", database=database, folder=database.parent)).stages.close_all()


def test_places_that_hold_no_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    os.mkfifo(tmp_path / "fifo")
    places = [":memory:", f"{tmp_path}", f"{tmp_path}/fifo", f"{tmp_path}/file/x.db", "/dev/full",
              "/proc/nowhere/x.db", f"{tmp_path}/{'a' * 300}.db"]  # fmt: skip
    for place in places:
        with pytest.raises(PlaceFault, match="cannot be used"):
            database_file(f"sqlite:///{place}")


def test_file_that_may_only_be_read_is_refused_at_the_start(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda _place, mode: not mode & os.W_OK)
    with pytest.raises(PlaceFault, match="may not be written"):
        database_file(f"sqlite:///{database}")


def test_database_that_takes_no_writer_is_refused_at_the_start(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect: Callable[..., sqlite3.Connection] = sqlite3.connect

    def read_only(path: Path, **options: Any) -> sqlite3.Connection:
        return connect(f"file:{path}?mode=ro", uri=True, **options)

    monkeypatch.setattr(sqlite3, "connect", read_only)
    assert "readonly" in sentence_at_start(database)


def test_full_disk_is_one_sentence() -> None:
    full = OSError(28, "No space left on device", "/var/cache/x.world")
    assert sentence_on(full, "demo") == "/var/cache/x.world cannot be written: No space left on device"


def test_command_ends_with_exit_4(database: Path) -> None:
    scramble(database)
    command = [sys.executable, "-m", "emulator", "serve", "--port", "0", "--world", "empty"]
    done = subprocess.run(
        [*command, "--database", f"sqlite:///{database}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == ENVIRONMENT
    assert len(done.stderr.splitlines()) == 1


def fill(store: SqliteStore) -> None:
    """Leave no room for another page."""
    store.rows("PRAGMA max_page_count = 1")


def forbid(store: SqliteStore) -> None:
    store.execute("PRAGMA query_only = ON")


@pytest.mark.parametrize(
    ("break_it", "sentence"),
    [(fill, "database or disk is full"), (forbid, "attempt to write a readonly database")],
)
def test_file_that_takes_no_more_is_503_and_one_sentence(
    database: Path,
    caplog: pytest.LogCaptureFixture,
    break_it: Callable[[SqliteStore], None],
    sentence: str,
) -> None:
    app = create_app(Settings(world="empty", database=database, folder=database.parent))
    client, store = app.test_client(), app.extensions["stages"].default.world.store
    break_it(store)
    bodies = ({"id": number, "edition": "int", "storefronts": ["RO"]} for number in range(7000, 7500))
    answers = (client.post("/_emulator/sellers", json=body) for body in bodies)
    answer = next(answer for answer in answers if answer.status_code != 201)
    assert (answer.status_code, answer.headers["X-Emulator-Rule"]) == (503, "service-unavailable")
    assert f"{database} cannot be used: {sentence}" in caplog.text
    assert "Traceback" not in caplog.text
    assert client.get("/_emulator/sellers").status_code == 200
    app.extensions["stages"].close_all()
