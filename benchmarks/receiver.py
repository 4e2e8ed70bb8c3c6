"""A subscriber that answers at once: it counts what it is sent, and tells the count to who asks."""

from __future__ import annotations

import asyncio
import sys
from asyncio import StreamReader, StreamWriter

_NONE = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class _Count:
    """How many calls came."""

    calls = 0


async def _serve(reader: StreamReader, writer: StreamWriter) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            if head.startswith(b"GET"):
                text = str(_Count.calls).encode()
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(text), text))
                continue
            length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length))
            _Count.calls += 1
            writer.write(_NONE)
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


async def _main(port: int) -> None:
    server = await asyncio.start_server(_serve, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1])))
