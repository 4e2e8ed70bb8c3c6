"""aiohttp: it writes and parses HTTP itself, on a transport without a socket."""

from __future__ import annotations

import asyncio
from types import ModuleType
from typing import Any

import aiohttp

from contract_tests.inprocess.background import run_in_thread
from contract_tests.inprocess.hosts import Reach
from contract_tests.inprocess.patching import Patches
from contract_tests.inprocess.wire import Connection


class ConnectionTransport(asyncio.Transport):
    """A connection as a protocol of asyncio writes to it; what is received is given to the protocol."""

    def __init__(self, connection: Connection, protocol: asyncio.Protocol) -> None:
        super().__init__()
        self.connection = connection
        self.protocol = protocol
        self.loop = asyncio.get_running_loop()
        self.listening: asyncio.Task[None] | None = None
        self.closing = False
        self.reading = asyncio.Event()
        self.reading.set()
        protocol.connection_made(self)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Take a piece of the request, and listen once it is whole."""
        self.connection.request_bytes += data
        if self.listening is None and not self.closing and self.connection.is_whole:
            self.listening = self.loop.create_task(self.listen())

    async def listen(self) -> None:
        """Push the answer into the protocol, piece by piece, and end the connection with it."""
        reason: Exception | None = None
        try:
            while piece := await run_in_thread(self.connection.receive):
                await self.reading.wait()
                self.protocol.data_received(piece)
            await self.reading.wait()
        except Exception as fault:
            reason = fault
        self.lose(reason)

    def lose(self, error: Exception | None) -> None:
        """Tell the protocol, once, that the connection is gone."""
        if not self.closing:
            self.closing = True
            self.protocol.connection_lost(error)

    def close(self) -> None:
        """Close the connection."""
        if self.closing:
            return
        self.closing = True
        if self.listening is not None:
            self.listening.cancel()
        self.connection.hang_up()
        if not self.loop.is_closed():
            self.loop.call_soon(self.protocol.connection_lost, None)

    def abort(self) -> None:
        """Close the connection."""
        self.close()

    def is_closing(self) -> bool:
        """Say whether the connection is at its end."""
        return self.closing

    def pause_reading(self) -> None:
        """Hold back what is received."""
        self.reading.clear()

    def resume_reading(self) -> None:
        """Push on."""
        self.reading.set()

    def get_write_buffer_size(self) -> int:
        """Tell how much waits to be sent: nothing ever does."""
        return 0


def install(patches: Patches, reach: Reach, _: ModuleType) -> None:
    """Have aiohttp's connections over TCP lead to the application."""
    connector: Any = aiohttp.TCPConnector
    really = vars(connector)["_create_connection"]

    async def create_connection(self: Any, req: Any, *args: Any, **kwargs: Any) -> Any:
        if not reach.takes(req.url.host):
            return await really(self, req, *args, **kwargs)
        protocol = self._factory()
        ConnectionTransport(Connection(reach.site), protocol)
        return protocol

    patches.put(connector, "_create_connection", create_connection)
