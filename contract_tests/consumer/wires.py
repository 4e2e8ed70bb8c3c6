"""Trouble on a real socket, to hold trouble in process against: a port that breaks connections off."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\nConnection: close\r\n\r\n"
RESET_ON_CLOSE = struct.pack("ii", 1, 0)

StartResponse = Callable[[str, list[tuple[str, str]]], Any]


def reset(_: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Break the connection off before anything is answered."""
    raise ConnectionResetError


def cut(_: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
    """Break the connection off in the middle of the body."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "10")])
    yield b"12345"
    raise ConnectionResetError


@contextmanager
def breaking(kind: str) -> Iterator[str]:
    """Open a port that answers one connection: with a reset, or a body cut short by the connection's end."""
    listener = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=_serve_one, args=(listener, kind), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    listener.close()
    thread.join(5)


def _serve_one(listener: socket.socket, kind: str) -> None:
    connection, _ = listener.accept()
    with connection:
        while not connection.recv(65536).endswith(b"\r\n\r\n"):
            pass
        if kind == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        else:
            connection.sendall(HEAD + b"12345")
