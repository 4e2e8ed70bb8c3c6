"""Runs the user's program in the foreground: its exit code is ours, and signals that we are sent are its."""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType

NOT_FOUND, NOT_RUNNABLE, SIGNAL_CODES = 127, 126, 128
_LOOK_S = 0.5


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
    with handing_on() as signals:
        try:
            process = subprocess.Popen(command, env=dict(environment))
        except OSError as fault:
            code = NOT_FOUND if isinstance(fault, FileNotFoundError) else NOT_RUNNABLE
            sentence = f"{shlex.quote(command[0])} cannot be started: {fault.strerror}"
            raise NotStarted(sentence, code) from fault
        signals.hand_to(process)
        code = end_of(process)
    return code if code >= 0 else SIGNAL_CODES - code


def end_of(process: subprocess.Popen[bytes]) -> int:
    """Wait until a program has ended, in pieces: a signal that comes just before a wait would not end it."""
    while True:
        with suppress(subprocess.TimeoutExpired):
            return process.wait(_LOOK_S)


@dataclass(slots=True)
class SentSignals:
    """The signals that this process was sent: the program gets them, those from before its start, too."""

    process: subprocess.Popen[bytes] | None = None
    early: list[int] = field(default_factory=list)

    def take(self, number: int, _frame: FrameType | None) -> None:
        """Hand a signal on, or keep it until there is a program."""
        if self.process is None:
            self.early.append(number)
            return
        with suppress(ProcessLookupError):
            self.process.send_signal(number)

    def hand_to(self, process: subprocess.Popen[bytes]) -> None:
        """Name the program, which gets what was sent meanwhile."""
        self.process = process
        for number in self.early:
            self.take(number, None)


def signals_not_ignored(names: Iterable[str]) -> list[signal.Signals]:
    """List those signals that this system has and this process was not started to ignore, as by nohup."""
    known = [getattr(signal, name) for name in names if hasattr(signal, name)]
    return [number for number in known if signal.getsignal(number) is not signal.SIG_IGN]


@contextmanager
def handing_on() -> Iterator[SentSignals]:
    """Take what this process is sent during the block; a function, as a program would inherit deafness."""
    signals = SentSignals()
    interrupt = pass_over if sys.stdin is not None and sys.stdin.isatty() else signals.take
    handlers = {"SIGTERM": signals.take, "SIGHUP": signals.take, "SIGINT": interrupt}
    before = {
        number: signal.signal(number, handlers[number.name]) for number in signals_not_ignored(handlers)
    }
    try:
        yield signals
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def pass_over(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: the terminal has told the program itself."""
