"""Signals that end this process: what runs is ended at once, and what has begun to start is not lost."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from contract_tests.stages.processes import hurry

# Windows has no SIGHUP.
SIGNALS = (signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else []))


class Interrupted(KeyboardInterrupt):
    """A signal asks this process to end; ``number`` is the signal's."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number

    @property
    def exit_code(self) -> int:
        """The code that shells give a process which a signal ended."""
        return 128 + self.number

    @property
    def sentence(self) -> str:
        """Say what happened."""
        return f"interrupted by {signal.Signals(self.number).name}"


@dataclass(slots=True)
class _Shield:
    """How many blocks may not be broken now, and the signal that came meanwhile, 0 for none."""

    depth: int = 0
    pending: int = 0


_SHIELD = _Shield()


@contextmanager
def interruptible() -> Iterator[None]:
    """Raise Interrupted in the block at the first signal; those after it change nothing.

    Only the main thread can listen. What this process was started to ignore, as by nohup, stays ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    own_signals = [what for what in SIGNALS if signal.getsignal(what) is not signal.SIG_IGN]
    before = {what: signal.signal(what, _interrupt) for what in own_signals}
    try:
        yield
    finally:
        for what, handler in before.items():
            signal.signal(what, handler)


@contextmanager
def shield() -> Iterator[None]:
    """Let a block of the main thread run to its end before a signal is raised; it must be short.

    Errors: Interrupted at its end.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    _SHIELD.depth += 1
    try:
        yield
    finally:
        _SHIELD.depth -= 1
    if not _SHIELD.depth and _SHIELD.pending:
        number, _SHIELD.pending = _SHIELD.pending, 0
        raise Interrupted(number)


def _interrupt(number: int, _frame: FrameType | None) -> None:
    for what in SIGNALS:
        if signal.getsignal(what) is _interrupt:
            signal.signal(what, _ignore_further)
    hurry()
    if _SHIELD.depth:
        _SHIELD.pending = number
        return
    raise Interrupted(number)


def _ignore_further(_number: int, _frame: FrameType | None) -> None:
    """Change nothing: the reports are being written."""
