"""Public clients that nobody here wrote, where they are at hand: run unmodified, on this machine only."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import requests

HOME = Path(os.environ.get("TRENDYOL_EMULATOR_REAL_CLIENTS") or "/nowhere")
PYTHON = os.environ.get("TRENDYOL_EMULATOR_REAL_CLIENTS_PYTHON", sys.executable)
TURKISH = ("2738", "demo-tr-key", "demo-tr-secret")
INTERNATIONAL = ("2748", "demo-int-key", "demo-int-secret")


def needs(place: str, program: str = PYTHON) -> pytest.MarkDecorator:
    """Skip a test where a client is not there, or the program that runs it."""
    there = (HOME / place).exists() and shutil.which(program) is not None
    return pytest.mark.skipif(not there, reason=f"TRENDYOL_EMULATOR_REAL_CLIENTS has no {place}")


def told_by(command: Sequence[str], environment: Mapping[str, str], folder: Path | None = None) -> Any:
    """Run a program to its end and read the JSON of its last line.

    Errors: CalledProcessError when it fails.
    """
    result = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return json.loads(result.stdout.splitlines()[-1])


def found_at(base: str) -> dict[str, int]:
    """Say which rules the traffic at an emulator broke, and how often each."""
    rows = requests.get(f"{base}/_emulator/findings", timeout=30).json()["findings"]
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["rule"]] = counts.get(row["rule"], 0) + row["count"]
    return counts


def truth(base: str, kind: str, seller: str, **filters: str | int) -> list[dict[str, Any]]:
    """List the rows the world holds for a seller."""
    query = {"seller": seller, **filters}
    rows: list[dict[str, Any]] = requests.get(
        f"{base}/_emulator/truth/{kind}", params=query, timeout=10
    ).json()["rows"]
    return rows
