"""One client on one kept connection: what a single integration feels."""

from __future__ import annotations

import http.client
import statistics
import time
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from benchmarks.load import Broken


class Line:
    """A kept connection to a server on this machine."""

    def __init__(self, port: int, headers: Mapping[str, str]) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._headers = dict(headers)

    def ask(self, path: str, method: str = "GET", body: bytes | None = None) -> bytes:
        """Send one request, with a JSON body or none, and answer the body.

        Errors: Broken when the status is not in the 200s.
        """
        kind = {} if body is None else {"Content-Type": "application/json"}
        self._connection.request(method, path, body, {**self._headers, **kind})
        response = self._connection.getresponse()
        body = response.read()
        if not 200 <= response.status < 300:
            raise Broken(f"{method} {path}: {response.status} {body[:300]!r}")
        return body

    def read(self, path: str) -> Any:
        """Send one GET and answer the document."""
        return orjson.loads(self.ask(path))

    def milliseconds(self, paths: Iterable[str], method: str = "GET") -> float:
        """Ask for each path in turn and answer the median time of one."""
        spans: list[float] = []
        for path in paths:
            started = time.perf_counter()
            self.ask(path, method)
            spans.append((time.perf_counter() - started) * 1000)
        return statistics.median(spans)
