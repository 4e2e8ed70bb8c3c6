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
from contextlib import ExitStack
from functools import partial
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

import click

from emulator import __version__
from emulator.options import (
    ATTACH_OPTIONS,
    ENVIRONMENT,
    FAULT,
    LOG_OPTIONS,
    STAGE_OPTIONS,
    TLS_OPTIONS,
    complain,
    open_folder,
    option,
    port_number,
    with_options,
)
from emulator.world.core.collector import collector_at_rest

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

_KIT_VERBS = "trendyol_emulator.verbs"
_OWN_VERBS = {
    "doctor": "emulator.verbs.doctor:doctor",
    "exec": "emulator.verbs.exec:exec_verb",
    "health": "emulator.verbs.health:health",
}
"""The verbs that have a file of their own, each loaded when it is first wanted."""
_OWN_HOST, _HOST_VARIABLE = "127.0.0.1", "TRENDYOL_EMULATOR_HOST"


def kit_verbs(name: str | None = None) -> list[EntryPoint]:
    """Find the verbs that an installed kit offers, or the one of a name; looked for when first wanted."""
    from importlib.metadata import entry_points

    return list(entry_points(group=_KIT_VERBS) if name is None else entry_points(group=_KIT_VERBS, name=name))


class _Verbs(click.Group):
    """The verbs of this file, those with a file of their own and, by their entry points only, the kit's."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as fault:
            verbs = ", ".join(self.list_commands(ctx))
            raise click.UsageError(f"{fault.format_message()} The verbs are: {verbs}.", ctx) from fault

    def list_commands(self, ctx: click.Context) -> list[str]:
        kit_names = (point.name for point in kit_verbs())
        return sorted([*super().list_commands(ctx), *_OWN_VERBS, *kit_names])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        own = super().get_command(ctx, cmd_name)
        if own is None and cmd_name in _OWN_VERBS:
            own = resolve_name(_OWN_VERBS[cmd_name])
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


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="trendyol-emulator")
def main() -> None:
    """Emulate Trendyol's stage, and judge integrations against it. Not affiliated with Trendyol."""


@main.command(epilog="Example: trendyol-emulator serve --port 8080 --world demo")
@option("--host", "HOST", default="127.0.0.1", help="Address or name to listen on.")
@option("--port", "PORT", default="8080", callback=port_number, help="Port; 0 takes a free one.")
@with_options(*STAGE_OPTIONS, *TLS_OPTIONS, *ATTACH_OPTIONS, *LOG_OPTIONS)
@click.pass_context
@collector_at_rest()
def serve(ctx: click.Context, /, host: str, port: int, **options: Any) -> None:
    """Start the emulator and print where it listens and whom it knows."""
    from emulator.contract.contract import load_contract
    from emulator.contract.faults import SpecFault
    from emulator.serve import load, note_of_fault, plain_service, run
    from emulator.start_up import PlaceFault, settings_of

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
        log = (options["log_format"], options["log_level"])
        load_stage = partial(load, log, settings)
        if options["tls"] or options["hosts"] or options["proxy_port"] is not None:
            from emulator.verbs.serve_tls import tls_service

            service = tls_service(host, port, folder, load_stage, options)
        else:
            service = plain_service(host, port, load_stage)
        run(service, log[0])
        note = note_of_fault(settings)
        if note.exists():
            code, _, sentence = note.read_text(encoding="utf-8").partition(" ")
            complain(sentence, int(code))


def listening_place(host: str, port: int, *, by_chance: bool) -> tuple[str, int]:
    """Give the address and the port to listen on.

    A host that stands in the environment ``by_chance``, as HOST does in some shells, is ignored with a
    warning where it is no address of this machine.
    """
    from emulator.adapters.addresses import address_of
    from emulator.adapters.listeners import claim

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
    from emulator.start_up import PlaceFault, database_place
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
