"""Where scenarios are played: worlds of a running emulator, or of one in this process without a socket."""

from __future__ import annotations

import itertools
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from contract_tests.records.run import Runaway
from contract_tests.records.systems import SYSTEMS
from contract_tests.stages.control_api import (
    ControlClient,
    NoAnswer,
    NoSuchWorld,
    http_client,
    in_process_client,
)
from contract_tests.stages.outside import OutsideTraffic
from contract_tests.stages.server import serving
from contract_tests.stages.stage import Stage
from contract_tests.virtual_time.ports import accepts

Row = Mapping[str, Any]

# How a server says that it opens no ports, and an older one that it has never heard of them.
WITHOUT_PORTS = (409, 400)
NOT_FOUND = 404
WITHOUT_ORIGIN = (
    "the emulator's further ports cannot be reached, so the world is behind a path, and a client that joins "
    "absolute paths to its base URL loses it"
)

_NUMBERS = itertools.count(1)

# Where time starts in this process: a Wednesday, 12:30 in Istanbul.
# In process the journal is read when a run has ended, so it holds the bodies of a whole one.
JOURNAL_BYTES = 2**29
START_MS = 1_795_599_000_000
# A run that asks this often, or lets this much time pass, would never end.
MOST_REQUESTS = 5_000
LONGEST_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class EmulatorHost:
    """An emulator that opens worlds.

    Shapes: ``control`` is its root; ``stage_at`` makes the stage of a world from its row in the control API;
    ``time`` gives what has to be active while a scenario is played that starts at a moment (epoch
    milliseconds, None for the real one); ``in_virtual_time`` where that is travelled time; ``own_ports``
    where each world is asked for at the root of a port of its own.
    """

    control: ControlClient
    stage_at: Callable[[Row, Any], Stage]
    time: Callable[[int | None], AbstractContextManager[Any]]
    in_virtual_time: bool = False
    own_ports: bool = False


Attach = Callable[[int], Mapping[str, str]]
"""Gives the variables by which a program meets the world behind a proxy, by the proxy's port."""


def host_at(base_url: str, control_token: str | None = None, attach: Attach | None = None) -> EmulatorHost:
    """Use an emulator at an address: clients run in real time, each world has an origin of its own."""
    root = base_url.rstrip("/")
    control = http_client(root, control_token)
    outside = OutsideTraffic(control)

    def stage_at(row: Row, _time: Any) -> Stage:
        outside.begin()
        origin = origin_of(root, row)
        url = origin or root + row["path"]
        return Stage(
            urls={name: system.base_url(url) for name, system in SYSTEMS.items()},
            control=http_client(url, control_token),
            warnings=() if origin else (f"{WITHOUT_ORIGIN}: {url}",),
            outside=lambda: outside.warnings(root, url),
            variables={} if attach is None else attach(row["proxy_port"]),
        )

    return EmulatorHost(control, stage_at, lambda _: nullcontext(), own_ports=True)


def origin_of(root: str, row: Row) -> str | None:
    """Give the origin at which a world answers at its root; None where it has no port that can be reached."""
    where, port = urlsplit(root), row.get("port")
    if port is None or not accepts(where.hostname or "", port):
        return None
    host = f"[{where.hostname}]" if ":" in (where.hostname or "") else where.hostname
    return f"{where.scheme}://{host}:{port}"


def in_process_host(app: Any) -> EmulatorHost:
    """Use an application of ``create_app``; Python clients reach it without a socket, in travelled time."""
    from contract_tests.inprocess.reaching import reached
    from contract_tests.virtual_time.clock import VirtualClock, travelled

    urls = {name: system.base_url(system.origin) for name, system in SYSTEMS.items()}

    def stage_at(row: Row, travel: VirtualClock) -> Stage:
        path = row["path"]
        ask = in_process_client(app, path)
        return Stage(
            urls, ask, lambda: reached(limit_requests(app, travel.now), path), travel.shift, timeless=True
        )

    return EmulatorHost(in_process_client(app), stage_at, travelled, in_virtual_time=True)


def limit_requests(app: Any, now: Callable[[], float]) -> Any:
    """Stop a client that asks without end.

    Errors: Runaway.
    """
    request_numbers = itertools.count(1)
    began_s = now()

    def application(environ: Mapping[str, Any], start_response: Any) -> Any:
        if next(request_numbers) > MOST_REQUESTS:
            raise Runaway(f"more than {MOST_REQUESTS} requests")
        if (now() - began_s) * 1000 > LONGEST_MS:
            raise Runaway(f"more than {LONGEST_MS / 3_600_000:.0f} hours")
        return app(environ, start_response)

    return application


@contextmanager
def open_world(host: EmulatorHost, options: Mapping[str, Any], time: Any) -> Iterator[Stage]:
    """Open an isolated world, and close it at the end.

    Shapes: ``options`` is what POST /_emulator/worlds takes, without a name.
    Errors: NoAnswer when the emulator does not answer, NoSuchWorld when it does not know the recipe.
    """
    name = f"check-{os.getpid()}-{next(_NUMBERS)}"
    row = create_world(host, {"name": name, **options})
    try:
        yield host.stage_at(row, time)
    finally:
        with suppress(NoAnswer):
            host.control("DELETE", f"/_emulator/worlds/{name}")


def create_world(host: EmulatorHost, body: Row) -> Row:
    """Create a world, at a port of its own where the server can open one.

    Errors: those of ``open_world``.
    """
    if host.own_ports:
        try:
            return _post_world(host, {**body, "own_port": True})
        except NoAnswer as no:
            if no.status not in WITHOUT_PORTS:
                raise
    return _post_world(host, body)


def _post_world(host: EmulatorHost, body: Row) -> Row:
    try:
        return dict(host.control("POST", "/_emulator/worlds", body))
    except NoAnswer as no:
        if no.status == NOT_FOUND and isinstance(body.get("world"), str):
            raise NoSuchWorld(str(no), no.status) from no
        raise


@contextmanager
def open_stage(base_url: str, recipe: str) -> Iterator[Stage]:
    """Open an isolated world of a running emulator, and close it at the end.

    Errors: those of ``open_world``.
    """
    with open_world(host_at(base_url), {"world": recipe}, None) as stage:
        yield stage


@contextmanager
def attaching_host(tunnels: Sequence[str] = ()) -> Iterator[EmulatorHost]:
    """Have an emulator for a block to which programs are led that name the vendor's hosts.

    Errors: ServerFailed when it does not come up.
    """
    from emulator import attached_variables

    with tempfile.TemporaryDirectory(prefix="trendyol-emulator-attach-") as name:
        folder = Path(name)
        authority = folder / "authority.pem"
        words = ["--tls-port", "0", "--proxy-port", "0", "--ca", str(authority)]
        words += [word for host in tunnels for word in ("--tunnel", host)]

        def attach(port: int) -> Mapping[str, str]:
            return attached_variables(folder, authority, port, os.environ)

        with serving("--world", "empty", *words) as address:
            yield host_at(address, attach=attach)


@contextmanager
def emulator_host(
    *, in_process: bool, url: str | None = None, control_token: str | None = None
) -> Iterator[EmulatorHost]:
    """Have an emulator for a block: in this process, at an address, or started for it.

    Errors: ServerFailed when it does not come up.
    """
    if in_process:
        from emulator import Settings, create_app

        app = create_app(Settings(world="empty", journal_bytes=JOURNAL_BYTES))
        try:
            yield in_process_host(app)
        finally:
            app.extensions["stages"].close_all()
    else:
        with nullcontext(url) if url else serving("--world", "empty") as address:
            yield host_at(address, control_token)
