"""Drives an integration that is a shell command: the verb is its last argument, the rest is environment."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from contract_tests.records.run import CannotDrive, Driver, Run
from contract_tests.stages.processes import end_session, track_process

OUTPUT_BYTES = 8_000
EXPORTED_BYTES = 64 * 1024 * 1024
STOP_S = 3.0


def command_driver(command: Sequence[str], timeout_s: float, folder: Path | None = None) -> Driver:
    """Make the driver of a command; ``drive(verb, environment)`` runs it to its end.

    Shapes: a verb may be several words, such as ``export orders``; of an export all of the output is kept and
    nothing of what it complains, of the others the end of both. It runs in ``folder``, here unless given.

    Errors: CannotDrive when it is driven and cannot be started.
    """

    def drive(verb: str, environment: Mapping[str, str]) -> Run:
        began, whole = time.monotonic(), verb.startswith("export")
        with tempfile.TemporaryFile() as output:
            try:
                process = subprocess.Popen(
                    [*command, *verb.split()],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.DEVNULL if whole else subprocess.STDOUT,
                    env={**os.environ, **environment},
                    start_new_session=True,
                    cwd=folder,
                )
            except OSError as fault:
                raise CannotDrive(f"{command[0]} cannot be started: {fault.strerror}") from fault
            code = _finish(process, timeout_s)
            text = _end_of(output.fileno(), EXPORTED_BYTES if whole else OUTPUT_BYTES)
            return Run(code, time.monotonic() - began, text)

    return drive


def _finish(process: subprocess.Popen[bytes], timeout_s: float) -> int | None:
    try:
        with track_process(process):
            return process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        return None
    finally:
        end_session(process, STOP_S)


def _end_of(output: int, most: int) -> str:
    size = os.fstat(output).st_size
    text = os.pread(output, most, max(0, size - most)).decode(errors="replace")
    return text if size <= most else "... " + text
