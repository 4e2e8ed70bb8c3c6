"""Asks a running emulator whether it is ready: what the health check of a container runs."""

from __future__ import annotations

import http.client
import json
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import click

from emulator.adapters.addresses import reachable_address
from emulator.options import ENVIRONMENT, FAULT, complain, option, port_number

_OWN_HOST = "127.0.0.1"


@click.command(epilog="Example: trendyol-emulator health --port 8080")
@option("--host", "HOST", default=_OWN_HOST, help="Where it listens, as serve was told.")
@option("--port", "PORT", default="8080", callback=port_number, help="Its port.")
@option("--url", help="Its address, instead of host and port.")
@option(
    "--within", default=3.0, type=click.FloatRange(0, min_open=True), help="Seconds that an answer may take."
)
@click.pass_context
def health(ctx: click.Context, /, host: str, port: int, url: str | None, within: float) -> None:
    """Ask a running emulator whether it is ready: exit code 0 when it is, 4 when it is not.

    Host and port are read from the variables that serve reads, so that a health check needs no options.
    """
    places = [place_of(url)] if url is not None else [(reachable_address(host), port)]
    if url is None and ctx.get_parameter_source("host") is click.core.ParameterSource.ENVIRONMENT:
        places.append((_OWN_HOST, port))  # serve ignores a foreign HOST
    faults = []
    for place in places:
        try:
            click.echo(check(*place, within))
            return
        except (OSError, http.client.HTTPException, ValueError) as fault:
            faults.append(f"{address_text(*place)} is not ready: {fault or type(fault).__name__}")
    complain(faults[0], ENVIRONMENT)


def place_of(url: str) -> tuple[str, int]:
    """Read host and port of an address."""
    try:
        parts = urlsplit(url if "//" in url else f"//{url}", "http")
        host, port = parts.hostname, parts.port
    except ValueError as fault:
        complain(f"--url {url} is no address: {fault}", FAULT)
    if parts.scheme != "http" or host is None:
        complain(f"--url {url} is no address of an emulator: write http://HOST:PORT", FAULT)
    return host, port or 80


def check(host: str, port: int, within_s: float) -> str:
    """Ask whether it is ready and what it is; the sentence names what it tells to whoever asks by that name.

    Errors: OSError, HTTPException or ValueError where it is not ready.
    """
    status, answer = ask(host, port, "/_emulator/ready", within_s)
    if (status, answer.get("ready")) != (200, True):
        raise ValueError(answer.get("message", f"it answers {status}"))
    status, answer = ask(host, port, "/_emulator/health", within_s)
    about = f": world {answer['world']}, seed {answer['seed']}, version {answer['version']}"
    return f"{address_text(host, port)} is ready{about if status == 200 else ''}"


def ask(host: str, port: int, path: str, within_s: float) -> tuple[int, dict[str, Any]]:
    """Get a path of the control API; give status and JSON."""
    with closing(http.client.HTTPConnection(host, port, timeout=within_s)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        body = json.loads(answer.read())
        return answer.status, body if isinstance(body, dict) else {}


def address_text(host: str, port: int) -> str:
    """Write host and port as an address."""
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"
