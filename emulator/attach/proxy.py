"""A proxy on loopback: the vendor's hosts lead to the stage, others are refused or let through.

CONNECT is joined to the stage's TLS port and nothing in it is read. Absolute addresses go to the plain port,
those of https too: older clients ask a proxy so.
"""

from __future__ import annotations

import asyncio
import ipaddress
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import partial
from http import HTTPStatus
from typing import Literal
from urllib.parse import urlsplit

Ends = tuple[StreamReader, StreamWriter]
What = Literal["joined", "plain", "tunnelled", "refused", "unreachable", "unreadable"]
_HEAD_END, _LINE_END = b"\r\n\r\n", b"\r\n"
_PIECE = 2**16
_TLS_PORT, _PLAIN_PORT = 443, 80


@dataclass(frozen=True, slots=True)
class Route:
    """Where a proxy sends what."""

    hosts: frozenset[str]
    """The vendor's."""
    address: str
    """Where the stage listens."""
    port: int
    """Its plain port."""
    tls_port: int
    """Its TLS port."""
    tunnels: tuple[str, ...] = ()
    """Other hosts that may really be reached, exact or as ``*.example.com``."""


@dataclass(frozen=True, slots=True)
class Passage:
    """What became of one connection.

    Shapes: ``way`` is the name of what led the program here, such as a variable.
    """

    way: str
    what: What
    host: str


@dataclass(frozen=True, slots=True)
class Ask:
    """What the first line of a connection asks for.

    Shapes: ``head`` is the request as its host has to be sent it, empty for a tunnel; ``is_secret`` where the
    program expects the proxy to speak TLS with the host.
    """

    host: str
    port: int
    head: bytes = b""
    is_secret: bool = False


async def open_proxy(
    route: Route, way: str = "", note: Callable[[Passage], object] = lambda _: None, port: int = 0
) -> asyncio.Server:
    """Listen on a port of loopback, a free one for 0; what becomes of each connection is noted.

    Errors: OSError.
    """
    answer = partial(serve_connection, route, way, note)
    return await asyncio.start_server(answer, "127.0.0.1", port, limit=_PIECE)


async def proxy_port(opening: Awaitable[asyncio.Server]) -> int:
    """Wait until a proxy listens, and give its port; its loop keeps it open."""
    return int((await opening).sockets[0].getsockname()[1])


async def serve_connection(
    route: Route,
    way: str,
    note: Callable[[Passage], object],
    reader: StreamReader,
    writer: StreamWriter,
) -> None:
    """Send one connection where its first line says; it carries one request, or one tunnel."""
    with suppress(OSError, asyncio.IncompleteReadError):
        try:
            ask = read_ask(await reader.readuntil(_HEAD_END))
        except (asyncio.LimitOverrunError, ValueError):
            note(Passage(way, "unreadable", ""))
            refuse(writer, HTTPStatus.BAD_REQUEST, "this is no request to a proxy")
        else:
            await send_on(route, partial(Passage, way), note, ask, (reader, writer))
    writer.close()


async def send_on(
    route: Route,
    passage: Callable[[What, str], Passage],
    note: Callable[[Passage], object],
    ask: Ask,
    client: Ends,
) -> None:
    """Join a connection with what it asks for, or refuse it with one line."""
    what, address, port = destination(route, ask)
    if what == "refused":
        note(passage(what, ask.host))
        refuse(client[1], HTTPStatus.BAD_GATEWAY, refusal(ask.host))
        return
    try:
        other = await asyncio.open_connection(address, port, ssl=ask.is_secret and what == "tunnelled")
    except OSError as fault:
        note(passage("unreachable", ask.host))
        refuse(
            client[1], HTTPStatus.BAD_GATEWAY, f"{ask.host} port {port} cannot be reached: {fault.strerror}"
        )
        return
    note(passage(what, ask.host))
    if ask.head:
        other[1].write(ask.head)
    else:
        client[1].write(b"HTTP/1.1 200 Connection established\r\n\r\n")
    await splice(client, other)


async def splice(client: Ends, other: Ends) -> None:
    """Hand on what both ends say until the other one has ended."""
    forth = asyncio.create_task(pump(client[0], other[1]))
    try:
        await pump(other[0], client[1])
    finally:
        forth.cancel()
        other[1].close()


def destination(route: Route, ask: Ask) -> tuple[What, str, int]:
    """Say what becomes of a connection, and where it leads."""
    if ask.host in route.hosts:
        is_plain = bool(ask.head) or ask.port == _PLAIN_PORT
        return ("plain", route.address, route.port) if is_plain else ("joined", route.address, route.tls_port)
    if is_loopback(ask.host) or any(fnmatchcase(ask.host, pattern.lower()) for pattern in route.tunnels):
        return "tunnelled", ask.host, ask.port
    return "refused", "", 0


def refusal(host: str) -> str:
    """Say why a host is not reached, and what lets it through."""
    return f"{host} is none of the vendor's hosts and is not reached: --tunnel {host} lets it through"


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine, where a program's own database may be."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def read_ask(head: bytes) -> Ask:
    """Read what a connection asks for.

    Errors: ValueError when it is no request to a proxy.
    """
    first, _, rest = head.partition(_LINE_END)
    method, target, version = first.decode("latin-1").split(" ")
    if method == "CONNECT":
        place = urlsplit(f"//{target}")
        return Ask(known_name(place.hostname), place.port or _TLS_PORT)
    if target.startswith("/"):
        place = urlsplit(f"//{host_header(rest)}")
    else:
        place = urlsplit(target)
        target = place._replace(scheme="", netloc="").geturl() or "/"
    port = place.port or (_TLS_PORT if place.scheme == "https" else _PLAIN_PORT)
    lines = [line for line in rest.split(_LINE_END) if not is_of_the_hop(line)]
    # One request a connection: the answer says so, too, as the stage closes after it.
    lines = [f"{method} {target} {version}".encode("latin-1"), b"Connection: close", *lines]
    return Ask(known_name(place.hostname), port, _LINE_END.join(lines), place.scheme == "https")


def is_of_the_hop(line: bytes) -> bool:
    """Say whether a header is for the proxy alone."""
    name = line.partition(b":")[0].strip().lower()
    return name in {b"connection", b"keep-alive", b"proxy-connection", b"proxy-authorization"}


def host_header(lines: bytes) -> str:
    """Read the Host of a request."""
    pairs = (line.partition(b":") for line in lines.split(_LINE_END))
    return next((value.strip().decode("latin-1") for name, _, value in pairs if name.lower() == b"host"), "")


def known_name(host: str | None) -> str:
    """Write a host as lists have it.

    Errors: ValueError where there is none.
    """
    if not host:
        raise ValueError("no host")
    return host.rstrip(".").lower()


async def pump(reader: StreamReader, writer: StreamWriter) -> None:
    """Hand on what comes until it ends; one that breaks off breaks the other end, too."""
    try:
        while piece := await reader.read(_PIECE):
            writer.write(piece)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
    except OSError:
        writer.transport.abort()
        raise


def refuse(writer: StreamWriter, status: HTTPStatus, sentence: str) -> None:
    """Answer with one line of text."""
    body = f"trendyol-emulator: {sentence}\n".encode()
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: text/plain; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    writer.write(head.encode() + body)
