"""httpcore, the HTTP implementation of httpx, and httpcore2, that of httpx2: on streams without a socket."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from functools import partial
from types import ModuleType
from typing import Any

from contract_tests.inprocess.background import run_in_thread
from contract_tests.inprocess.hosts import Reach
from contract_tests.inprocess.patching import Patches
from contract_tests.inprocess.wire import Connection, Site

# Nothing is encrypted; given one, httpcore does not read the certificates of the world for each connection.
UNUSED_CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@dataclass(frozen=True, slots=True)
class Stream:
    """A connection as httpcore reads and writes it. Shapes: ``core`` is the httpcore that does."""

    core: Any
    connection: Connection

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read the next piece of the answer."""
        try:
            return self.connection.receive(timeout)
        except TimeoutError as late:
            raise self.core.ReadTimeout(late) from late
        except OSError as error:
            raise self.core.ReadError(error) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Take a piece of the request."""
        self.connection.request_bytes += buffer

    def close(self) -> None:
        """Close the connection."""
        self.connection.hang_up()

    def start_tls(self, *_: Any, **__: Any) -> Stream:
        """Go on as before: nothing leaves this process."""
        return self

    def get_extra_info(self, _: str) -> None:
        """Know nothing of a socket."""


@dataclass(frozen=True, slots=True)
class AsyncStream:
    """A connection as httpcore reads and writes it on an event loop."""

    core: Any
    connection: Connection

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read the next piece of the answer."""
        try:
            return await run_in_thread(partial(self.connection.receive, timeout), timeout)
        except TimeoutError as late:
            raise self.core.ReadTimeout(late) from late
        except OSError as error:
            raise self.core.ReadError(error) from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Take a piece of the request."""
        self.connection.request_bytes += buffer

    async def aclose(self) -> None:
        """Close the connection."""
        self.connection.hang_up()

    async def start_tls(self, *_: Any, **__: Any) -> AsyncStream:
        """Go on as before: nothing leaves this process."""
        return self

    def get_extra_info(self, _: str) -> None:
        """Know nothing of a socket."""


@dataclass(frozen=True, slots=True)
class Backend:
    """Connects to the application whatever the host."""

    core: Any
    site: Site

    def connect_tcp(self, *_: Any, **__: Any) -> Stream:
        """Open a connection."""
        return Stream(self.core, Connection(self.site))


@dataclass(frozen=True, slots=True)
class AsyncBackend:
    """Connects to the application whatever the host, on an event loop."""

    core: Any
    site: Site

    async def connect_tcp(self, *_: Any, **__: Any) -> AsyncStream:
        """Open a connection."""
        return AsyncStream(self.core, Connection(self.site))


def install(patches: Patches, reach: Reach, core: ModuleType) -> None:
    """Have an httpcore's pools ask the application, by another pool of their kind for each request.

    A pool is what httpx's transports stand on, so tools that replace those still end here.
    """
    kind: Any = core.ConnectionPool
    async_kind: Any = core.AsyncConnectionPool
    really, really_async = vars(kind)["handle_request"], vars(async_kind)["handle_async_request"]

    def handle_request(self: Any, request: Any) -> Any:
        if not reach.takes(request.url.host.decode("ascii")):
            return really(self, request)
        return really(kind(UNUSED_CONTEXT, network_backend=Backend(core, reach.site)), request)

    async def handle_async_request(self: Any, request: Any) -> Any:
        if not reach.takes(request.url.host.decode("ascii")):
            return await really_async(self, request)
        pool = async_kind(UNUSED_CONTEXT, network_backend=AsyncBackend(core, reach.site))
        return await really_async(pool, request)

    patches.put(kind, "handle_request", handle_request)
    patches.put(async_kind, "handle_async_request", handle_async_request)
