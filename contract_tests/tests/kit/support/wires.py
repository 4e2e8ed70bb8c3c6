"""Trouble on a real socket, to hold trouble in process against: a port that breaks connections off."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\nConnection: close\r\n\r\n"
LATE_S = 0.2
RESET_ON_CLOSE = struct.pack("ii", 1, 0)

StartResponse = Callable[[str, list[tuple[str, str]]], Any]


def answer_here(_: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Answer at once."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "4")])
    return [b"here"]


def reset(_: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Break the connection off before anything is answered."""
    raise ConnectionResetError


def cut(_: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Break the connection off in the middle of the body."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "10")])
    yield b"12345"
    raise ConnectionResetError


def late(_: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Answer after a while."""
    time.sleep(LATE_S)
    start_response("204 No Content", [])
    return []


@contextmanager
def breaking(kind: str) -> Iterator[str]:
    """Open a port that answers with a reset, a body cut short by the connection's end, or too late."""
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=_serve, args=(listener, kind), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


def _serve(listener: socket.socket, kind: str) -> None:
    # aiohttp repeats a GET once, on a connection of its own, when the first breaks.
    with suppress(OSError):
        while True:
            _serve_one(listener.accept()[0], kind)


def _serve_one(connection: socket.socket, kind: str) -> None:
    with connection:
        while not connection.recv(65536).endswith(b"\r\n\r\n"):
            pass
        if kind == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        else:
            time.sleep(LATE_S if kind == "late" else 0)
            connection.sendall(HEAD + b"12345")
