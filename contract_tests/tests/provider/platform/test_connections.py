"""A connection is found by its other end, and no other is touched."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from emulator.adapters.connections import reset_connection

Pair = tuple[socket.socket, socket.socket]


def connected(stack: ExitStack, host: str) -> Pair:
    """Both ends of a connection: the server's and the client's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = stack.enter_context(socket.create_server((host, 0), family=family))
    client = stack.enter_context(socket.create_connection(listener.getsockname()[:2], timeout=5))
    return stack.enter_context(listener.accept()[0]), client


@pytest.fixture(params=["127.0.0.1", "::1"])
def pairs(request: pytest.FixtureRequest) -> Iterator[tuple[Pair, Pair]]:
    with ExitStack() as stack:
        try:
            yield connected(stack, request.param), connected(stack, request.param)
        except OSError:
            pytest.skip(f"this machine has no {request.param}")


def peer_of(client: socket.socket) -> tuple[str, int]:
    host, port = client.getsockname()[:2]
    return host, port


def test_severed_connection_ends_for_its_client_alone(pairs: tuple[Pair, Pair]) -> None:
    (_, client), (server, neighbour) = pairs
    assert reset_connection(*peer_of(client))
    assert client.recv(1) == b""
    server.sendall(b"still here")
    assert neighbour.recv(10) == b"still here"


@pytest.mark.parametrize("peer", [("", 0), ("127.0.0.1", 0), ("127.0.0.1", 1), ("unix:", 0)])
def test_connection_that_is_not_there_is_not_severed(peer: tuple[str, int]) -> None:
    assert not reset_connection(*peer)
