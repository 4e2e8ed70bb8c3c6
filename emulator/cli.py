"""The command line: serve the emulator, read its law; the kit's verbs are loaded when first asked for."""

from __future__ import annotations

import errno
import ipaddress
import json
import os
import shutil
import socket
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from emulator.world.core.collector import collector_at_rest

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

_Verb = TypeVar("_Verb", bound=Callable[..., Any])
FAULT, ENVIRONMENT = 2, 4
_KIT_VERBS = "trendyol_emulator.verbs"
_OWN_HOST, _HOST_VARIABLE = "127.0.0.1", "TRENDYOL_EMULATOR_HOST"


def kit_verbs(name: str | None = None) -> list[EntryPoint]:
    """Find the verbs that an installed kit offers, or the one of a name; looked for when first wanted."""
    from importlib.metadata import entry_points

    return list(entry_points(group=_KIT_VERBS) if name is None else entry_points(group=_KIT_VERBS, name=name))


class _Verbs(click.Group):
    """The verbs of this file and, by their entry points only, those of the kit."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as fault:
            verbs = ", ".join(self.list_commands(ctx))
            raise click.UsageError(f"{fault.format_message()} The verbs are: {verbs}.", ctx) from fault

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *(point.name for point in kit_verbs())])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        try:
            for point in kit_verbs(cmd_name):
                verb: click.Command = point.load()
                return verb
        except ModuleNotFoundError as missing:
            raise click.ClickException(
                f"{cmd_name} needs the kit ({missing.name} is missing): pip install 'trendyol-emulator[kit]'"
            ) from missing
        return None


def option(name: str, *also: str, **kwargs: Any) -> Callable[[_Verb], _Verb]:
    """Declare an option with an environment variable: TRENDYOL_EMULATOR_NAME, and those in ``also``."""
    variable = "TRENDYOL_EMULATOR_" + name.split("/")[0].lstrip("-").replace("-", "_").upper()
    return click.option(name, envvar=[variable, *also], show_default=True, show_envvar=True, **kwargs)


def complain(sentence: object, code: int) -> NoReturn:
    """Print one sentence on standard error and end with the code."""
    click.secho(f"trendyol-emulator: {sentence}", fg="red", err=True)
    sys.exit(code)


def port_number(_: click.Context, __: click.Parameter, text: str) -> int:
    """Read the number of a port."""
    if not text.isdecimal() or int(text) >= 2**16:
        raise click.BadParameter(f"{text} is no port: give a number from 0 to 65535; 0 takes a free one.")
    return int(text)


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="trendyol-emulator")
def main() -> None:
    """Emulate Trendyol's stage, and judge integrations against it. Not affiliated with Trendyol."""


@main.command(epilog="Example: trendyol-emulator serve --port 8080 --world demo")
@option("--host", "HOST", default="127.0.0.1", help="Address or name to listen on.")
@option("--port", "PORT", default="8080", callback=port_number, help="Port; 0 takes a free one.")
@option("--world", default="demo", help="A world by name (empty, demo, wall, samples) or a recipe's path.")
@option("--seed", type=int, help="Number all chance comes from; the recipe's own unless given.")
@option("--now", help="Where the clock starts: epoch milliseconds or ISO 8601; real time unless given.")
@option(
    "--as-of",
    metavar="DATE",
    help="Start the clock at the beginning of a day in Istanbul: what the vendor dates is as it was then.",
)
@option(
    "--orders-per-hour",
    type=click.IntRange(0, 100_000),
    metavar="N",
    help="Let the world live: customers order, pay or fail to, cancel; carriers come for what is picked.",
)
@option(
    "--database",
    help="Keep the world: sqlite:///stage.db or postgresql://... A private temporary file unless given.",
)
@option(
    "--limits", default="on", type=click.Choice(["on", "off", "count"]), help="count: count, never refuse."
)
@option("--strict/--lenient", default=False, help="Refuse a malformed User-Agent; check every answer.")
@option(
    "--decide", multiple=True, metavar="ID=OPTION", help="Choose where the sources contradict each other."
)
@option(
    "--body-timeout",
    default=30.0,
    type=click.FloatRange(0, min_open=True),
    help="Seconds that a client may pause within a body.",
)
@option(
    "--webhook-allow",
    multiple=True,
    metavar="HOST",
    help="A host whose webhooks are called; else only those at loopback addresses, such as 127.0.0.1.",
)
@option("--control-token", help="Bearer token of the control API; without one only this machine may use it.")
@option("--control-host", multiple=True, metavar="NAME", help="A name that the control API may be asked by.")
@option("--allow-origin", multiple=True, metavar="ORIGIN", help="Let pages of an origin use the control API.")
@option("--insecure-control", is_flag=True, help="Open the control API to every address.")
@option(
    "--emulator-headers/--no-emulator-headers", default=True, help="Explain answers in X-Emulator- headers."
)
@click.pass_context
@collector_at_rest()
def serve(ctx: click.Context, /, host: str, port: int, **options: Any) -> None:
    """Start the emulator and print where it listens and whom it knows."""
    from emulator.contract.contract import load_contract
    from emulator.contract.faults import SpecFault
    from emulator.serve import PlaceFault, announce, door, load, note_of_fault, run, settings_of

    source = ctx.get_parameter_source("host")
    by_chance = source is click.core.ParameterSource.ENVIRONMENT and _HOST_VARIABLE not in os.environ
    host, port = listening_place(host, port, by_chance=by_chance)
    if options["control_token"] in {"", "*"}:
        complain("--control-token is no token: give a secret text, or --insecure-control", FAULT)
    if not (
        ipaddress.ip_address(host).is_loopback or options["control_token"] or options["insecure_control"]
    ):
        complain(f"{host} is open to other machines: give --control-token, or --insecure-control", FAULT)
    with ExitStack() as stack:
        folder = open_folder(stack)
        try:
            load_contract()
            settings = settings_of(folder, host=host, **options)
        except (SpecFault, ValueError) as fault:
            complain(fault, ENVIRONMENT if isinstance(fault, PlaceFault) else FAULT)
        run(host, port, partial(load, settings), partial(door, host), partial(announce, host, port))
        note = note_of_fault(settings)
        if note.exists():
            code, _, sentence = note.read_text(encoding="utf-8").partition(" ")
            complain(sentence, int(code))


def listening_place(host: str, port: int, *, by_chance: bool) -> tuple[str, int]:
    """Give the address and the port to listen on.

    A host that stands in the environment ``by_chance``, as HOST does in some shells, is ignored with a
    warning where it is no address of this machine.
    """
    from emulator.adapters.listeners import address_of, claim

    try:
        address = address_of(host)
        return address, claim(address, port)
    except OSError as fault:
        if fault.errno == errno.EADDRINUSE or not by_chance:
            complain(unheard(host, port, fault), ENVIRONMENT)
    click.echo(
        f"trendyol-emulator: HOST={host} is no address of this machine and is ignored;"
        f" --host or {_HOST_VARIABLE} choose another than {_OWN_HOST}",
        err=True,
    )
    return listening_place(_OWN_HOST, port, by_chance=False)


def open_folder(stack: ExitStack) -> Path:
    """Make the folder for private files, which goes with the command."""
    from emulator.stage.private_folder import private_folder

    try:
        return stack.enter_context(private_folder())
    except OSError as fault:
        complain(f"no temporary folder: {fault.strerror}; set TMPDIR to a folder to write to", ENVIRONMENT)


def unheard(host: str, port: int, fault: OSError) -> str:
    """Say why nobody can listen there."""
    if fault.errno == errno.EADDRINUSE:
        return f"port {port} is taken: choose another with --port, or --port 0"
    if isinstance(fault, socket.gaierror):
        return f"nobody knows the name {host}: give --host an address of this machine, or localhost"
    if fault.errno == errno.EACCES:
        return f"port {port} is not for everybody: choose one from 1024 on with --port, or --port 0"
    reason = (fault.strerror or str(fault)).partition(" (")[0]
    return f"{host} port {port} cannot be listened on: {reason}"


@main.command(epilog="Example: trendyol-emulator snapshot save before-returns --database sqlite:///stage.db")
@click.argument("verb", type=click.Choice(["save", "load", "list", "delete"]))
@click.argument("name", required=False, default="")
@option("--database", required=True, help="The kept world: sqlite:///stage.db or postgresql://...")
def snapshot(verb: str, name: str, database: str) -> None:
    """Save a kept world under a name, take it back to one, list or delete them; it may be open meanwhile.

    A snapshot of a SQLite file is a file beside it that can be carried and served by itself.
    """
    from emulator.control.snapshot_verbs import run_verb
    from emulator.serve import PlaceFault, database_place
    from emulator.world.store.interface import StoreFault

    if (verb == "list") is bool(name):
        complain("snapshot list takes no name" if name else f"snapshot {verb} needs a name", FAULT)
    try:
        place = database_place(database)
        assert place is not None
        click.echo("\n".join(run_verb(verb, name, place)))
    except (StoreFault, PlaceFault) as fault:
        complain(fault, ENVIRONMENT)
    except (LookupError, ValueError) as fault:
        complain(fault, FAULT)


@main.command(epilog="Example: trendyol-emulator openapi trendyol/products/int > products.json")
@click.argument("name", required=False)
def openapi(name: str | None) -> None:
    """Print a document as JSON, or list the documents."""
    from emulator.contract.contract import load_contract

    names = sorted(load_contract().documents)
    if name is None:
        click.echo("\n".join(names))
        return
    document = load_contract().find_document(name)
    if document is None:
        complain(f"there is no document {name}; choose one of {', '.join(names)}", FAULT)
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))


@main.command(epilog="Example: trendyol-emulator changes --as-of 2026-08-01")
@option("--as-of", metavar="DATE", help="The day to look from, in Istanbul; today unless given.")
def changes(as_of: str | None) -> None:
    """List what the vendor has dated: what comes, closes or is browned out, and whether the day has come."""
    from emulator.contract.contract import load_contract
    from emulator.contract.dates import day_ms
    from emulator.control.changes_text import change_lines

    try:
        now_ms = time.time_ns() // 1_000_000 if as_of is None else day_ms(as_of)
    except ValueError as fault:
        complain(fault, FAULT)
    click.echo("\n".join(change_lines(load_contract(), now_ms)))


@main.command(epilog="Example: trendyol-emulator explain filterApprovedProducts")
@click.argument("operation", required=False)
def explain(operation: str | None) -> None:
    """Say what the emulator enforces at an operation, and where it comes from; list all without one."""
    from emulator.contract.contract import load_contract
    from emulator.control.explain_text import explanation, near, operation_list
    from emulator.control.spec_views import vendor_operations

    if operation is None:
        click.echo("\n".join(operation_list(load_contract())))
        return

    # Lines that go into a pipe stay whole, so that they can be searched.
    columns = shutil.get_terminal_size().columns
    width = max(80, min(columns, 120)) if sys.stdout.isatty() else None
    lines = list(explanation(load_contract(), operation, width))
    if not lines:
        neighbours = ", ".join(near(load_contract(), operation))
        operation_ids = ", ".join(sorted(vendor_operations(load_contract())))
        hint = f"did you mean {neighbours}?" if neighbours else f"known: {operation_ids}"
        complain(f"there is no operation {operation}; {hint}", FAULT)
    click.echo("\n".join(lines))
