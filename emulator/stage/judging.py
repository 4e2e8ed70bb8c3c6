"""Judges exchanges: few of them here, many in a process of their own, which this module also is.

A thread would hold the interpreter for seconds while other worlds wait; a process gives its memory back.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import fields
from operator import attrgetter
from typing import IO, TYPE_CHECKING, Any

import orjson

from emulator.stage.journal import Exchange
from emulator.stage.judge_rows import judge_rows
from emulator.stage.judgement import Judgement, judgement_of
from emulator.world.core.collector import collector_at_rest

if TYPE_CHECKING:  # the process that judges has no use for worlds
    from emulator.stage.stage import Stage
    from emulator.stage.stages import Judge

FEW = 200
"""As many exchanges are judged faster than a process starts."""
_AT_A_TIME = 100
# Values alone are written and read twice as fast as objects.
_values_of = attrgetter(*(field.name for field in fields(Exchange)))


def judge_journal(stage: Stage, judge: Judge) -> Judgement:
    """Judge a stage's journal, unless that was done since its last request.

    Errors: ChildProcessError when the process for many exchanges breaks off.
    """
    position = stage.journal.position
    if position != stage.judgement.position:
        stage.judgement = judgement_of(position, judge_exchanges(stage.journal.select(), judge))
    return stage.judgement


def judge_exchanges(exchanges: Sequence[Exchange], judge: Judge) -> list[dict[str, Any]]:
    """Give the findings of exchanges as JSON rows.

    Errors: ChildProcessError when the process for many of them breaks off.
    """
    if len(exchanges) <= FEW:
        return _judge_here(iter(exchanges), judge)
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
    except OSError:
        return _judge_here(iter(exchanges), judge)
    return _judge_in(process, exchanges, judge)


def _judge_here(exchanges: Iterator[Exchange], judge: Judge) -> list[dict[str, Any]]:
    with collector_at_rest():
        return judge(judge_rows(exchanges))


def _judge_in(
    process: subprocess.Popen[bytes], exchanges: Sequence[Exchange], judge: Judge
) -> list[dict[str, Any]]:
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        with suppress(BrokenPipeError):
            pickle.dump(judge, process.stdin)
            for start in range(0, len(exchanges), _AT_A_TIME):
                part = exchanges[start : start + _AT_A_TIME]
                pickle.dump(list(map(_values_of, part)), process.stdin)
            process.stdin.close()
        text = process.stdout.read()
    if process.returncode:
        raise ChildProcessError(f"the process that judges the journal ended with {process.returncode}")
    rows: list[dict[str, Any]] = orjson.loads(text)
    return rows


def main() -> None:
    """Read a judge and exchanges from a pipe until it ends, and write the findings to another."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server ends this process by closing the pipe
    judge = pickle.load(sys.stdin.buffer)
    sys.stdout.buffer.write(orjson.dumps(_judge_here(_read(sys.stdin.buffer), judge)))
    sys.stdout.flush()
    os._exit(0)  # to let go of all these values one by one would take longer than some rules


def _read(pipe: IO[bytes]) -> Iterator[Exchange]:
    with suppress(EOFError):
        while True:
            yield from (Exchange(*values) for values in pickle.load(pipe))


if __name__ == "__main__":
    main()
