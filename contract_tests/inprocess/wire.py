"""HTTP in bytes on one side, WSGI on the other: a connection that needs no socket."""

from __future__ import annotations

import errno
import io
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

BODILESS = ("204", "304")


@dataclass(frozen=True, slots=True)
class Site:
    """Which application answers, and what stands in front of every path, such as a world's prefix."""

    app: Wsgi
    path: str = ""


@dataclass(frozen=True, slots=True)
class WireRequest:
    """One whole request; a body that came in chunks is put together."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(slots=True)
class Connection:
    """One connection for one request: what is written into it, and the answer that is read out of it."""

    site: Site
    request_bytes: bytearray = field(default_factory=bytearray)
    response: Iterator[bytes] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether a whole request was written."""
        return read_request(bytes(self.request_bytes)) is not None

    def receive(self, limit_s: float | None = None) -> bytes:
        """Give the next piece of the answer, nothing at its end.

        Units: ``limit_s`` is how long the reader would wait; the time counts that the application let pass.
        Errors: TimeoutError; ConnectionResetError when the application broke the connection off before it
        answered. Broken off later, the answer just ends.
        """
        began = time.monotonic()
        if self.response is None:
            request = read_request(bytes(self.request_bytes))
            self.response = iter(()) if request is None else call_application(request, self.site)
        piece = next(self.response, b"")
        if limit_s is not None and time.monotonic() - began > limit_s:
            self.hang_up()
            raise TimeoutError("timed out")
        return piece

    def hang_up(self) -> None:
        """Let the application know that nobody listens any more."""
        left, self.response = self.response, iter(())
        if left is not None and hasattr(left, "close"):
            with suppress(ValueError):  # it is being read by another thread, which ends it
                left.close()


def read_request(raw: bytes) -> WireRequest | None:
    """Read a request; None while it is not whole."""
    head, end, rest = raw.partition(b"\r\n\r\n")
    if not end:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in lines))
    header_values = {name.lower(): value for name, value in headers}
    if "chunked" in header_values.get("transfer-encoding", "").lower():
        body = read_chunks(rest)
    else:
        length = int(header_values.get("content-length") or 0)
        body = rest[:length] if len(rest) >= length else None
    return None if body is None else WireRequest(method, target, headers, body)


def read_chunks(raw: bytes) -> bytes | None:
    """Put a body together from its chunks; None while the last one has not come."""
    source, body = io.BytesIO(raw), bytearray()
    while (line := source.readline()).endswith(b"\n"):
        size = int(line.partition(b";")[0], 16)
        if not size:
            return bytes(body)
        body += source.read(size)
        source.readline()
    return None


def environ_of(request: WireRequest, site: Site) -> dict[str, Any]:
    """Write down a request the way a WSGI server on this machine does; the query stays as it was sent."""
    target = request.target
    if not target.startswith("/"):
        where = urlsplit(target)
        target = (where.path or "/") + (f"?{where.query}" if where.query else "")
    path, _, query = target.partition("?")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": site.path + unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": query,
        "REQUEST_URI": site.path + target,
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers:
        key = name.upper().replace("-", "_")
        key = key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    host, _, port = environ.get("HTTP_HOST", "").partition(":")
    environ["SERVER_NAME"], environ["SERVER_PORT"] = host or "localhost", port or "443"
    return environ


def call_application(request: WireRequest, site: Site) -> Iterator[bytes]:
    """Ask the application; give the head with the first piece of the body, then piece by piece.

    Errors: ConnectionResetError when it broke the connection off before the first piece.
    """
    head: list[bytes] = []
    body_pieces: list[bytes] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: object = None) -> Any:
        head[:] = [head_of(status, headers)]
        return body_pieces.append

    pieces: Iterable[bytes] = ()
    try:
        pieces = site.app(environ_of(request, site), start_response)
        for piece in pieces:
            body = b"".join([*body_pieces, piece])
            body_pieces.clear()
            if body and not has_no_body(request, head):
                yield b"".join([*head, body])
                head[:] = [b""]
        yield b"".join([*head, *body_pieces])
    except ConnectionError as error:
        if head != [b""]:
            raise ConnectionResetError(errno.ECONNRESET, os.strerror(errno.ECONNRESET)) from error
    finally:
        if hasattr(pieces, "close"):
            pieces.close()


def has_no_body(request: WireRequest, head: list[bytes]) -> bool:
    """Say whether an answer must come without a body."""
    return request.method == "HEAD" or head[0][9:12].decode() in BODILESS


def head_of(status: str, headers: list[tuple[str, str]]) -> bytes:
    """Write an answer's head as a server does: with its Date; every connection ends with its answer."""
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers), "Connection: close"]
    if not any(name.lower() == "date" for name, _ in headers):
        lines.append(f"Date: {formatdate(time.time(), usegmt=True)}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
