"""What happens from now on, as server-sent events, over WSGI and over a real socket."""

from __future__ import annotations

import json
import socket
import time
from typing import Any
from urllib.parse import urlsplit

import pytest

from contract_tests.stages.server import serving
from contract_tests.tests.provider.conftest import Ask
from contract_tests.tests.provider.support.control import SALES, SETTLEMENTS
from emulator.exchange import FOLLOW_S


def events_of(text: bytes) -> list[tuple[str, Any]]:
    """Read the events of a stream."""
    blocks = [block.split("\n") for block in text.decode().split("\n\n") if block.startswith("event: ")]
    return [
        (lines[0].removeprefix("event: "), json.loads(lines[1].removeprefix("data: "))) for lines in blocks
    ]


def test_stream_names_requests_faults_and_resets_in_their_order(ask: Ask) -> None:
    ask(SETTLEMENTS, **SALES)
    answer = ask.send("GET", "/_emulator/events", buffered=False)
    pieces = iter(answer.response)
    first = next(pieces)
    ask.control("POST", "/faults", {"operation": "getSettlements", "status": 503})
    ask(SETTLEMENTS, **SALES)
    events = events_of(first + next(pieces) + next(pieces))
    assert [(name, value.get("id"), value.get("status")) for name, value in events] == [
        ("request", 2, 503),
        ("fault", 1, None),
    ]
    ask.control("POST", "/reset")
    assert [name for name, _ in events_of(next(pieces))] == ["world"]
    answer.close()
    assert answer.headers["Content-Type"] == "text/event-stream"


def test_stream_ends_after_its_time(ask: Ask) -> None:
    assert ask.send("GET", "/_emulator/events?longest_s=0").data.startswith(b"retry: 2000\n")


@pytest.fixture(scope="module")
def address() -> Any:
    with serving("--world", "empty", "--limits", "off") as url:
        yield url


def read_until(connection: socket.socket, word: bytes) -> bytes:
    text = b""
    while word not in text:
        piece = connection.recv(65_536)
        assert piece, text
        text += piece
    return text


@pytest.mark.nightly
def test_server_streams_while_it_answers_others_and_lets_go_of_who_left(address: str) -> None:
    where = urlsplit(address)

    def connect(path: str) -> socket.socket:
        connection = socket.create_connection((where.hostname, where.port), timeout=5)
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        return connection

    stream = connect("/_emulator/events")
    read_until(stream, b"retry")
    with connect("/integration/nowhere") as other:
        read_until(other, b"404")
    assert b'"status":404' in read_until(stream, b"event: request")
    stream.close()
    time.sleep(2 * FOLLOW_S)
    with connect("/healthz") as other:
        assert b"200" in read_until(other, b"status")
