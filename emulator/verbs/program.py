"""Runs the user's program in the foreground: its exit code is ours, and signals that we are sent are its."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import FrameType

NOT_FOUND, NOT_RUNNABLE, SIGNAL_CODES = 127, 126, 128
# Windows has no SIGHUP.
_HANDED_ON = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


class NotStarted(Exception):
    """A program cannot be started; the text is one sentence, ``code`` what shells end with then."""

    def __init__(self, sentence: str, code: int) -> None:
        super().__init__(sentence)
        self.code = code


def run_program(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a program to its end and give its exit code: 128 and the number where a signal ended it.

    A terminal sends Ctrl-C to the program itself, so this process waits for what becomes of it.
    Errors: NotStarted.
    """
    try:
        process = subprocess.Popen(command, env=dict(environment))
    except OSError as fault:
        code = NOT_FOUND if isinstance(fault, FileNotFoundError) else NOT_RUNNABLE
        raise NotStarted(f"{command[0]} cannot be started: {fault.strerror}", code) from fault
    with handing_on(process):
        code = process.wait()
    return code if code >= 0 else SIGNAL_CODES - code


@contextmanager
def handing_on(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Send a process what this one is sent during the block."""

    def hand_on(number: int, _frame: FrameType | None) -> None:
        with suppress(ProcessLookupError):
            process.send_signal(number)

    interrupt = signal.SIG_IGN if sys.stdin is not None and sys.stdin.isatty() else hand_on
    handlers = {**dict.fromkeys(_HANDED_ON, hand_on), signal.SIGINT: interrupt}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
