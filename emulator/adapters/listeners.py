"""Further ports of a server that runs: each has its host, its event loop and its application."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from granian.constants import HTTPModes, Interfaces, TaskImpl
from granian.log import LogLevels
from granian.server.embed import Server

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


@dataclass(slots=True)
class Listeners:
    """Opens ports beside the one that the server was started with; they stay open until it ends.

    Shapes: ``loop`` is that of the server, known once it runs.
    """

    host: str
    application: Callable[..., Any]
    loop: asyncio.AbstractEventLoop | None = None
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def serve_first_port(self, *request: Any) -> Any:
        """Answer at the port that the server was started with, and take note of its loop."""
        self.loop = asyncio.get_running_loop()
        return self.application(*request)

    def listen(self) -> int:
        """Open a free port from another thread than the loop's; gives it once it accepts connections.

        Errors: OSError when nobody can listen, TimeoutError when it takes too long.
        """
        assert self.loop is not None, "a port is opened by a request, and a loop serves it"
        return asyncio.run_coroutine_threadsafe(self._open(), self.loop).result(_OPEN_S)

    async def _open(self) -> int:
        for _ in range(_TRIES):
            port = claim(self.host, 0)
            task = asyncio.get_running_loop().create_task(further_server(self.host, port, self.application))
            while not task.done():
                await asyncio.sleep(_PAUSE_S)
                if accepts(self.host, port):
                    self.tasks.append(task)
                    return port
            task.exception()
        raise OSError(f"no further port of {self.host} can be listened on")


async def further_server(host: str, port: int, application: Callable[..., Any]) -> None:
    """Serve an application at one more port, on the loop that runs."""
    await Server(application, address=host, port=port, **SERVER_OPTIONS).serve()


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


def address_of(host: str) -> str:
    """Give the address that a name stands for, one of IPv4 before others; an address stands for itself.

    Errors: OSError when nobody knows the name.
    """
    places = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    addresses = [str(place[4][0]) for place in places]
    return min(addresses, key=lambda address: ":" in address)


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
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True
