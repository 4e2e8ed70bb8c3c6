"""Further ports of a server that runs: each has its host, its event loop and its application."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from granian.constants import HTTPModes, Interfaces, SSLProtocols, TaskImpl
from granian.log import LogLevels
from granian.server.embed import Server

from emulator.adapters.addresses import reachable_address
from emulator.stage.ports import Place

T = TypeVar("T")
_OPEN_CONNECTIONS = 32_768  # those that send half a request and no more keep no other waiting
SERVER_OPTIONS: Mapping[str, Any] = {
    "interface": Interfaces.ASGINL,
    "task_impl": TaskImpl.rust,
    "http": HTTPModes.http1,
    "websockets": False,
    "backpressure": _OPEN_CONNECTIONS,
    "log_level": LogLevels.error,
}
"""How granian serves every port, the first and the further ones."""
_TRIES = 5
_OPEN_S = 10.0
_PAUSE_S = 0.001


Proxy = Callable[[int, int], Coroutine[Any, Any, int]]


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """What a server shows who asks it with TLS: PEM files."""

    chain: Path
    key: Path

    def options(self) -> dict[str, Any]:
        """Write them as granian's options; by TLS HTTP/2 is spoken, too."""
        oldest = SSLProtocols.tls12
        return {
            "http": HTTPModes.auto,
            "ssl_cert": self.chain,
            "ssl_key": self.key,
            "ssl_protocol_min": oldest,
        }


@dataclass(slots=True)
class Listeners:
    """Opens ports beside the one that the server was started with; they stay open until it ends."""

    host: str
    """The address of every port."""
    application: Callable[..., Any]
    """What answers."""
    loop: asyncio.AbstractEventLoop | None = None
    """The loop of the server, known once it runs."""
    tls: TlsFiles | None = None
    """What ports with TLS show; None where there are none."""
    proxy: Proxy | None = None
    """Opens a proxy that leads to a plain port and one with TLS, and gives its port."""
    on_loop: Callable[[], None] = lambda: None
    """Called once on the loop, when it is known."""
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    """The servers of the further ports."""

    def serve_first_port(self, *request: Any) -> Any:
        """Answer at the port that the server was started with, and take note of its loop."""
        if self.loop is None:
            self.loop = asyncio.get_running_loop()
            self.on_loop()
        return self.application(*request)

    def listen(self) -> Place:
        """Open a free port from another thread than the loop's; gives it once it accepts connections.

        Errors: OSError when nobody can listen, TimeoutError when it takes too long.
        """
        return self.run(self._open_place())

    def listen_at(self, port: int, *, with_tls: bool = False) -> int:
        """Open a port, a free one for 0, and give it.

        Errors: those of ``listen``.
        """
        options = self.tls.options() if with_tls and self.tls else {}
        return self.run(self._open(port, options))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Have the loop do work, and wait in another thread for what comes of it.

        Errors: TimeoutError, and those of the work.
        """
        assert self.loop is not None, "a port is opened once the loop that serves it is known"
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(_OPEN_S)

    async def _open_place(self) -> Place:
        port = await self._open(0, {})
        tls_port = await self._open(0, self.tls.options()) if self.tls else None
        if self.proxy is None or tls_port is None:
            return Place(port, tls_port)
        return Place(port, tls_port, await self.proxy(port, tls_port))

    async def _open(self, requested_port: int, options: Mapping[str, Any]) -> int:
        for _ in range(1 if requested_port else _TRIES):
            port = claim(self.host, requested_port)
            server = further_server(self.host, port, self.application, options)
            task = asyncio.get_running_loop().create_task(server)
            while not task.done():
                await asyncio.sleep(_PAUSE_S)
                if accepts(self.host, port):
                    self.tasks.append(task)
                    return port
            task.exception()
        raise OSError(f"no further port of {self.host} can be listened on")


async def further_server(
    host: str, port: int, application: Callable[..., Any], options: Mapping[str, Any]
) -> None:
    """Serve an application at one more port, on the loop that runs."""
    await Server(application, address=host, port=port, **{**SERVER_OPTIONS, **options}).serve()


def allow_open_files() -> None:
    """Take as many open files as the system grants, for each connection is one."""
    try:
        import resource
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = hard if hard != resource.RLIM_INFINITY else 2 * _OPEN_CONNECTIONS
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(most, 2 * _OPEN_CONNECTIONS)), hard))


def claim(host: str, port: int) -> int:
    """Give the port when it can be listened on, or a free one for 0.

    Errors: OSError when nobody may listen there, or another program already does.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as probe:
        return int(probe.getsockname()[1])


def accepts(host: str, port: int) -> bool:
    """Tell whether somebody listens at a port."""
    try:
        socket.create_connection((reachable_address(host), port), timeout=1).close()
    except OSError:
        return False
    return True
