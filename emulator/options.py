"""Options that verbs share: each has an environment variable; and the sentences that a verb ends with."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from functools import reduce
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from emulator.logs import FORMATS, LEVELS

Verb = TypeVar("Verb", bound=Callable[..., Any])
FAULT, ENVIRONMENT = 2, 4


def option(name: str, *also: str, **kwargs: Any) -> Callable[[Verb], Verb]:
    """Declare an option with an environment variable: TRENDYOL_EMULATOR_NAME, and those in ``also``."""
    variable = "TRENDYOL_EMULATOR_" + name.split("/")[0].lstrip("-").replace("-", "_").upper()
    return click.option(name, envvar=[variable, *also], show_default=True, show_envvar=True, **kwargs)


def complain(sentence: object, code: int) -> NoReturn:
    """Print one sentence on standard error and end with the code."""
    click.secho(f"trendyol-emulator: {sentence}", fg="red", err=True)
    sys.exit(code)


def count_of(number: int, noun: str) -> str:
    """Write a number with its noun, as in 1 request and 2 requests."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def port_number(_: click.Context, __: click.Parameter, text: str | None) -> int | None:
    """Read the number of a port; None where there is none."""
    if text is None:
        return None
    if not text.isdecimal() or int(text) >= 2**16:
        raise click.BadParameter(f"{text} is no port: give a number from 0 to 65535; 0 takes a free one.")
    return int(text)


def open_folder(stack: ExitStack) -> Path:
    """Make the folder for private files, which goes with the command."""
    from emulator.stage.private_folder import private_folder

    try:
        return stack.enter_context(private_folder())
    except OSError as fault:
        complain(f"no temporary folder: {fault.strerror}; set TMPDIR to a folder to write to", ENVIRONMENT)


TLS_OPTIONS = (
    option("--tls", is_flag=True, help="Answer with TLS, too, under the vendor's names, at --tls-port."),
    option("--tls-port", default="8443", callback=port_number, help="Port with TLS; 0 takes a free one."),
    option("--hosts", is_flag=True, help="Print lines for a hosts file that lead the vendor's names here."),
    option("--proxy-port", callback=port_number, help="Be a proxy for the vendor's hosts on this port, too."),
)
"""What says under which names serve answers besides."""
ATTACH_OPTIONS = (
    option("--tunnel", multiple=True, metavar="HOST", help="Let the proxy reach a host, or *.example.com."),
    option(
        "--ca",
        metavar="FILE",
        help="Keep the authority in a file, its key beside it; made once. A new one each time unless given.",
    ),
)
"""What says whom a program may reach and has to trust."""
LOG_OPTIONS = (
    option("--log-format", default="text", type=click.Choice(FORMATS), help="json: an object a line."),
    option(
        "--log-level",
        "LOG_LEVEL",
        default="warning",
        type=click.Choice(LEVELS, case_sensitive=False),
        help="From which level on; info has a line for each request.",
    ),
)
"""What says how a server writes its log."""


STAGE_OPTIONS = (
    option(
        "--world", default="demo", help="A world by name (empty, demo, wall, samples) or a recipe's path."
    ),
    option("--worlds", metavar="FOLDER", help="A folder of recipes: its shop.yaml is the world shop."),
    option("--seed", type=int, help="Number all chance comes from; the recipe's own unless given."),
    option("--now", help="Where the clock starts: epoch milliseconds or ISO 8601; real time unless given."),
    option(
        "--as-of",
        metavar="DATE",
        help="Start the clock at the beginning of a day in Istanbul: "
        "what the vendor dates is as it was then.",
    ),
    option(
        "--orders-per-hour",
        type=click.IntRange(0, 100_000),
        metavar="N",
        help="Let the world live: customers order, pay or fail to, cancel; carriers come for what is picked.",
    ),
    option(
        "--database",
        help="Keep the world: sqlite:///stage.db or postgresql://... A private temporary file unless given.",
    ),
    option(
        "--limits",
        default="on",
        type=click.Choice(["on", "off", "count"]),
        help="count: count, never refuse.",
    ),
    option("--strict/--lenient", default=False, help="Refuse a malformed User-Agent; check every answer."),
    option(
        "--decide", multiple=True, metavar="ID=OPTION", help="Choose where the sources contradict each other."
    ),
    option(
        "--body-timeout",
        default=30.0,
        type=click.FloatRange(0, min_open=True),
        help="Seconds that a client may pause within a body.",
    ),
    option(
        "--webhook-allow",
        multiple=True,
        metavar="HOST",
        help="A host whose webhooks are called; else only those at loopback addresses, such as 127.0.0.1.",
    ),
    option(
        "--control-token", help="Bearer token of the control API; without one only this machine may use it."
    ),
    option(
        "--control-host", multiple=True, metavar="NAME", help="A name that the control API may be asked by."
    ),
    option(
        "--allow-origin", multiple=True, metavar="ORIGIN", help="Let pages of an origin use the control API."
    ),
    option("--insecure-control", is_flag=True, help="Open the control API to every address."),
    option(
        "--emulator-headers/--no-emulator-headers",
        default=True,
        help="Explain answers in X-Emulator- headers.",
    ),
)
"""What says how a stage is opened, wherever it listens."""


def with_options(*declarations: Callable[[Verb], Verb]) -> Callable[[Verb], Verb]:
    """Give a verb options, in their order."""
    return lambda verb: reduce(lambda command, declare: declare(command), reversed(declarations), verb)
