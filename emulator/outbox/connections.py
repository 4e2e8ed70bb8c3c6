"""One call to a subscriber over HTTP/1.1: connections that stay open, time-outs, no redirects."""

from __future__ import annotations

import asyncio
import re
import ssl
from dataclasses import dataclass, field
from functools import cache

from emulator.outbox.targets import Place

LONGEST_HEAD = 64 * 1024
LONGEST_BODY = 64 * 1024
"""How much of an answer is read; a connection with more to come is closed."""
MOST_IDLE = 32
_STATUS = re.compile(rb"HTTP/1\.([01]) ([1-5][0-9]{2})[ \r]")
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,18})[ \t]*\r\n", re.I)
_ENDS = re.compile(rb"\r\n(?:transfer-encoding:|connection:[ \t]*close)", re.I)
_BODILESS = (204, 304)


class NoAnswer(Exception):
    """A subscriber gave no answer that can be read; the text says why."""


@dataclass(slots=True)
class Connection:
    """An open connection; ``is_used`` once it has carried a call."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    is_used: bool = False


@dataclass(slots=True)
class Connections:
    """The open connections by place, and how long a call may take.

    Units: seconds; ``answer_s`` runs from the first byte that is sent to the end of the answer.
    """

    connect_s: float
    answer_s: float
    idle: dict[Place, list[Connection]] = field(default_factory=dict)

    async def post(self, place: Place, message: bytes) -> int:
        """Make a call; give the status of the answer, whatever it is.

        Errors: OSError, TimeoutError, NoAnswer.
        """
        while True:
            connection = await self._take(place)
            try:
                async with asyncio.timeout(self.answer_s):
                    status, stays_open = await _call(connection, message)
            except (NoAnswer, ConnectionError) as fault:
                connection.writer.close()
                if connection.is_used and not isinstance(fault, NoAnswer):
                    continue  # it was closed while nobody used it
                raise
            except BaseException:
                connection.writer.close()
                raise
            self._give_back(place, connection, stays_open=stays_open)
            return status

    def close(self) -> None:
        """Close what is open and not in use."""
        for connections in self.idle.values():
            for connection in connections:
                connection.writer.close()
        self.idle.clear()

    async def _take(self, place: Place) -> Connection:
        idle = self.idle.get(place, [])
        while idle:
            connection = idle.pop()
            if not connection.reader.at_eof():
                return connection
            connection.writer.close()
        context = _tls() if place.is_secure else None
        async with asyncio.timeout(self.connect_s):
            pair = await asyncio.open_connection(place.host, place.port, ssl=context, limit=LONGEST_HEAD)
        return Connection(*pair)

    def _give_back(self, place: Place, connection: Connection, *, stays_open: bool) -> None:
        connection.is_used = True
        idle = self.idle.setdefault(place, [])
        if stays_open and len(idle) < MOST_IDLE:
            idle.append(connection)
        else:
            connection.writer.close()


async def _call(connection: Connection, message: bytes) -> tuple[int, bool]:
    """Send a request and read the answer; say whether the connection can carry another one.

    Errors: ConnectionError where it ends before the answer begins, NoAnswer where that cannot be read.
    """
    connection.writer.write(message)
    await connection.writer.drain()
    while True:
        head = await _read_head(connection.reader)
        match = _STATUS.match(head)
        if match is None:
            raise NoAnswer("the answer is no HTTP")
        status = int(match[2])
        if status >= 200:
            return status, await _skip_body(connection.reader, head, status) and match[1] == b"1"


async def _read_head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as fault:
        if fault.partial:
            raise NoAnswer("the connection ended within the head of the answer") from fault
        raise ConnectionResetError("the connection ended before an answer") from fault
    except asyncio.LimitOverrunError as fault:
        raise NoAnswer("the head of the answer is too long") from fault


async def _skip_body(reader: asyncio.StreamReader, head: bytes, status: int) -> bool:
    """Read the body of an answer and drop it; False where its end is not known beforehand, or too far."""
    length = _LENGTH.search(head)
    if _ENDS.search(head) or (length is None and status not in _BODILESS):
        return False
    size = 0 if length is None or status in _BODILESS else int(length[1])
    if size > LONGEST_BODY:
        return False
    try:
        await reader.readexactly(size)
    except asyncio.IncompleteReadError:
        return False
    return True


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
