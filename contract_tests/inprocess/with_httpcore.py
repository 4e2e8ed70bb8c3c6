"""httpx: its own HTTP implementation, on streams without a socket."""

from __future__ import annotations

import asyncio
import ssl
from functools import partial
from typing import Any

import httpcore
import httpx

from contract_tests.inprocess.background import run_in_thread
from contract_tests.inprocess.hosts import Reach
from contract_tests.inprocess.patching import Patches
from contract_tests.inprocess.wire import Connection, Site

# Nothing is encrypted; given one, httpcore does not read the certificates of the world for each connection.
UNUSED_CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class Stream(httpcore.NetworkStream):
    """A connection as httpcore reads and writes it."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read the next piece of the answer."""
        try:
            return self.connection.receive(timeout)
        except TimeoutError as late:
            raise httpcore.ReadTimeout(late) from late
        except OSError as error:
            raise httpcore.ReadError(error) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Take a piece of the request."""
        self.connection.request_bytes += buffer

    def close(self) -> None:
        """Close the connection."""
        self.connection.hang_up()

    def start_tls(self, *_: Any, **__: Any) -> Stream:
        """Go on as before: nothing leaves this process."""
        return self


class AsyncStream(httpcore.AsyncNetworkStream):
    """A connection as httpcore reads and writes it on an event loop."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read the next piece of the answer."""
        try:
            async with asyncio.timeout(timeout):
                return await run_in_thread(partial(self.connection.receive, timeout))
        except TimeoutError as late:
            raise httpcore.ReadTimeout(late) from late
        except OSError as error:
            raise httpcore.ReadError(error) from error

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Take a piece of the request."""
        self.connection.request_bytes += buffer

    async def aclose(self) -> None:
        """Close the connection."""
        self.connection.hang_up()

    async def start_tls(self, *_: Any, **__: Any) -> AsyncStream:
        """Go on as before: nothing leaves this process."""
        return self


class Backend(httpcore.NetworkBackend):
    """Connects to the application whatever the host."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def connect_tcp(self, *_: Any, **__: Any) -> Stream:
        """Open a connection."""
        return Stream(Connection(self.site))


class AsyncBackend(httpcore.AsyncNetworkBackend):
    """Connects to the application whatever the host, on an event loop."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def connect_tcp(self, *_: Any, **__: Any) -> AsyncStream:
        """Open a connection."""
        return AsyncStream(Connection(self.site))


def install(patches: Patches, reach: Reach) -> None:
    """Have httpx's transports ask the application, by a pool of their own kind for each request."""
    transport: Any = httpx.HTTPTransport
    async_transport: Any = httpx.AsyncHTTPTransport
    really, really_async = vars(transport)["handle_request"], vars(async_transport)["handle_async_request"]

    def handle_request(self: Any, request: httpx.Request) -> Any:
        if not reach.takes(request.url.host):
            return really(self, request)
        inner = object.__new__(transport)
        inner._pool = httpcore.ConnectionPool(UNUSED_CONTEXT, network_backend=Backend(reach.site))
        return really(inner, request)

    async def handle_async_request(self: Any, request: httpx.Request) -> Any:
        if not reach.takes(request.url.host):
            return await really_async(self, request)
        inner = object.__new__(async_transport)
        inner._pool = httpcore.AsyncConnectionPool(UNUSED_CONTEXT, network_backend=AsyncBackend(reach.site))
        return await really_async(inner, request)

    patches.put(transport, "handle_request", handle_request)
    patches.put(async_transport, "handle_async_request", handle_async_request)
