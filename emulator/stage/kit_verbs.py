"""Runs the verbs that an installed kit adds to the command, each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from emulator.stage.har import archive
from emulator.stage.journal import Exchange
from emulator.stage.private_folder import private_folder

_PREFIX = "TRENDYOL_EMULATOR_"
_LAST_CHARS = 20_000
_KEPT_VARIABLES = frozenset({f"{_PREFIX}CACHE"})
"""What a verb may know of the settings of the server that runs it."""


def run_kit_verb(words: Sequence[str], folder: Path, timeout_s: float) -> tuple[int | None, str]:
    """Run a verb in a folder; give its exit code, None where it took too long, and its output's end."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_PREFIX) or name in _KEPT_VARIABLES
    }
    command = [sys.executable, "-m", "emulator", *words]
    try:
        process = subprocess.run(
            command,
            cwd=folder,
            env={**environment, "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        return None, (late.stdout or b"").decode("utf-8", "replace")[-_LAST_CHARS:]
    return process.returncode, process.stdout.decode("utf-8", "replace")[-_LAST_CHARS:]


def report_on(exchanges: Sequence[Exchange], form: str, language: str) -> bytes:
    """Have the kit judge exchanges and write its report in a form: sarif or html.

    Errors: ChildProcessError where the kit writes none.
    """
    with private_folder() as folder:
        (folder / "journal.har").write_bytes(b"".join(archive(exchanges)))
        report = ("--report", f"{form}=report", "--language", language)
        code, output = run_kit_verb(("lint", "journal.har", "--allow-empty", *report), folder, 120)
        if not (folder / "report").is_file():
            raise ChildProcessError(f"lint wrote no report and ended with {code}: {output[-500:]}")
        return (folder / "report").read_bytes()
