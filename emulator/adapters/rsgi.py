"""The RSGI adapter, which `serve` runs on granian: one loop, where a late answer holds back no other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from emulator.adapters.connections import reset_connection
from emulator.exchange import Delay, Reply, Request, Transmission
from emulator.pipeline.dispatch import Dispatch, Dispatcher

_BODILESS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_FLUSH_S = 0.02
"""What the server needs to put a last piece on the wire: an answer that ends too soon takes it along."""


def rsgi_door(front: Dispatcher, pages: Callable[[], Callable[..., Iterable[bytes]]]) -> Callable[..., Any]:
    """Make an RSGI application of the door; ``pages`` gives Flask's WSGI application when first asked for."""

    async def application(scope: Any, protocol: Any) -> None:
        name, path = front.locate(scope.server, scope.path)
        if front.is_page(path):
            return page(pages(), scope, protocol)
        request = await read_request(scope, protocol, path, front.stages.settings.body_bytes)
        dispatch = front.dispatch(name, request)
        reply = await fetch_reply(dispatch)
        if reply.transmission is None:
            return write(reply, protocol)
        return await send(reply, reply.transmission, scope, protocol)

    return application


async def fetch_reply(dispatch: Dispatch) -> Reply:
    """Wait for a dispatch's answer: its delays first, off the loop when it may take long."""
    for delay in dispatch.delays:
        await wait(delay)
    return await asyncio.to_thread(dispatch.answer) if dispatch.slow else dispatch.answer()


async def wait(delay: Delay) -> None:
    """Let time pass on the loop until a delay is over."""
    if delay.release is None:
        await asyncio.sleep(delay.longest_s)
    else:
        await asyncio.wait([asyncio.wrap_future(delay.release)], timeout=delay.longest_s)
    delay.on_end()


async def read_request(scope: Any, protocol: Any, path: str, most: int) -> Request:
    """Read a request off the wire; a body longer than ``most`` bytes is not kept and becomes None."""
    query = scope.query_string
    headers = dict(scope.headers.items())
    is_chunked = "transfer-encoding" in headers
    has_body = scope.method not in _BODILESS or is_chunked or headers.get("content-length", "0") != "0"
    return Request(
        method=scope.method,
        path=path,
        query=query,
        headers=headers,
        body=await read_body(protocol, most) if has_body else b"",
        client=scope.client.rpartition(":")[0].strip("[]"),
        address=quote(scope.path) + (f"?{query}" if query else ""),
    )


async def read_body(protocol: Any, most: int) -> bytes | None:
    """Read a body of known length or in chunks; None when it is longer than ``most`` bytes."""
    body = bytearray()
    async for chunk in protocol:
        if len(body) <= most:
            body += chunk
    return bytes(body) if len(body) <= most else None


def write(reply: Reply, protocol: Any) -> None:
    """Write a reply out as one body; the server adds its length and writes names in small letters."""
    headers = [("content-type", reply.content_type), *reply.headers]
    protocol.response_bytes(reply.status, headers, b"".join(reply.parts))


async def send(reply: Reply, transmission: Transmission, scope: Any, protocol: Any) -> None:
    """Write a reply out as its transmission says; the server ends a connection that got less than promised.

    Where the connection cannot be ended before the answer, status and headers go out, and then it ends.
    """
    for delay in transmission.delays:
        await wait(delay)
    if transmission.cut == "reset" and reset_connection(scope.client):
        protocol.response_empty(500, [])
        return
    body = b"".join(reply.parts)
    length = str(transmission.promised_length(body))
    headers = [("content-type", reply.content_type), ("content-length", length), *reply.headers]
    stream = protocol.response_stream(reply.status, headers)
    pieces = transmission.pieces(body)
    for piece in pieces:
        await asyncio.sleep(transmission.dribble_s / len(pieces))
        await stream.send_bytes(piece)
    if transmission.cut is not None:
        await asyncio.sleep(_FLUSH_S)


def page(pages: Callable[..., Iterable[bytes]], scope: Any, protocol: Any) -> None:
    """Have Flask answer for a page."""
    from werkzeug.test import EnvironBuilder, run_wsgi_app

    environ_builder = EnvironBuilder(
        path=scope.path, method=scope.method, query_string=scope.query_string, headers=scope.headers.items()
    )
    body, status, headers = run_wsgi_app(pages, environ_builder.get_environ(), buffered=True)
    header_pairs = [(name.lower(), value) for name, value in headers]
    protocol.response_bytes(int(status.partition(" ")[0]), header_pairs, b"".join(body))
