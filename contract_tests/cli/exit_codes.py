"""How a verb of the kit ends: one sentence for people, one documented exit code for machines."""

from __future__ import annotations

import functools
import os
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn, ParamSpec, TypeVar

import click

from contract_tests.cli.inputs import CannotRead
from contract_tests.cli.readiness import CannotWrite, MissingPackage
from contract_tests.config.file import NotAConfig
from contract_tests.judge.verdict import UnknownJudge
from contract_tests.recorder.faults import CannotListen, NoKey, NoUpstream
from contract_tests.records.har import NotAnArchive
from contract_tests.records.printable import printable
from contract_tests.records.run import CannotDrive
from contract_tests.records.scenario import NotAScenario
from contract_tests.reports.evidence import say_evidence
from contract_tests.stages.control_api import NoAnswer, NoSuchWorld
from contract_tests.stages.interruption import Interrupted, interruptible
from contract_tests.stages.processes import in_a_hurry
from contract_tests.stages.server import ServerFailed
from contract_tests.stages.stage import NoSuchSeller

P = ParamSpec("P")
R = TypeVar("R")

CLEAN, FINDINGS, USAGE, INTERNAL, ENVIRONMENT = 0, 1, 2, 3, 4

FAULTS: dict[type[Exception], int] = {
    NotAConfig: USAGE,
    NotAScenario: USAGE,
    NotAnArchive: USAGE,
    NoSuchSeller: USAGE,
    CannotWrite: USAGE,
    MissingPackage: ENVIRONMENT,
    NoSuchWorld: USAGE,
    UnknownJudge: USAGE,
    NoKey: USAGE,
    CannotListen: ENVIRONMENT,
    NoUpstream: USAGE,
    CannotRead: ENVIRONMENT,
    CannotDrive: ENVIRONMENT,
    NoAnswer: ENVIRONMENT,
    ServerFailed: ENVIRONMENT,
    OSError: ENVIRONMENT,
}


def ends_with_a_code(verb: Callable[P, R]) -> Callable[P, R]:
    """Make a verb end with the exit code of what went wrong; what nobody foresaw shows its traceback."""

    @functools.wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return end_at_once(verb, *args, **kwargs)
        except Interrupted as signal:
            warn(signal.sentence, colour="yellow")
            leave(signal.exit_code)
        except click.UsageError as fault:
            raise click.UsageError(say_evidence(fault.format_message()), fault.ctx) from fault
        except (click.exceptions.Exit, click.Abort, click.ClickException):
            raise
        except Exception as fault:
            complain(fault)

    return run


def end_at_once(verb: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Call a verb that signals may interrupt; one that was interrupted ends with its code at once."""
    try:
        with interruptible():
            return verb(*args, **kwargs)
    except SystemExit as ending:
        if in_a_hurry():
            leave(int(ending.code or 0))
        raise


def leave(code: int) -> NoReturn:
    """End this process now; a client in it that never ends would keep it for ever."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def complain(fault: Exception) -> NoReturn:
    """Print one sentence and end with the code of this fault."""
    code = next((code for kind, code in FAULTS.items() if isinstance(fault, kind)), INTERNAL)
    if code == INTERNAL:
        traceback.print_exception(fault)
    warn(sentence_on(fault))
    close_full_output()
    sys.exit(code)


def warn(sentence: str, colour: str = "red") -> None:
    """Print one sentence beside the output, in the language that is spoken."""
    click.secho(f"trendyol-emulator: {say_evidence(sentence)}", fg=colour, err=True)


def sentence_on(fault: Exception) -> str:
    """Say what went wrong, as a terminal may show it."""
    if isinstance(fault, OSError) and fault.strerror:
        return printable(f"{fault.filename or 'a file'} cannot be used: {fault.strerror}")
    return printable(str(fault))


def close_full_output() -> None:
    """Give up what cannot be printed, as where the disk is full: Python would complain of it at its end."""
    try:
        sys.stdout.flush()
    except OSError:
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
