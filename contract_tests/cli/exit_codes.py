"""How a verb of the kit ends: one sentence for people, one documented exit code for machines."""

from __future__ import annotations

import functools
import sys
import traceback
from collections.abc import Callable
from typing import NoReturn, ParamSpec, TypeVar

import click

from contract_tests.config.file import NotAConfig
from contract_tests.judge.verdict import UnknownJudge
from contract_tests.records.har import NotAnArchive
from contract_tests.records.run import CannotDrive
from contract_tests.records.scenario import NotAScenario
from contract_tests.stages.control_api import NoAnswer
from contract_tests.stages.server import ServerFailed
from contract_tests.stages.stage import NoSuchSeller

P = ParamSpec("P")
R = TypeVar("R")

CLEAN, FINDINGS, USAGE, INTERNAL, ENVIRONMENT, INTERRUPT = 0, 1, 2, 3, 4, 130

FAULTS: dict[type[Exception], int] = {
    NotAConfig: USAGE,
    NotAScenario: USAGE,
    NotAnArchive: USAGE,
    NoSuchSeller: USAGE,
    UnknownJudge: USAGE,
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
            return verb(*args, **kwargs)
        except KeyboardInterrupt:
            sys.exit(INTERRUPT)
        except (click.exceptions.Exit, click.Abort, click.ClickException):
            raise
        except Exception as fault:
            complain(fault)

    return run


def complain(fault: Exception) -> NoReturn:
    """Print one sentence and end with the code of this fault."""
    code = next((code for kind, code in FAULTS.items() if isinstance(fault, kind)), INTERNAL)
    if code == INTERNAL:
        traceback.print_exception(fault)
    click.secho(f"trendyol-emulator: {fault}", fg="red", err=True)
    sys.exit(code)
