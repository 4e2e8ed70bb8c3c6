"""The marketplace of a few lines behind a real socket, for clients of other languages; it can break off."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from contract_tests.consumer.market import page_of

# What the n-th request (from 1) meets: reset, truncated, a status, or nothing.
Meets = Callable[[int], str | int | None]


@dataclass(slots=True)
class Stall:
    """Lists ``rows`` of any path in pages."""

    rows: list[dict[str, Any]]
    meets: Meets = lambda _: None
    asked: list[Mapping[str, str]] = field(default_factory=list)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request, or fail to."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(handler.path).query).items()}
        self.asked.append(query)
        met = self.meets(len(self.asked))
        if met == "reset":
            handler.connection.shutdown(2)
            return
        body = page_of(self.rows, query, "until-last")
        handler.send_response(met if isinstance(met, int) else 200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[: len(body) // 2] if met == "truncated" else body)


@contextmanager
def serving(stall: Stall) -> Iterator[str]:
    """Serve a stall and give its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            stall.answer(self)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
