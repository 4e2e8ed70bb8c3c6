"""A subscriber for tests: a real HTTP server in a thread that keeps what it is sent and answers as told."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR, socket
from threading import Lock, Thread
from typing import Any

Answer = Callable[[int], int]


@dataclass(slots=True)
class Receiver:
    """What arrived, in order, and how each call is answered: by a status for its number, counted from 1."""

    url: str = ""
    answer: Answer = lambda number: 200
    pause_s: float = 0.0
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)

    @property
    def packages(self) -> list[dict[str, Any]]:
        """The packages of the envelopes."""
        return [body["content"][0] for body in self.bodies]

    @property
    def statuses(self) -> list[str]:
        return [package["status"] for package in self.packages]


class _Server(ThreadingHTTPServer):
    """A server that can end what its callers keep open."""

    daemon_threads = True

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.connections: list[socket] = []

    def get_request(self) -> tuple[socket, Any]:
        connection, address = super().get_request()
        self.connections.append(connection)
        return connection, address

    def end_connections(self) -> None:
        for connection in self.connections:
            with suppress(OSError):  # it has ended already
                connection.shutdown(SHUT_RDWR)

    def handle_error(self, *_: Any) -> None:
        """Say nothing of callers that went away."""


@contextmanager
def receiving(answer: Answer = lambda number: 200) -> Iterator[Receiver]:
    """Have a receiver at a free port of 127.0.0.1 for a block; no thread of it outlives the block."""
    receiver, lock = Receiver(answer=answer), Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.paths.append(self.path)
            receiver.headers.append({name.lower(): value for name, value in self.headers.items()})
            with lock:
                receiver.moments.append(time.monotonic())
                receiver.bodies.append(json.loads(body))
                number = len(receiver.bodies)
            time.sleep(receiver.pause_s)
            self.send_response(receiver.answer(number))
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with _Server(("127.0.0.1", 0), Handler) as server:
        receiver.url = f"http://127.0.0.1:{server.server_address[1]}/hook?shop=1"
        thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
            server.end_connections()
