"""Runs a verb that attaches a program, in a network without a route where this system allows one."""

from __future__ import annotations

import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

PROGRAMS = Path(__file__).parent / "programs"
WITHOUT_ROUTE = ("unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "-")
PATIENCE_S = 120


@cache
def has_namespaces() -> bool:
    """Whether this user may have a network of their own here."""
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        return False
    return subprocess.run([*WITHOUT_ROUTE, "true"], capture_output=True, check=False).returncode == 0


def need_namespaces() -> None:
    """Skip a test where there is no network without a route."""
    if not has_namespaces():
        pytest.skip("a network without a route needs `unshare --net`, which is not allowed here")


def need_program(name: str) -> None:
    """Skip a test whose program is not installed."""
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")


def run_verb(verb: str, *words: str, is_routed: bool = False) -> subprocess.CompletedProcess[str]:
    """Run a verb of the command line to its end, on the world empty unless the words say otherwise."""
    if not is_routed:
        need_namespaces()
    prefix = () if is_routed else WITHOUT_ROUTE
    world = () if "--world" in words else ("--world", "empty")
    command = [*prefix, sys.executable, "-m", "emulator", verb, *world, *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)


def answers(text: str) -> dict[str, str]:
    """Read what the programs print: a name and a status a line."""
    return dict(line.split(" ", 1) for line in text.splitlines())
