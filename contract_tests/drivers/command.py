"""Drives an integration that is a shell command: it is run as COMMAND VERB, the rest is environment."""

from __future__ import annotations

import os
import shlex
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from contract_tests.drivers.export import EXPORTED_BYTES
from contract_tests.drivers.output import END_BYTES, OutputCollector
from contract_tests.records.run import CannotDrive, EndOfListening, Listen, ListeningDriver, Run
from contract_tests.stages.interruption import shield
from contract_tests.stages.processes import end_session, start_session, track_process
from contract_tests.virtual_time.ports import last_words, wait_for_port

OUTPUT_BYTES = 512 * 1024
# What shells, env and docker end with when they cannot start what they were given.
NOT_STARTED = {126: "is no program that may be run", 127: "was not found"}
# How long a client may take to end by SIGTERM, and a process it left behind may keep its output open.
STOP_S = 2.0


def command_driver(command: Sequence[str], timeout_s: float, folder: Path | None = None) -> ListeningDriver:
    """Make the driver of a command; ``drive(verb, environment)`` runs it to its end, but for ``listen``.

    Shapes: a verb may be several words, such as ``export orders``; of an export all of the output is kept and
    nothing of what it complains, of the others both ends of both. It runs in ``folder``, here unless given.

    Errors: CannotDrive when it is driven and cannot be started, or a shell in it finds no command to start.
    """

    def drive(verb: str, environment: Mapping[str, str]) -> Run:
        began, whole = time.monotonic(), verb.startswith("export")
        output = OutputCollector(EXPORTED_BYTES // 2 if whole else END_BYTES)
        with ExitStack() as stack:
            with shield():
                process = _start([*command, *verb.split()], environment, folder, whole=whole)
                stack.callback(end_session, process, STOP_S)
                for pipe in filter(None, (process.stdout, process.stderr)):
                    output.read(pipe)
            code = _wait(process, timeout_s)
        output.wait(STOP_S)
        if whole and output.omitted_bytes:
            return Run(code, time.monotonic() - began, omitted_bytes=output.omitted_bytes)
        text = output.text("surrogateescape" if whole else "replace")
        if code in NOT_STARTED:
            raise CannotDrive(_not_started(command, code, text))
        return Run(code, time.monotonic() - began, text)

    return ListeningDriver(drive, command_listener(command, timeout_s, folder))


def command_listener(command: Sequence[str], timeout_s: float, folder: Path | None = None) -> Listen:
    """Make what has a command listen: it is run with the verb ``listen`` and ended with its whole session.

    Units: ``timeout_s`` real seconds until its port must answer.
    Errors: CannotDrive when it cannot be started, or its port does not answer.
    """

    @contextmanager
    def listen(environment: Mapping[str, str]) -> Iterator[EndOfListening]:
        output = OutputCollector()
        with ExitStack() as stack:
            with shield():
                process = _start([*command, "listen"], environment, folder, whole=False)
                stack.callback(output.wait, STOP_S)
                stack.callback(end_session, process, STOP_S)
                for pipe in filter(None, (process.stdout, process.stderr)):
                    output.read(pipe)
            stack.enter_context(track_process(process))

            def ending() -> str:
                code = process.poll()
                return "" if code is None else f"`listen` ended with exit {code}{last_words(output.text())}"

            wait_for_port(environment, timeout_s, ending)
            yield ending

    return listen


def _start(
    words: Sequence[str], environment: Mapping[str, str], folder: Path | None, *, whole: bool
) -> subprocess.Popen[bytes]:
    try:
        return start_session(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if whole else subprocess.PIPE,
            env={**os.environ, **environment},
            cwd=folder,
        )
    except OSError as fault:
        advice = "; leave out the quotation marks around the command" if " " in words[0].strip() else ""
        sentence = f"{shlex.quote(words[0])} cannot be started: {fault.strerror}{advice}"
        raise CannotDrive(sentence) from fault


def _not_started(command: Sequence[str], code: int, output: str) -> str:
    """Say that a command could not be started, with the last line of what was printed."""
    last = "".join(output.strip().splitlines()[-1:])
    reason = f" ({last})" if last else ""
    return f"{shlex.join(command)} ended with exit {code}: what it starts {NOT_STARTED[code]}{reason}"


def _wait(process: subprocess.Popen[bytes], timeout_s: float) -> int | None:
    """Wait in a thread without a limit: with one, Python looks only every 50 ms whether it has ended."""
    waiter = threading.Thread(target=process.wait, daemon=True)
    with track_process(process):
        waiter.start()
        waiter.join(timeout_s)
    return process.returncode
