"""Checks in a process of their own, and the processes that are left of them."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from contract_tests.tests.patience import wait_until
from contract_tests.tests.places import ROOT

PYTHON = [sys.executable, "-m"]
NEEDS_PROC = pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="processes cannot be looked at here"
)
PROMISED_S = 2.0


def wait_for_run(folder: Path, number: int) -> None:
    """Wait until the client has begun that often; show what the check said where it does not."""
    runs = folder / "runs"
    try:
        wait_until(lambda: runs.exists() and len(runs.read_text().splitlines()) >= number)
    except AssertionError as late:
        raise AssertionError((folder / "console").read_text()) from late


def left_behind(mark: str) -> list[str]:
    """The processes that bear a mark in their environment."""
    lines = []
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark.encode() in (path / "environ").read_bytes():
                lines.append((path / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return lines


def start_check(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    with (folder / "console").open("wb") as console:
        return subprocess.Popen(
            [*PYTHON, "emulator", "check", *words],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "MARK": str(folder)},
            stdout=console,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
