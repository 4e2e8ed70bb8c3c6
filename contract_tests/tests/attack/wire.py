"""A connection that sends any bytes and says what came back, and how the attack's figures are counted."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from contract_tests.tests.coverage import Coverage

PATIENCE_S = 20.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status 0 where the connection ended without an answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def rule(self) -> str:
        """The catalogue entry that refused it."""
        return self.headers.get("x-emulator-rule", "")


@dataclass(frozen=True, slots=True)
class Target:
    """A server under attack."""

    address: str
    coverage: Coverage

    def send(self, data: bytes, *, half_close: bool = False, patience_s: float = PATIENCE_S) -> Answer:
        """Send bytes over a connection of their own and read to its end."""
        began = time.monotonic()
        text = b""
        self.coverage.add_attack(requests=1)
        try:
            with self.connect(patience_s) as connection:
                connection.sendall(data)
                if half_close:
                    connection.shutdown(socket.SHUT_WR)
                while piece := connection.recv(65_536):
                    text += piece
        except TimeoutError:
            self.coverage.add_attack(hangs=1)
            raise
        except ConnectionError:
            pass
        return self.noted(answer_of(text, time.monotonic() - began))

    def connect(self, patience_s: float = PATIENCE_S) -> socket.socket:
        """Open a connection."""
        where = urlsplit(self.address)
        return socket.create_connection((where.hostname, where.port), timeout=patience_s)

    def noted(self, answer: Answer) -> Answer:
        """Count an answer that no request may have; in strict mode one off the spec is a fault of ours."""
        is_fault = answer.status >= 500 and answer.status != 501
        self.coverage.add_attack(answers_5xx=is_fault, off_spec=is_fault and answer.rule == "internal-error")
        return answer

    def ask(self, line: str, body: Any = None, **headers: str | None) -> Answer:
        """Send one request; ``headers`` with underscores for dashes, None leaves one out."""
        return self.send(request(line, body, **headers))


def request(line: str, body: Any = None, **headers: str | None) -> bytes:
    """Write one request: ``line`` is method and address, ``body`` bytes or what becomes JSON."""
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    sent: dict[str, str | None] = {"Host": "localhost", "Connection": "close"}
    if body is not None:
        sent |= {"Content-Type": "application/json", "Content-Length": str(len(data))}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in sent.items() if value is not None]
    return "\r\n".join([f"{line} HTTP/1.1", *lines, "", ""]).encode() + data


def answer_of(text: bytes, seconds: float) -> Answer:
    """Read an answer."""
    top, _, body = text.partition(b"\r\n\r\n")
    first, *rest = top.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    return Answer(int(first.split()[1]) if first else 0, headers, body, seconds)
