"""The verb record: a client's calls to a real stage, kept without what is personal or secret."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from contract_tests.cli.exit_codes import ends_with_a_code
from contract_tests.cli.inputs import Port
from contract_tests.cli.options import option
from contract_tests.recorder.archive_file import ArchiveFile
from contract_tests.recorder.forwarding import Upstream
from contract_tests.recorder.operations import Targets
from contract_tests.recorder.proxy import Recorder, RecordingServer
from contract_tests.recorder.redaction import Redactor
from contract_tests.recorder.tokens import tokens_of
from contract_tests.records.systems import SYSTEMS
from contract_tests.stages.interruption import Interrupted
from contract_tests.stages.law import installed_law
from contract_tests.stages.rulebook import installed_rulebook

PORT = 8091
SECRET_VARIABLES = tuple(one.variables[2] for one in SYSTEMS.values())


@click.command(
    epilog="Example: trendyol-emulator record --upstream https://stageapigw.trendyol.com --out traffic.har"
)
@option("--upstream", required=True, metavar="URL", help="The stage, or any server, that calls go on to.")
@option("--out", required=True, type=click.Path(path_type=Path), help="The HAR file; it must not exist yet.")
@option("--host", default="127.0.0.1", show_default=True, help="Address or name to listen on.")
@option("--port", default=PORT, show_default=True, type=Port(), help="Port; 0 takes a free one.")
@option("--allow-writes", is_flag=True, help="Send writes on, too; they are refused otherwise.")
@option(
    "--key-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Keep the key of the tokens, so that recordings can be joined; it is made where it is missing.",
)
@option(
    "--ca", type=click.Path(exists=True, dir_okay=False), help="Certificates that the upstream is held to."
)
@ends_with_a_code
def record(upstream: str, out: Path, host: str, port: int, **options: Any) -> None:
    """Forward a client's calls to a real stage and keep them in a HAR file, without secrets or people's data.

    Only reads go on unless --allow-writes is given. Point the client at the address that is printed, end with
    Ctrl-C, then read the file with lint and drift.
    """
    with ExitStack() as stack:
        server_of_calls = Upstream(upstream, options["ca"])
        stack.callback(server_of_calls.close)
        redactor = Redactor(
            Targets(installed_rulebook(), installed_law().documents), tokens_of(options["key_file"])
        )
        redactor.memory.keep_out(os.environ.get(name, "") for name in SECRET_VARIABLES)
        server = stack.enter_context(RecordingServer(host, port))
        archive = stack.enter_context(open_archive(out))
        server.recorder = Recorder(server_of_calls, redactor, archive, log, options["allow_writes"])
        log(f"Listening on http://{host}:{server.server_port}, calls go on to {upstream} and into {out}")
        run(server, out)


def run(server: RecordingServer, out: Path) -> None:
    """Serve until a signal comes, or the file cannot be written any more."""
    recorder = server.recorder
    try:
        server.serve_forever(poll_interval=0.2)
    except Interrupted:
        log("")
    if recorder.fault is not None:
        raise recorder.fault
    refusals = f", {recorder.refusals} writes refused" if recorder.refusals else ""
    log(f"{recorder.archive.count} exchanges are in {out}{refusals}; read them: trendyol-emulator lint {out}")


def open_archive(out: Path) -> ArchiveFile:
    """Make the file of the recording."""
    try:
        return ArchiveFile(out)
    except FileExistsError as fault:
        raise click.UsageError(f"{out} is there already: give --out a name that is free") from fault


def log(line: str) -> None:
    """Print a line for people."""
    click.echo(line, err=True)
